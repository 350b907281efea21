-- Reports, vouchers, and receipts whose time is over.

-- What was sold and credited in a day, added up: what reports and the desk read. A trigger adds each receipt's lines, so that no writer can forget to; a receipt's
-- transaction holds the series' lock by then. Without a person, it stays when the receipts of its year have gone.
CREATE TABLE sales_days (
  booked_on      DATE NOT NULL,
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  code           VARCHAR(97) CHARACTER SET ascii NOT NULL,
  vat_code       VARCHAR(24) CHARACTER SET ascii NOT NULL,
  vat_per_mille  SMALLINT NOT NULL,                                -- -1: exempt
  provider       VARCHAR(60) CHARACTER SET ascii NOT NULL,
  quantity       INT NOT NULL,
  gross_cents    BIGINT NOT NULL,
  vat_cents      BIGINT NOT NULL,
  PRIMARY KEY (booked_on, unit_code, code, vat_code, vat_per_mille, provider)
) ENGINE=InnoDB;
CREATE TRIGGER receipt_lines_insert AFTER INSERT ON receipt_lines FOR EACH ROW
  INSERT INTO sales_days SELECT NEW.booked_on, NEW.unit_code, NEW.code, NEW.vat_code, COALESCE(NEW.vat_per_mille, -1), r.provider, NEW.quantity, NEW.gross_cents, NEW.vat_cents FROM receipts r WHERE r.id = NEW.receipt_id
  ON DUPLICATE KEY UPDATE quantity = sales_days.quantity + NEW.quantity, gross_cents = sales_days.gross_cents + NEW.gross_cents, vat_cents = sales_days.vat_cents + NEW.vat_cents;
INSERT INTO sales_days SELECT l.booked_on, l.unit_code, l.code, l.vat_code, COALESCE(l.vat_per_mille, -1), r.provider, SUM(l.quantity), SUM(l.gross_cents), SUM(l.vat_cents)
  FROM receipt_lines l JOIN receipts r ON r.id = l.receipt_id GROUP BY 1, 2, 3, 4, 5, 6;

ALTER TABLE ledger_entries
  ADD KEY by_day (booked_on, account, cost_centre, vat_code, debit_cents, credit_cents),
  DROP KEY booked_on;

-- What the payment service paid out (payments/settlement.h), row by row as it reports it, to be matched with our own books.
CREATE TABLE settlements (
  id             BIGINT UNSIGNED NOT NULL PRIMARY KEY,            -- the service's
  reference      VARCHAR(40) CHARACTER SET ascii NOT NULL,        -- of the line on the bank statement
  created_utc    DATETIME(3) NOT NULL,
  token          CHAR(26) CHARACTER SET ascii NULL UNIQUE,        -- of the report's address; new with each order of it
  asked_utc      DATETIME(3) NULL,
  received_utc   DATETIME(3) NULL,                                -- its rows are here, once
  KEY (created_utc)
) ENGINE=InnoDB;

