-- Payments, receipts, the ledger and tickets. Written by the payments process alone.

CREATE TABLE payment_attempts (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id       BIGINT UNSIGNED NULL,                          -- NULL once the order's year is over
  stamp          CHAR(26) CHARACTER SET ascii NOT NULL UNIQUE,  -- ours, stored before the call
  account        VARCHAR(20) CHARACTER SET ascii NOT NULL,
  reference      VARCHAR(20) CHARACTER SET ascii NOT NULL,
  amount_cents   INT UNSIGNED NOT NULL,
  state          ENUM('creating','new','pending','ok','fail','refused','unknown','abandoned') NOT NULL,
  outcome        ENUM('none','settled','no_stock','overpaid','needs_review') NOT NULL DEFAULT 'none',
  received_cents BIGINT UNSIGNED NULL,                          -- what the service says was paid
  transaction_id CHAR(36) CHARACTER SET ascii NULL UNIQUE,
  href           VARCHAR(1000) CHARACTER SET ascii NULL,
  provider       VARCHAR(60) CHARACTER SET ascii NULL,
  settlement_reference VARCHAR(40) CHARACTER SET ascii NULL,
  created_utc    DATETIME(3) NOT NULL,
  answered_utc   DATETIME(3) NULL,
  settled_utc    DATETIME(3) NULL,
  next_poll_utc  DATETIME(3) NULL,                              -- NULL: no word is waited for
  polls          SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  KEY (order_id),
  KEY (next_poll_utc),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- Every word from the payment service, also what was refused: ids and states, nobody's data.
CREATE TABLE payment_events (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  attempt_id     BIGINT UNSIGNED NULL,
  at_utc         DATETIME(3) NOT NULL,
  source         ENUM('create','redirect','callback','poll','sweep') NOT NULL,
  verdict        VARCHAR(40) CHARACTER SET ascii NOT NULL,
  received       VARCHAR(1500) NOT NULL DEFAULT '',             -- the checkout- parameters as they came
  case_code      CHAR(9) CHARACTER SET ascii NOT NULL DEFAULT '',
  KEY (attempt_id),
  KEY (at_utc),
  KEY (case_code)
) ENGINE=InnoDB;

-- One row a year. Its lock is the last taken before commit, so numbers have no gap and no double.
CREATE TABLE receipt_series (
  year           SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
  last_no        INT UNSIGNED NOT NULL,
  anchor_hash    BINARY(32) NOT NULL,                           -- the head of the year before, or zeros
  head_hash      BINARY(32) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE receipts (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  year           SMALLINT UNSIGNED NOT NULL,
  no             INT UNSIGNED NOT NULL,                         -- printed as 2026-000123
  attempt_id     BIGINT UNSIGNED NOT NULL UNIQUE,               -- one receipt a payment
  order_id       BIGINT UNSIGNED NULL,                          -- NULL once the order is gone
  order_number   CHAR(9) CHARACTER SET ascii NOT NULL,
  issued_utc     DATETIME NOT NULL,
  lang           ENUM('fi','sv','en') NOT NULL,
  reference      VARCHAR(20) CHARACTER SET ascii NOT NULL,
  transaction_id CHAR(36) CHARACTER SET ascii NOT NULL,
  provider       VARCHAR(60) CHARACTER SET ascii NOT NULL,
  total_cents    INT UNSIGNED NOT NULL,
  content        MEDIUMTEXT NOT NULL,                           -- JSON: seller, lines, VAT by rate; no names
  prev_hash      BINARY(32) NOT NULL,
  hash           BINARY(32) NOT NULL,                           -- SHA-256 over prev_hash and what stands above; README.md
  UNIQUE KEY (year, no),
  KEY (order_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- Beside the chain, so that a name can go and the chain still proves.
CREATE TABLE receipt_buyers (
  receipt_id     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name           VARCHAR(101) NOT NULL,
  company        VARCHAR(100) NULL,
  business_id    CHAR(9) CHARACTER SET ascii NULL,
  FOREIGN KEY (receipt_id) REFERENCES receipts (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE ledger_entries (                                   -- debit and credit of one attempt are equal
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  attempt_id     BIGINT UNSIGNED NOT NULL,
  booked_on      DATE NOT NULL,                                 -- Europe/Helsinki
  account        VARCHAR(16) NOT NULL,
  cost_centre    VARCHAR(16) NOT NULL DEFAULT '',
  vat_code       VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
  debit_cents    BIGINT UNSIGNED NOT NULL DEFAULT 0,
  credit_cents   BIGINT UNSIGNED NOT NULL DEFAULT 0,
  KEY (attempt_id),
  KEY (booked_on)
) ENGINE=InnoDB;

CREATE TABLE tickets (                                          -- one row per unit sold
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           CHAR(26) CHARACTER SET ascii NOT NULL UNIQUE,  -- 128 bits
  order_id       BIGINT UNSIGNED NULL,
  line_no        SMALLINT UNSIGNED NOT NULL,
  unit_no        SMALLINT UNSIGNED NOT NULL,
  product_id     INT UNSIGNED NOT NULL,
  variant_id     INT UNSIGNED NOT NULL,
  valid_from_utc DATETIME NULL,
  valid_until_utc DATETIME NULL,
  holder_name    VARCHAR(100) NULL,
  issued_utc     DATETIME(3) NOT NULL,
  UNIQUE KEY (order_id, line_no, unit_no),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL
) ENGINE=InnoDB;

CREATE TABLE staff_alerts (                                     -- what needs a person
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind           ENUM('paid_no_stock','overpaid','needs_review','sum_differs','unknown_payment','withdrawal','withdrawal_unmatched','mail_dead') NOT NULL,
  object_id      BIGINT UNSIGNED NOT NULL,                      -- the order, attempt, withdrawal or mail, by kind
  case_code      CHAR(9) CHARACTER SET ascii NOT NULL DEFAULT '',
  created_utc    DATETIME(3) NOT NULL,
  mailed_on      DATE NULL,
  resolved_utc   DATETIME(3) NULL,
  is_open        BOOLEAN AS (IF(resolved_utc IS NULL, TRUE, NULL)) VIRTUAL,
  UNIQUE KEY (kind, object_id, is_open),                        -- what is resolved may come again
  KEY (mailed_on)
) ENGINE=InnoDB;
