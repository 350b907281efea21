-- What staff ask, decide and hand out after an order was made, and what payments does of it. Two tables a refund: a request says what staff want
-- and who agreed (backoffice), a refund is what was said to the payment service and came of it (payments). README.md: Refunds.

ALTER TABLE order_lines ADD COLUMN unit_code VARCHAR(48) CHARACTER SET ascii NOT NULL DEFAULT '' AFTER variant_id, ADD KEY by_unit (unit_code, order_id),
  ADD KEY by_product (product_id, unit_code, order_id),                            -- a product may move to another unit: its lines stay where they were sold
  ADD KEY by_variant (variant_id, unit_code, order_id);
UPDATE order_lines l JOIN products p ON p.id = l.product_id SET l.unit_code = p.unit_code;

ALTER TABLE orders ADD KEY by_state (state, id), ADD KEY (phone), ADD KEY (last_name, first_name), ADD KEY (company);
ALTER TABLE outbox ADD COLUMN case_code CHAR(9) CHARACTER SET ascii AS (LEFT(JSON_VALUE(data, '$.case_code'), 9)) PERSISTENT, ADD KEY (case_code); -- which the mail ends with: staff find by it what the mail was about

ALTER TABLE refund_requests
  DROP FOREIGN KEY refund_requests_ibfk_1,
  DROP FOREIGN KEY refund_requests_ibfk_2,
  MODIFY order_id BIGINT UNSIGNED NULL,                            -- NULL once the order's year is over
  MODIFY reason ENUM('family_cancelled','session_cancelled','customer_asked','withdrawal','not_delivered','overpaid','no_stock','sum_differs','mistake') NOT NULL,
  MODIFY state ENUM('asked','requested','approved','taken','declined') NOT NULL DEFAULT 'asked', -- taken: payments has it
  ADD COLUMN attempt_id BIGINT UNSIGNED NULL AFTER order_id,       -- the payment that is paid back; NULL while nobody of staff has looked
  ADD COLUMN withdrawal_id BIGINT UNSIGNED NULL,                   -- that it answers; each unit its own lines
  ADD COLUMN words VARCHAR(200) NOT NULL DEFAULT '',               -- why, in staff's words
  ADD COLUMN stock_back BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN form_key BINARY(16) NULL UNIQUE,                      -- a form sent twice is one request
  ADD COLUMN decided_by INT UNSIGNED NULL,                         -- who agreed or declined
  ADD COLUMN decided_utc DATETIME(3) NULL,
  ADD COLUMN decided_words VARCHAR(400) NOT NULL DEFAULT '',
  ADD KEY (attempt_id),
  ADD FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL,
  ADD FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE SET NULL,
  ADD FOREIGN KEY (withdrawal_id) REFERENCES withdrawals (id) ON DELETE SET NULL;
UPDATE refund_requests SET state = 'asked';

CREATE TABLE refund_request_lines (                                -- of a payment with a receipt: how much of which line
  request_id     BIGINT UNSIGNED NOT NULL,
  line_no        SMALLINT UNSIGNED NOT NULL,
  quantity       SMALLINT UNSIGNED NOT NULL,                       -- units that come back; 0: a part of the price only
  cents          INT UNSIGNED NOT NULL,                            -- 0: units that are free, or whose price has come back already
  PRIMARY KEY (request_id, line_no),
  FOREIGN KEY (request_id) REFERENCES refund_requests (id) ON DELETE CASCADE,
  CHECK (cents > 0 OR quantity > 0)
) ENGINE=InnoDB;

CREATE TABLE refund_guards (                                       -- whoever counts a payment's refunds in order to ask for one more writes its row first
  attempt_id     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  moves          INT UNSIGNED NOT NULL
) ENGINE=InnoDB;

CREATE TABLE refunds (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  request_id     BIGINT UNSIGNED NOT NULL UNIQUE,                  -- one call a request
  attempt_id     BIGINT UNSIGNED NOT NULL,
  stamp          CHAR(26) CHARACTER SET ascii NOT NULL UNIQUE,     -- ours, stored before the call; also the callback's address
  cents          INT UNSIGNED NOT NULL,
  state          ENUM('calling','waiting','pending','ok','failed','unknown') NOT NULL, -- waiting: the call never reached the service; it is called again
  transaction_id CHAR(36) CHARACTER SET ascii NULL UNIQUE,         -- the refund's own
  verdict        VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
  case_code      CHAR(9) CHARACTER SET ascii NOT NULL DEFAULT '',
  created_utc    DATETIME(3) NOT NULL,
  called_utc     DATETIME(3) NULL,                                 -- calling since; committed before each call
  answered_utc   DATETIME(3) NULL,
  ended_utc      DATETIME(3) NULL,                                 -- ok or failed
  KEY (attempt_id),
  KEY (state, created_utc),
  KEY (case_code),
  FOREIGN KEY (request_id) REFERENCES refund_requests (id),
  FOREIGN KEY (attempt_id) REFERENCES payment_attempts (id)
) ENGINE=InnoDB;

-- A credit receipt is a receipt of its own in the chain, with a negative total; its content names the one that it credits.
ALTER TABLE receipts
  ADD COLUMN refund_id BIGINT UNSIGNED NULL UNIQUE AFTER attempt_id,
  ADD COLUMN sale_of BIGINT UNSIGNED AS (IF(refund_id IS NULL, attempt_id, NULL)) VIRTUAL,
  MODIFY total_cents INT NOT NULL,
  DROP INDEX attempt_id,
  ADD KEY (attempt_id),
  ADD UNIQUE KEY (sale_of),                                        -- one receipt a payment
  ADD FOREIGN KEY (refund_id) REFERENCES refunds (id);

