-- Sign-ups to sessions of activities. A registration is one family's to one session: its seats, its participants, its page. States and who moves
-- them: README.md. Names, guardians, contacts and answers are sealed on arrival (handlers/opener/README.md) and stand in registration_records and health_answers alone.

CREATE TABLE registrations (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number         CHAR(9) CHARACTER SET ascii NOT NULL UNIQUE,      -- 8 random base32 characters and a check character; sealed into its records
  token          CHAR(26) CHARACTER SET ascii NOT NULL UNIQUE,     -- 128 bits; the family's page
  variant_id     INT UNSIGNED NOT NULL,                            -- the session
  lang           ENUM('fi','sv','en') NOT NULL,
  state          ENUM('waiting','held','filled','ordered','confirmed','no_seat','expired','cancelled') NOT NULL,
  seats          TINYINT UNSIGNED NOT NULL,                        -- participants
  holds_seats    BOOLEAN NOT NULL,                                 -- its seats are out of stock.free, and no order's
  hold_until_utc DATETIME(3) NOT NULL,
  extensions     TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_utc    DATETIME(3) NOT NULL,
  confirmed_utc  DATETIME(3) NULL,
  email          VARCHAR(200) NOT NULL DEFAULT '',                 -- empty: address protection
  answers        TEXT NOT NULL DEFAULT '{}',                       -- JSON: the family's answers of class plain
  guardian_proof ENUM('declared','staff') NOT NULL DEFAULT 'declared',
  order_id       BIGINT UNSIGNED NULL,                             -- the order that it is paid by
  offered_utc    DATETIME(3) NULL,                                 -- its seats came from the waiting list
  queue_rank     INT NULL,                                         -- staff put it there in the waiting list, before all that have none
  KEY (variant_id, state),
  KEY (state, hold_until_utc),
  KEY (email),
  KEY (order_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE registration_participants (
  registration_id BIGINT UNSIGNED NOT NULL,
  no             TINYINT UNSIGNED NOT NULL,                        -- from 1
  price_group    VARCHAR(48) CHARACTER SET ascii NOT NULL,
  unit_cents     INT UNSIGNED NOT NULL,                            -- as shown when the form was filled; once paid, what was paid
  answers        TEXT NOT NULL,                                    -- JSON: answers of class plain
  PRIMARY KEY (registration_id, no),
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE registration_records (                                -- sealed: names, birth dates, guardians, contacts, answers that are not of health
  row_id         CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  registration_id BIGINT UNSIGNED NOT NULL,
  participant    TINYINT UNSIGNED NOT NULL,                        -- 0: the family
  class          TINYINT UNSIGNED NOT NULL,                        -- child 2, contact 3
  row_version    INT UNSIGNED NOT NULL,
  words          VARBINARY(16500) NOT NULL,
  made_utc       DATETIME(3) NOT NULL,
  KEY (registration_id, participant, class),
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE,
  CHECK (class IN (2, 3))
) ENGINE=InnoDB;

CREATE TABLE health_answers (                                      -- sealed, a row for each participant who answered; gone long before the rest
  row_id         CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  registration_id BIGINT UNSIGNED NOT NULL,
  participant    TINYINT UNSIGNED NOT NULL,
  row_version    INT UNSIGNED NOT NULL,
  words          VARBINARY(16500) NOT NULL,
  made_utc       DATETIME(3) NOT NULL,
  KEY (registration_id, participant),
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE registration_consents (                               -- proof of consent (GDPR Art. 7(1)); nothing of what was answered
  registration_id BIGINT UNSIGNED NOT NULL,
  participant    TINYINT UNSIGNED NOT NULL,
  text_version   VARCHAR(20) CHARACTER SET ascii NOT NULL,
  lang           ENUM('fi','sv','en') NOT NULL,
  given_utc      DATETIME(3) NOT NULL,
  withdrawn_utc  DATETIME(3) NULL,
  PRIMARY KEY (registration_id, participant, given_utc),
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE registration_views (                                  -- what the family's page says of who has looked: a role, and a name only by setting
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  registration_id BIGINT UNSIGNED NOT NULL,
  class          TINYINT UNSIGNED NOT NULL,
  role_fi        VARCHAR(200) NOT NULL,
  role_sv        VARCHAR(200) NOT NULL,
  role_en        VARCHAR(200) NOT NULL,
  at_utc         DATETIME(3) NOT NULL,
  KEY (registration_id),
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE refund_requests (                                     -- money that is owed; the back office executes them
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id       BIGINT UNSIGNED NOT NULL,
  registration_id BIGINT UNSIGNED NULL UNIQUE,                     -- that was cancelled: once
  cents          INT UNSIGNED NOT NULL,
  reason         ENUM('family_cancelled','session_cancelled') NOT NULL,
  requested_by   INT UNSIGNED NULL,                                -- NULL: the family itself
  requested_utc  DATETIME(3) NOT NULL,
  state          ENUM('requested') NOT NULL DEFAULT 'requested',
  KEY (state, requested_utc),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE
) ENGINE=InnoDB;

ALTER TABLE staff_alerts MODIFY kind ENUM('paid_no_stock','overpaid','needs_review','sum_differs','unknown_payment','withdrawal','withdrawal_unmatched','mail_dead',
                                          'sealed_record','untrusted_key','approval_ends','consent_withdrawn','refund_waits','break_glass','session_short') NOT NULL;

ALTER TABLE order_lines MODIFY product_kind ENUM('goods','service','ticket','pass','activity') NULL;

CREATE TABLE session_staff (                                       -- who of the unit's people holds a session; the rest of the unit doesn't open its lists
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  variant_id     INT UNSIGNED NOT NULL,
  staff_id       INT UNSIGNED NOT NULL,
  given_by       INT UNSIGNED NOT NULL,                            -- oneself: break-glass, with a reason, for an hour
  given_utc      DATETIME(3) NOT NULL,
  ends_utc       DATETIME(3) NULL,                                 -- NULL: until it is taken back
  reason         VARCHAR(200) NOT NULL DEFAULT '',
  KEY (variant_id, staff_id),
  FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE attendance (                                          -- who was there, by meeting
  registration_id BIGINT UNSIGNED NOT NULL,
  participant    TINYINT UNSIGNED NOT NULL,
  starts_utc     DATETIME NOT NULL,                                -- of the meeting
  present        BOOLEAN NOT NULL,
  marked_by      INT UNSIGNED NOT NULL,
  marked_utc     DATETIME(3) NOT NULL,                             -- when it was tapped: a mark that comes later than a newer one changes nothing
  PRIMARY KEY (registration_id, participant, starts_utc),
  FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- Whoever answers for a unit's courses sees their numbers and in an emergency, with a reason, what is sealed.
INSERT INTO staff_groups (code, is_ready, name_fi, name_sv, name_en) VALUES ('activity_supervisor', TRUE, 'Toiminnan vastaava', 'Verksamhetsansvarig', 'Activity supervisor');
INSERT INTO staff_group_rights (group_id, right_name)
SELECT g.id, r.right_name FROM staff_groups g JOIN (SELECT 'activities_edit' AS right_name UNION ALL SELECT 'participants_view' UNION ALL SELECT 'contacts_open' UNION ALL SELECT 'health_open') r
WHERE g.code = 'activity_supervisor';

DELIMITER //

-- Destroy sealed rows of a registration, of one participant or (255) of all: their data keys first. They run with the rights of
-- kuntakauppa-use_log, so whoever may call them can read none of them.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE destroy_health_answers(IN p_registration BIGINT UNSIGNED, IN p_participant TINYINT UNSIGNED, IN p_staff INT UNSIGNED, IN p_why VARCHAR(200))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_row CHAR(36) CHARACTER SET ascii;
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_rows CURSOR FOR SELECT row_id FROM health_answers WHERE registration_id = p_registration AND (p_participant = 255 OR participant = p_participant) FOR UPDATE;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  OPEN v_rows;
  each_row: LOOP
    FETCH v_rows INTO v_row;
    IF v_done THEN LEAVE each_row; END IF;
    CALL destroy_data_keys(v_row, p_staff, p_why);
    DELETE FROM health_answers WHERE row_id = v_row;
  END LOOP;
  CLOSE v_rows;
END //

CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE destroy_registration_records(IN p_registration BIGINT UNSIGNED, IN p_participant TINYINT UNSIGNED, IN p_staff INT UNSIGNED, IN p_why VARCHAR(200))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_row CHAR(36) CHARACTER SET ascii;
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_rows CURSOR FOR SELECT row_id FROM registration_records WHERE registration_id = p_registration AND (p_participant = 255 OR participant = p_participant) FOR UPDATE;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  OPEN v_rows;
  each_row: LOOP
    FETCH v_rows INTO v_row;
    IF v_done THEN LEAVE each_row; END IF;
    CALL destroy_data_keys(v_row, p_staff, p_why);
    DELETE FROM registration_records WHERE row_id = v_row;
  END LOOP;
  CLOSE v_rows;
END //

-- An alert for each session that begins within p_days and has fewer than its minimum; those of sessions that have enough, were cancelled or have begun are resolved.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE note_short_sessions(IN p_now DATETIME(3), IN p_days INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  START TRANSACTION;
  UPDATE staff_alerts SET resolved_utc = p_now WHERE kind = 'session_short' AND resolved_utc IS NULL AND object_id NOT IN (
    SELECT s.variant_id FROM activity_sessions s JOIN variants v ON v.id = s.variant_id WHERE s.state <> 'cancelled' AND v.starts_utc > p_now AND v.starts_utc <= p_now + INTERVAL p_days DAY
      AND s.minimum > (SELECT COALESCE(SUM(r.seats), 0) FROM registrations r WHERE r.variant_id = s.variant_id AND r.state = 'confirmed'));
  INSERT IGNORE INTO staff_alerts (kind, object_id, case_code, created_utc)
    SELECT 'session_short', s.variant_id, '', p_now FROM activity_sessions s JOIN variants v ON v.id = s.variant_id WHERE s.state <> 'cancelled' AND v.starts_utc > p_now AND v.starts_utc <= p_now + INTERVAL p_days DAY
      AND s.minimum > (SELECT COALESCE(SUM(r.seats), 0) FROM registrations r WHERE r.variant_id = s.variant_id AND r.state = 'confirmed');
  COMMIT;
END //

DELIMITER ;
