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
  from_day       DATE NOT NULL,                                    -- of Finland
  cents          INT UNSIGNED NOT NULL,
  written_utc    DATETIME(6) NOT NULL,                             -- of several that began on one day, the last one stood after it
  PRIMARY KEY (product_id, variant_id, price_group, from_day, cents),
  FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
) ENGINE=InnoDB;
INSERT INTO price_days SELECT product_id, variant_id, price_group, '2026-01-01', cents, '2026-01-01' FROM prices;
DELIMITER //
-- By the rule of the EU's summer time (Directive 2000/84/EC): from 1 UTC on the last Sunday of March to 1 UTC on the last Sunday of October. Named time zones may be missing here.
CREATE FUNCTION day_in_finland(p_utc DATETIME) RETURNS DATE DETERMINISTIC NO SQL
BEGIN
  DECLARE v_march DATETIME DEFAULT CONCAT(YEAR(p_utc), '-03-31 01:00:00');
  DECLARE v_october DATETIME DEFAULT CONCAT(YEAR(p_utc), '-10-31 01:00:00');
  SET v_march = v_march - INTERVAL DAYOFWEEK(v_march) - 1 DAY, v_october = v_october - INTERVAL DAYOFWEEK(v_october) - 1 DAY;
  RETURN DATE(p_utc + INTERVAL IF(p_utc >= v_march AND p_utc < v_october, 3, 2) HOUR);
END //
-- A price that is written again as it was is no news.
CREATE PROCEDURE note_price(IN p_product INT UNSIGNED, IN p_variant INT UNSIGNED, IN p_group VARCHAR(48) CHARACTER SET ascii, IN p_from DATE, IN p_cents INT UNSIGNED)
IF NOT p_cents <=> (SELECT cents FROM price_days WHERE product_id = p_product AND variant_id = p_variant AND price_group = p_group ORDER BY from_day DESC, written_utc DESC LIMIT 1) THEN
  INSERT INTO price_days VALUES (p_product, p_variant, p_group, p_from, p_cents, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE written_utc = VALUES(written_utc);
END IF //
CREATE TRIGGER prices_insert_day AFTER INSERT ON prices FOR EACH ROW FOLLOWS prices_insert
  CALL note_price(NEW.product_id, NEW.variant_id, NEW.price_group, day_in_finland(UTC_TIMESTAMP()), NEW.cents) //
CREATE TRIGGER prices_update_day AFTER UPDATE ON prices FOR EACH ROW FOLLOWS prices_update
  CALL note_price(NEW.product_id, NEW.variant_id, NEW.price_group, day_in_finland(UTC_TIMESTAMP()), NEW.cents) //
-- A coming price that has begun goes with the row that it replaced, when the product is saved: since when it stood is noted first.
CREATE TRIGGER prices_delete_day BEFORE DELETE ON prices FOR EACH ROW
  FOR c IN (SELECT valid_from, cents FROM coming_prices WHERE product_id = OLD.product_id AND variant_id = OLD.variant_id AND price_group = OLD.price_group AND valid_from <= day_in_finland(UTC_TIMESTAMP())) DO
    CALL note_price(OLD.product_id, OLD.variant_id, OLD.price_group, c.valid_from, c.cents);
  END FOR //
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

-- unit_cents is what is paid; these say what it was before campaign and code, and what they are called, in the order's language.
ALTER TABLE order_lines
  ADD normal_cents INT UNSIGNED NULL,                              -- NULL: no reduction is told (schema/README.md)
  ADD reduction    VARCHAR(170) NOT NULL DEFAULT '';