CREATE TABLE receipt_lines (                                       -- what reports add up: a receipt's lines with their unit, without a person
  receipt_id     BIGINT UNSIGNED NOT NULL,
  line_no        SMALLINT UNSIGNED NOT NULL,
  booked_on      DATE NOT NULL,                                    -- Europe/Helsinki
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  code           VARCHAR(97) CHARACTER SET ascii NOT NULL,         -- product/variant, or the delivery way
  vat_code       VARCHAR(24) CHARACTER SET ascii NOT NULL,
  vat_per_mille  SMALLINT UNSIGNED NULL,
  quantity       INT NOT NULL,                                     -- of a credit receipt below 0, or 0 where only a part of the price comes back
  gross_cents    INT NOT NULL,                                     -- the same
  vat_cents      INT NOT NULL,                                     -- the receipt's VAT of the rate, shared out to the cent
  PRIMARY KEY (receipt_id, line_no),
  KEY (booked_on),
  FOREIGN KEY (receipt_id) REFERENCES receipts (id) ON DELETE CASCADE
) ENGINE=InnoDB;

ALTER TABLE ledger_entries ADD COLUMN refund_id BIGINT UNSIGNED NULL AFTER attempt_id, ADD KEY (refund_id);
ALTER TABLE tickets ADD COLUMN refund_id BIGINT UNSIGNED NULL;     -- set: not valid any more

CREATE TABLE deliveries (                                          -- goods of an order that a unit has to hand out or to post
  order_id       BIGINT UNSIGNED NOT NULL,
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  delivery_code  VARCHAR(48) CHARACTER SET ascii NOT NULL,
  kind           ENUM('collect','post') NOT NULL,
  state          ENUM('waiting','ready','delivered','refunded') NOT NULL, -- ready: waits for its collector, who was told; refunded: all of it, before it was handed out
  changed_by     INT UNSIGNED NULL,
  changed_utc    DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id, unit_code, delivery_code),
  KEY (state, unit_code, order_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE order_notes (                                         -- of staff, for staff
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id       BIGINT UNSIGNED NOT NULL,
  form_key       BINARY(16) NOT NULL UNIQUE,
  staff_id       INT UNSIGNED NOT NULL,
  at_utc         DATETIME(3) NOT NULL,
  words          VARCHAR(1000) NOT NULL,
  KEY (order_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE decisions (                                           -- backoffice asks, payments --sweep does
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind           ENUM('deliver_anyway','refund_was_made','refund_was_not_made','ask_again') NOT NULL,
  object_id      BIGINT UNSIGNED NOT NULL,                         -- the order's, the refund's, or (ask_again) the payment attempt's
  words          VARCHAR(200) NOT NULL,                            -- why
  decided_by     INT UNSIGNED NOT NULL,
  decided_utc    DATETIME(3) NOT NULL,
  done_utc       DATETIME(3) NULL,
  result         VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
  is_open        BOOLEAN AS (IF(done_utc IS NULL, TRUE, NULL)) VIRTUAL,
  UNIQUE KEY (object_id, kind, is_open),                           -- the same is not asked twice at a time
  KEY (done_utc)
) ENGINE=InnoDB;

ALTER TABLE withdrawals ADD COLUMN handled_by INT UNSIGNED NULL, ADD COLUMN handled_utc DATETIME(3) NULL, ADD COLUMN declined_words VARCHAR(1000) NOT NULL DEFAULT '';

ALTER TABLE staff_alerts
  MODIFY kind ENUM('paid_no_stock','overpaid','needs_review','sum_differs','unknown_payment','withdrawal','withdrawal_unmatched','mail_dead',
                   'sealed_record','untrusted_key','approval_ends','consent_withdrawn','refund_waits','break_glass','session_short','refund_failed','refund_unknown','called_off_failed') NOT NULL,
  ADD COLUMN resolved_by INT UNSIGNED NULL,
  ADD COLUMN resolved_words VARCHAR(200) NOT NULL DEFAULT '',
  ADD KEY (resolved_utc, kind),
  ADD KEY (case_code);
-- An alert about a payment that we don't know has no row's id: its number stands above them all (lib/payments/stranger.h).
UPDATE staff_alerts s JOIN payment_events e ON e.case_code = s.case_code AND e.verdict IN ('unknown_stamp', 'not_matching') SET s.object_id = s.object_id | (1 << 62) WHERE s.kind = 'unknown_payment';

DELIMITER //

-- As 0017's, but a registration stays while its refund is on the way.
CREATE OR REPLACE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_registrations(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_months INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_registration BIGINT UNSIGNED;
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_all CURSOR FOR
    SELECT r.id FROM registrations r LEFT JOIN variants v ON v.id = r.variant_id WHERE r.created_utc <= p_now - INTERVAL p_months MONTH AND (v.id IS NULL OR v.ends_utc <= p_now)
      AND NOT EXISTS (SELECT 1 FROM refund_requests f LEFT JOIN refunds u ON u.request_id = f.id
                      WHERE f.registration_id = r.id AND f.state <> 'declined' AND (u.id IS NULL OR u.state NOT IN ('ok', 'failed'))) LIMIT p_limit;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  SET @purged = 0;
  OPEN v_all;
  each_one: LOOP
    FETCH v_all INTO v_registration;
    IF v_done THEN LEAVE each_one; END IF;
    SET @purged = @purged + 1;
    IF NOT p_dry_run THEN
      CALL destroy_registration(v_registration, 'retention');
    END IF;
  END LOOP;
  CLOSE v_all;
END //

DELIMITER ;
