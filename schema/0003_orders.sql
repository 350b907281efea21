-- Orders and what residents ask about them. States and who moves them: README.md.

CREATE TABLE orders (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number         CHAR(9) CHARACTER SET ascii NOT NULL UNIQUE,   -- 8 random base32 characters and a check character
  token          CHAR(26) CHARACTER SET ascii NOT NULL UNIQUE,  -- 128 bits; the order page's link
  idempotency_key BINARY(16) NOT NULL UNIQUE,
  content_hash   BINARY(32) NOT NULL,                           -- the same key with other content is refused
  reference      VARCHAR(20) CHARACTER SET ascii NOT NULL UNIQUE,
  lang           ENUM('fi','sv','en') NOT NULL,
  state          ENUM('pending','confirmed','paid','paid_no_stock','cancelled','expired') NOT NULL,
  total_cents    INT UNSIGNED NOT NULL,
  holds_stock    BOOLEAN NOT NULL,                              -- its lines are taken out of stock.free
  created_utc    DATETIME(3) NOT NULL,
  hold_until_utc DATETIME(3) NOT NULL,
  settled_utc    DATETIME(3) NULL,
  fulfilled_utc  DATETIME(3) NULL,                              -- tickets made and confirmation mailed
  first_name     VARCHAR(50) NOT NULL,
  last_name      VARCHAR(50) NOT NULL,
  street_address VARCHAR(100) NOT NULL,
  postal_code    VARCHAR(15) NOT NULL,                          -- may be empty abroad
  town           VARCHAR(60) NOT NULL,
  country        CHAR(2) CHARACTER SET ascii NOT NULL,
  phone          VARCHAR(16) CHARACTER SET ascii NOT NULL,      -- E.164
  email          VARCHAR(200) NOT NULL,
  company        VARCHAR(100) NULL,
  business_id    CHAR(9) CHARACTER SET ascii NULL,
  age_confirmed  TINYINT UNSIGNED NOT NULL,
  KEY (state, hold_until_utc),
  KEY (state, fulfilled_utc),
  KEY (email),
  KEY (created_utc)
) ENGINE=InnoDB;

-- As they were when ordered; never computed again.
CREATE TABLE order_lines (
  order_id       BIGINT UNSIGNED NOT NULL,
  line_no        SMALLINT UNSIGNED NOT NULL,
  kind           ENUM('product','delivery') NOT NULL,
  product_id     INT UNSIGNED NULL,
  variant_id     INT UNSIGNED NULL,
  product_kind   ENUM('goods','service','ticket','pass') NULL,
  code           VARCHAR(97) CHARACTER SET ascii NOT NULL,      -- product/variant, or the delivery way
  price_group    VARCHAR(48) CHARACTER SET ascii NULL,
  name           VARCHAR(160) NOT NULL,
  detail         VARCHAR(300) NOT NULL DEFAULT '',              -- variant, day, price group in words
  starts_utc     DATETIME NULL,
  ends_utc       DATETIME NULL,
  days_valid     SMALLINT UNSIGNED NULL,
  quantity       SMALLINT UNSIGNED NOT NULL,
  unit_cents     INT UNSIGNED NOT NULL,
  vat_code       VARCHAR(24) CHARACTER SET ascii NOT NULL,
  vat_per_mille  SMALLINT UNSIGNED NULL,                        -- NULL: exempt
  vat_reason     VARCHAR(200) NOT NULL DEFAULT '',
  cost_centre    VARCHAR(16) NOT NULL,
  ledger_account VARCHAR(16) NOT NULL,
  withdrawal     ENUM('none_dated_leisure','service_14d','goods_14d','digital','none_statutory') NOT NULL,
  begin_now      BOOLEAN NOT NULL DEFAULT FALSE,
  appeal         VARCHAR(400) NOT NULL DEFAULT '',
  counted        BOOLEAN NOT NULL DEFAULT FALSE,                -- the variant had a guard row
  delivery_code  VARCHAR(48) CHARACTER SET ascii NULL,
  delivery_kind  ENUM('collect','post','email','none') NULL,
  delivery_name  VARCHAR(120) NOT NULL DEFAULT '',
  delivery_detail VARCHAR(300) NOT NULL DEFAULT '',
  holder_names   TEXT NULL,                                     -- JSON array, one per unit, where asked
  PRIMARY KEY (order_id, line_no),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE order_events (                                     -- the journal of an order
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id       BIGINT UNSIGNED NOT NULL,
  at_utc         DATETIME(3) NOT NULL,
  event          VARCHAR(40) CHARACTER SET ascii NOT NULL,
  detail         VARCHAR(200) NOT NULL DEFAULT '',
  KEY (order_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE cancel_requests (                                  -- checkout asks, payments --sweep does
  order_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  requested_utc  DATETIME(3) NOT NULL,
  done_utc       DATETIME(3) NULL,
  KEY (done_utc),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- Withdrawals from contract (KSL 6:14 a; Directive 2023/2673 art. 1(3)): what was stated, and when to the second.
CREATE TABLE withdrawals (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  case_code      CHAR(9) CHARACTER SET ascii NOT NULL UNIQUE,
  form_key       BINARY(16) NOT NULL UNIQUE,                    -- a form sent twice is one withdrawal
  order_id       BIGINT UNSIGNED NULL,                          -- NULL: no match, staff look at it
  via            ENUM('order_page','form') NOT NULL,
  name           VARCHAR(101) NOT NULL,
  order_number   VARCHAR(40) NOT NULL,
  email          VARCHAR(200) NOT NULL,
  lines_stated   VARCHAR(1000) NOT NULL,
  lang           ENUM('fi','sv','en') NOT NULL,
  received_utc   DATETIME NOT NULL,
  state          ENUM('received','refunded','declined') NOT NULL DEFAULT 'received',
  KEY (state, received_utc),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL
) ENGINE=InnoDB;

CREATE TABLE withdrawal_lines (
  withdrawal_id  BIGINT UNSIGNED NOT NULL,
  line_no        SMALLINT UNSIGNED NOT NULL,
  quantity       SMALLINT UNSIGNED NOT NULL,
  PRIMARY KEY (withdrawal_id, line_no),
  FOREIGN KEY (withdrawal_id) REFERENCES withdrawals (id) ON DELETE CASCADE
) ENGINE=InnoDB;
