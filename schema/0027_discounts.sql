-- Campaigns, which lower prices for some days, and discount codes, which lower those of one order. What a scope means: handlers/lib/catalogue/campaign.h.

CREATE TABLE campaigns (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name_fi        VARCHAR(80) NOT NULL,                             -- what residents read beside the price
  name_sv        VARCHAR(80) NOT NULL,
  name_en        VARCHAR(80) NOT NULL,
  scope          VARCHAR(60) CHARACTER SET ascii NOT NULL,         -- 'shop:', 'unit:<code>', 'category:<code>', 'product:<code>'
  price_group    VARCHAR(48) CHARACTER SET ascii NULL,             -- NULL: all
  percent        TINYINT UNSIGNED NULL,                            -- off the price, or
  cents          INT UNSIGNED NULL,                                -- the price itself
  from_day       DATE NOT NULL,                                    -- of Finland, both included
  until_day      DATE NOT NULL,
  ended_utc      DATETIME(3) NULL,                                 -- by a person, before its last day
  form_key       BINARY(16) NOT NULL UNIQUE,                       -- a form sent twice makes one
  version        INT UNSIGNED NOT NULL DEFAULT 1,
  made_by        INT UNSIGNED NULL,
  made_utc       DATETIME(3) NOT NULL,
  CHECK ((percent IS NULL) <> (cents IS NULL) AND percent BETWEEN 1 AND 100 AND from_day <= until_day),
  FOREIGN KEY (made_by) REFERENCES staff (id) ON DELETE SET NULL
) ENGINE=InnoDB;
CREATE TRIGGER campaigns_insert AFTER INSERT ON campaigns FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER campaigns_update AFTER UPDATE ON campaigns FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER campaigns_delete AFTER DELETE ON campaigns FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
-- A category that moves takes its products into or out of a campaign.
CREATE TRIGGER categories_update AFTER UPDATE ON categories FOR EACH ROW UPDATE catalogue_version SET version = version + (NOT OLD.parent_code <=> NEW.parent_code);

-- Since when which price stood, without campaigns: the lowest of the 30 days before a reduction is shown beside it (Consumer Protection Act 2:11; Directive 98/6/EC, art. 6a).
CREATE TABLE price_days (
  product_id     INT UNSIGNED NOT NULL,
  variant_id     INT UNSIGNED NOT NULL,
  price_group    VARCHAR(48) CHARACTER SET ascii NOT NULL,
  from_day       DATE NOT NULL,
  cents          INT UNSIGNED NOT NULL,
  PRIMARY KEY (product_id, variant_id, price_group, from_day, cents),
  FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
) ENGINE=InnoDB;
INSERT INTO price_days SELECT product_id, variant_id, price_group, '2026-01-01', cents FROM prices;
-- A price that is written again as it was is no news.
DELIMITER //
CREATE TRIGGER prices_insert_day AFTER INSERT ON prices FOR EACH ROW FOLLOWS prices_insert
  INSERT IGNORE INTO price_days SELECT NEW.product_id, NEW.variant_id, NEW.price_group, UTC_DATE(), NEW.cents FROM DUAL WHERE NOT NEW.cents <=>
    (SELECT cents FROM price_days d WHERE d.product_id = NEW.product_id AND d.variant_id = NEW.variant_id AND d.price_group = NEW.price_group ORDER BY from_day DESC LIMIT 1) //
CREATE TRIGGER prices_update_day AFTER UPDATE ON prices FOR EACH ROW FOLLOWS prices_update
  INSERT IGNORE INTO price_days SELECT NEW.product_id, NEW.variant_id, NEW.price_group, UTC_DATE(), NEW.cents FROM DUAL WHERE NEW.cents <> OLD.cents //
DELIMITER ;

CREATE TABLE discount_codes (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           VARCHAR(24) CHARACTER SET ascii NOT NULL UNIQUE,  -- A-Z and 0-9, as it is compared
  name_fi        VARCHAR(80) NOT NULL,
  name_sv        VARCHAR(80) NOT NULL,
  name_en        VARCHAR(80) NOT NULL,
  scope          VARCHAR(60) CHARACTER SET ascii NOT NULL,         -- as of campaigns
  price_group    VARCHAR(48) CHARACTER SET ascii NULL,
  percent        TINYINT UNSIGNED NULL,                            -- off each unit, or
  cents          INT UNSIGNED NULL,                                -- off all units together
  minimum_cents  INT UNSIGNED NOT NULL DEFAULT 0,                  -- what the lines in its scope must cost together, before it
  max_uses       INT UNSIGNED NULL,                                -- NULL: as many as like
  used           INT UNSIGNED NOT NULL DEFAULT 0,                  -- orders that stand; above max_uses where one was paid after its hold
  from_day       DATE NOT NULL,
  until_day      DATE NOT NULL,
  ended_utc      DATETIME(3) NULL,
  form_key       BINARY(16) NOT NULL UNIQUE,
  version        INT UNSIGNED NOT NULL DEFAULT 1,
  made_by        INT UNSIGNED NULL,
  made_utc       DATETIME(3) NOT NULL,
  CHECK ((percent IS NULL) <> (cents IS NULL) AND percent BETWEEN 1 AND 100 AND from_day <= until_day),
  FOREIGN KEY (made_by) REFERENCES staff (id) ON DELETE SET NULL
) ENGINE=InnoDB;

CREATE TABLE discount_uses (
  order_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  discount_id    INT UNSIGNED NOT NULL,
  cents          INT UNSIGNED NOT NULL,                            -- what it took off the order
  counted        BOOLEAN NOT NULL DEFAULT TRUE,                    -- in discount_codes.used; an order that ended unpaid gave its use back
  KEY (discount_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (discount_id) REFERENCES discount_codes (id)
) ENGINE=InnoDB;

-- unit_cents is what is paid; these say what it was without campaign and code, and what they are called, in the order's language.
ALTER TABLE order_lines
  ADD normal_cents INT UNSIGNED NULL,                              -- NULL: nothing was taken off
  ADD reduction    VARCHAR(170) NOT NULL DEFAULT '';