CREATE TABLE settlement_rows (
  settlement_id  BIGINT UNSIGNED NOT NULL,
  row_no         INT UNSIGNED NOT NULL,
  kind           ENUM('payment','refund') NOT NULL,
  transaction_id CHAR(36) CHARACTER SET ascii NOT NULL,           -- of the payment
  stamp          VARCHAR(200) CHARACTER SET ascii NOT NULL,       -- the payment's, or the refund's
  reference      VARCHAR(200) CHARACTER SET ascii NOT NULL,
  cents          BIGINT NOT NULL,                                 -- of a refund below 0
  PRIMARY KEY (settlement_id, row_no),
  KEY (transaction_id),
  KEY (stamp),
  FOREIGN KEY (settlement_id) REFERENCES settlements (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- How they differ from our own books. payments finds it, and takes out what matches after all; a person of finance says what it is.
CREATE TABLE settlement_differences (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  settlement_id  BIGINT UNSIGNED NOT NULL,                        -- 0: ours that stands in none
  number         BIGINT UNSIGNED NOT NULL,                        -- of its row; of ours in none the payment attempt or the refund
  what           ENUM('payment_missing_here','payment_sum','payment_stamp','refund_missing_here','refund_sum','payment_missing_there','refund_missing_there') NOT NULL,
  transaction_id CHAR(36) CHARACTER SET ascii NOT NULL,           -- of the payment; of a refund in none the refund's
  their_cents    BIGINT NULL,
  our_cents      BIGINT NULL,
  found_utc      DATETIME(3) NOT NULL,
  explained_by   INT UNSIGNED NULL,
  explained_utc  DATETIME(3) NULL,
  explained_words VARCHAR(200) NOT NULL DEFAULT '',
  UNIQUE KEY (settlement_id, number, what),
  KEY (explained_utc)
) ENGINE=InnoDB;

ALTER TABLE payment_attempts ADD KEY (settled_utc);

-- Receipts of a whole year go when their time is over, and a person of finance has said so: never by themselves. README.md: Receipts that have gone.
CREATE TABLE receipt_destructions (
  year           SMALLINT UNSIGNED NOT NULL PRIMARY KEY,          -- of receipt_series, whose row stays: its head anchors the next year
  confirmed_by   INT UNSIGNED NOT NULL,
  confirmed_utc  DATETIME(3) NOT NULL,
  words          VARCHAR(200) NOT NULL,                           -- why
  destroyed_no   INT UNSIGNED NOT NULL DEFAULT 0,                 -- receipts up to this one are gone
  done_utc       DATETIME(3) NULL                                 -- with all that belonged to them
) ENGINE=InnoDB;

DELIMITER //

-- As 0017's procedures, in rows: at most p_limit a call, each call a transaction. Of the years that were confirmed the oldest, lowest numbers first, so that what is
-- left of a chain holds to its head at every moment. A setting below six years counts as six, and a year must be over its time by the process's clock and by
-- the database's own, which no account of ours can set.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_receipts(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_years INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_year SMALLINT UNSIGNED;
  DECLARE v_by INT UNSIGNED;
  DECLARE v_words VARCHAR(200);
  DECLARE v_end DATETIME;
  DECLARE v_left INT UNSIGNED DEFAULT p_limit;
  DECLARE v_gone INT UNSIGNED;
  -- The new year begins in Finland two hours before it does in UTC.
  DECLARE v_this_year SMALLINT UNSIGNED DEFAULT YEAR(LEAST(p_now, UTC_TIMESTAMP(3)) + INTERVAL 2 HOUR);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  SET @purged = 0;
  IF p_dry_run THEN
    SELECT COUNT(*) INTO @purged FROM receipts WHERE year IN (SELECT year FROM receipt_destructions WHERE done_utc IS NULL AND year + GREATEST(p_years, 6) < v_this_year);
  ELSE
    START TRANSACTION;
    SELECT MIN(year) INTO v_year FROM receipt_destructions WHERE done_utc IS NULL AND year + GREATEST(p_years, 6) < v_this_year FOR UPDATE;
    IF EXISTS (SELECT 1 FROM receipts WHERE year < v_year) THEN  -- of a year that nobody has confirmed
      SET v_year = NULL;
    END IF;
    IF v_year IS NOT NULL THEN
      SET v_end = CONCAT(v_year, '-12-31 22:00:00');
      DELETE FROM receipts WHERE year = v_year ORDER BY no LIMIT v_left;
      SET v_gone = ROW_COUNT(), v_left = v_left - v_gone;
      UPDATE receipt_destructions SET destroyed_no = destroyed_no + v_gone WHERE year = v_year;
      DELETE FROM ledger_entries WHERE booked_on < MAKEDATE(v_year + 1, 1) LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      -- What a later year's receipts or entries still name stays with them.
      DELETE FROM refunds WHERE created_utc < v_end AND state IN ('ok', 'failed') AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.refund_id = refunds.id)
        AND NOT EXISTS (SELECT 1 FROM ledger_entries l WHERE l.refund_id = refunds.id) LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      DELETE FROM refund_requests WHERE requested_utc < v_end AND state IN ('taken', 'declined') AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.request_id = refund_requests.id) LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      DELETE FROM payment_attempts WHERE created_utc < v_end AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.attempt_id = payment_attempts.id)
        AND NOT EXISTS (SELECT 1 FROM ledger_entries l WHERE l.attempt_id = payment_attempts.id) AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.attempt_id = payment_attempts.id)
        AND NOT EXISTS (SELECT 1 FROM refund_requests q WHERE q.attempt_id = payment_attempts.id) LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      DELETE FROM refund_guards WHERE attempt_id NOT IN (SELECT id FROM payment_attempts) LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      DELETE FROM decisions WHERE decided_utc < v_end AND done_utc IS NOT NULL LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      DELETE FROM settlements WHERE created_utc < v_end LIMIT v_left;
      SET v_left = v_left - ROW_COUNT();
      DELETE FROM settlement_differences WHERE found_utc < v_end LIMIT v_left;
      SET v_left = v_left - ROW_COUNT(), @purged = p_limit - v_left;
      IF v_left > 0 THEN
        SELECT confirmed_by, words INTO v_by, v_words FROM receipt_destructions WHERE year = v_year;
        UPDATE receipt_destructions SET done_utc = p_now WHERE year = v_year;
        CALL append_use_log(UTC_TIMESTAMP(3), v_by, '', 'delete', 'receipts', v_year, v_words, 'destroyed');
      END IF;
    END IF;
    COMMIT;
  END IF;
END //

DELIMITER ;
