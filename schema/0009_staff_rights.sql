-- Who of the city's people may what, and on what. Rights are named in handlers/lib/staff/rights.cc; README.md tells who writes what.

CREATE TABLE staff_groups (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           VARCHAR(40) CHARACTER SET ascii NOT NULL UNIQUE,
  is_ready       BOOLEAN NOT NULL,                                 -- came with the product: nobody changes it
  name_fi        VARCHAR(80) NOT NULL,
  name_sv        VARCHAR(80) NOT NULL,
  name_en        VARCHAR(80) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE staff_group_rights (
  group_id       INT UNSIGNED NOT NULL,
  right_name     VARCHAR(40) CHARACTER SET ascii NOT NULL,
  PRIMARY KEY (group_id, right_name),
  FOREIGN KEY (group_id) REFERENCES staff_groups (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE staff_memberships (                                   -- a person, a group, and on what
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  staff_id       INT UNSIGNED NOT NULL,
  group_id       INT UNSIGNED NOT NULL,
  scope_kind     ENUM('shop','unit','category','product','register') NOT NULL,
  scope_id       VARCHAR(64) CHARACTER SET ascii NOT NULL,         -- the unit's, category's or product's code, the register's name; '' for the shop
  given_by       INT UNSIGNED NULL,                                -- NULL: deploy/staff
  given_utc      DATETIME(3) NOT NULL,
  ended_by       INT UNSIGNED NULL,
  ended_utc      DATETIME(3) NULL,
  standing       BOOLEAN AS (IF(ended_utc IS NULL, TRUE, NULL)) STORED,
  UNIQUE KEY (staff_id, group_id, scope_kind, scope_id, standing), -- the same is not given twice at a time
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE,
  FOREIGN KEY (group_id) REFERENCES staff_groups (id)
) ENGINE=InnoDB;

CREATE TABLE staff_register_approvals (                            -- a membership's rights on a register count while one of these holds
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  membership_id  INT UNSIGNED NOT NULL,
  register_name  VARCHAR(20) CHARACTER SET ascii NOT NULL,
  approved_by    INT UNSIGNED NOT NULL,
  approved_utc   DATETIME(3) NOT NULL,
  ends_utc       DATETIME(3) NOT NULL,                             -- a year later: the yearly review renews it or it ends
  ended_utc      DATETIME(3) NULL,                                 -- taken back before that
  KEY (membership_id, register_name, ends_utc),
  FOREIGN KEY (membership_id) REFERENCES staff_memberships (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE staff_vendor_openings (                               -- the vendor's group is off but for hours, by two people and with a reason
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  asked_by       INT UNSIGNED NOT NULL,
  asked_utc      DATETIME(3) NOT NULL,
  hours          TINYINT UNSIGNED NOT NULL,
  reason         VARCHAR(200) NOT NULL,
  approved_by    INT UNSIGNED NULL,
  approved_utc   DATETIME(3) NULL,
  ends_utc       DATETIME(3) NULL,
  closed_utc     DATETIME(3) NULL,
  CHECK (hours BETWEEN 1 AND 12),
  CHECK (approved_by IS NULL OR approved_by <> asked_by),
  FOREIGN KEY (asked_by) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

INSERT INTO staff_groups (code, is_ready, name_fi, name_sv, name_en) VALUES
  ('administrator', TRUE, 'Pääkäyttäjä', 'Huvudanvändare', 'Administrator'),
  ('shop_manager', TRUE, 'Verkkokaupan vastaava', 'Nätbutiksansvarig', 'Shop manager'),
  ('product_editor', TRUE, 'Yksikön tuotetoimittaja', 'Enhetens produktredaktör', 'Unit''s product editor'),
  ('cashier', TRUE, 'Kassa', 'Kassa', 'Cashier'),
  ('instructor', TRUE, 'Ohjaaja', 'Ledare', 'Instructor'),
  ('finance', TRUE, 'Talous', 'Ekonomi', 'Finance'),
  ('data_protection_officer', TRUE, 'Tietosuojavastaava', 'Dataskyddsombud', 'Data protection officer'),
  ('register_responsible', TRUE, 'Rekisterin vastuuhenkilö', 'Registrets ansvarsperson', 'Register''s responsible person'),
  ('service_supervisor', TRUE, 'Asiakaspalvelun esihenkilö', 'Kundservicens chef', 'Customer-service supervisor'),
  ('vendor', TRUE, 'Toimittaja (ylläpito)', 'Leverantör (underhåll)', 'Vendor (maintenance)'),
  ('auditor', TRUE, 'Tarkastaja', 'Revisor', 'Auditor');

INSERT INTO staff_group_rights (group_id, right_name)
SELECT g.id, r.right_name FROM staff_groups g JOIN (
  SELECT 'administrator' AS code, 'people_view' AS right_name UNION ALL SELECT 'administrator', 'people_change' UNION ALL
  SELECT 'administrator', 'groups_change' UNION ALL SELECT 'administrator', 'keys_manage' UNION ALL SELECT 'administrator', 'settings_view' UNION ALL
  SELECT 'administrator', 'vendor_open' UNION ALL
  SELECT 'shop_manager', 'people_view' UNION ALL SELECT 'shop_manager', 'catalogue_edit' UNION ALL SELECT 'shop_manager', 'prices_edit' UNION ALL
  SELECT 'shop_manager', 'activities_edit' UNION ALL SELECT 'shop_manager', 'orders_view' UNION ALL SELECT 'shop_manager', 'orders_deliver' UNION ALL
  SELECT 'shop_manager', 'refunds_request' UNION ALL SELECT 'shop_manager', 'refunds_approve' UNION ALL SELECT 'shop_manager', 'tickets_check' UNION ALL
  SELECT 'shop_manager', 'reports_view' UNION ALL SELECT 'shop_manager', 'settings_view' UNION ALL SELECT 'shop_manager', 'vendor_open' UNION ALL
  SELECT 'product_editor', 'catalogue_edit' UNION ALL SELECT 'product_editor', 'activities_edit' UNION ALL
  SELECT 'cashier', 'orders_view' UNION ALL SELECT 'cashier', 'orders_deliver' UNION ALL SELECT 'cashier', 'refunds_request' UNION ALL SELECT 'cashier', 'tickets_check' UNION ALL
  SELECT 'instructor', 'participants_view' UNION ALL SELECT 'instructor', 'contacts_open' UNION ALL SELECT 'instructor', 'health_open' UNION ALL
  SELECT 'finance', 'finance_view' UNION ALL SELECT 'finance', 'reports_view' UNION ALL SELECT 'finance', 'refunds_approve' UNION ALL
  SELECT 'data_protection_officer', 'log_read' UNION ALL SELECT 'data_protection_officer', 'log_export' UNION ALL SELECT 'data_protection_officer', 'people_view' UNION ALL
  SELECT 'data_protection_officer', 'requests_handle' UNION ALL SELECT 'data_protection_officer', 'settings_view' UNION ALL
  SELECT 'register_responsible', 'register_approve' UNION ALL SELECT 'register_responsible', 'notices_edit' UNION ALL SELECT 'register_responsible', 'recordings_hold' UNION ALL
  SELECT 'service_supervisor', 'recordings_search' UNION ALL SELECT 'service_supervisor', 'recordings_play' UNION ALL SELECT 'service_supervisor', 'recordings_export' UNION ALL
  SELECT 'vendor', 'settings_view' UNION ALL SELECT 'vendor', 'catalogue_edit' UNION ALL SELECT 'vendor', 'orders_view' UNION ALL SELECT 'vendor', 'maintenance' UNION ALL
  SELECT 'auditor', 'log_read' UNION ALL SELECT 'auditor', 'people_view' UNION ALL SELECT 'auditor', 'reports_view'
) r ON r.code = g.code;

CREATE TABLE staff_kept_forms (                                     -- what somebody was sending when the session had ended, or a second factor was asked for
  token_hash     BINARY(32) NOT NULL PRIMARY KEY,                  -- of the link that leads back to it
  staff_id       INT UNSIGNED NOT NULL,
  path           VARCHAR(200) CHARACTER SET ascii NOT NULL,
  body           MEDIUMTEXT CHARACTER SET ascii NOT NULL,          -- sealed under a key that only the link gives
  made_utc       DATETIME(3) NOT NULL,                             -- for an hour
  KEY (made_utc),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;
