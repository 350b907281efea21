-- The catalogue: what is sold, at what price, by whom, and how many are left.
-- Written by the import tool (later also by the back office); `stock` also by checkout and payments.

CREATE TABLE units (
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  name_fi        VARCHAR(120) NOT NULL,
  name_sv        VARCHAR(120) NOT NULL,
  name_en        VARCHAR(120) NOT NULL,
  email          VARCHAR(254) NOT NULL DEFAULT '',
  phone          VARCHAR(16)  NOT NULL DEFAULT ''
) ENGINE=InnoDB;

CREATE TABLE images (                       -- bytes live here, so that one transaction publishes a product whole
  sha256         BINARY(32) NOT NULL PRIMARY KEY,
  media_type     VARCHAR(40) CHARACTER SET ascii NOT NULL,
  bytes          MEDIUMBLOB NOT NULL
) ENGINE=InnoDB;

CREATE TABLE categories (
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  parent_code    VARCHAR(48) CHARACTER SET ascii NULL,
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  sort_order     INT NOT NULL DEFAULT 0,
  name_fi        VARCHAR(120) NOT NULL,
  name_sv        VARCHAR(120) NOT NULL,
  name_en        VARCHAR(120) NOT NULL,
  summary_fi     VARCHAR(400) NOT NULL DEFAULT '',
  summary_sv     VARCHAR(400) NOT NULL DEFAULT '',
  summary_en     VARCHAR(400) NOT NULL DEFAULT '',
  slug_fi        VARCHAR(80) CHARACTER SET ascii NOT NULL UNIQUE,
  slug_sv        VARCHAR(80) CHARACTER SET ascii NOT NULL UNIQUE,
  slug_en        VARCHAR(80) CHARACTER SET ascii NOT NULL UNIQUE,
  image_sha256   BINARY(32) NULL,
  FOREIGN KEY (parent_code) REFERENCES categories (code),
  FOREIGN KEY (unit_code) REFERENCES units (code),
  FOREIGN KEY (image_sha256) REFERENCES images (sha256)
) ENGINE=InnoDB;

CREATE TABLE price_groups (
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  sort_order     INT NOT NULL DEFAULT 0,
  name_fi        VARCHAR(120) NOT NULL,
  name_sv        VARCHAR(120) NOT NULL,
  name_en        VARCHAR(120) NOT NULL,
  proof          BOOLEAN NOT NULL DEFAULT FALSE,   -- the right to the price is shown at the desk
  proof_fi       VARCHAR(200) NOT NULL DEFAULT '',
  proof_sv       VARCHAR(200) NOT NULL DEFAULT '',
  proof_en       VARCHAR(200) NOT NULL DEFAULT ''
) ENGINE=InnoDB;

-- One row per code and period. per_mille is NULL where the sale is exempt: "exempt" (with its reason)
-- and "0 %" are different codes. A rate is looked up by the day of the order and kept on the order line.
CREATE TABLE vat_codes (
  code           VARCHAR(24) CHARACTER SET ascii NOT NULL,
  valid_from     DATE NOT NULL,
  valid_to       DATE NULL,                        -- the last day; NULL: still in force
  per_mille      SMALLINT UNSIGNED NULL,
  reason_fi      VARCHAR(200) NOT NULL DEFAULT '',
  reason_sv      VARCHAR(200) NOT NULL DEFAULT '',
  reason_en      VARCHAR(200) NOT NULL DEFAULT '',
  PRIMARY KEY (code, valid_from),
  CHECK (per_mille IS NOT NULL OR reason_fi <> ''),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
) ENGINE=InnoDB;

CREATE TABLE delivery_ways (
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  kind           ENUM('collect','post','email','none') NOT NULL,
  cents          INT UNSIGNED NOT NULL DEFAULT 0,  -- once per order, VAT included
  vat_code       VARCHAR(24) CHARACTER SET ascii NULL,
  sort_order     INT NOT NULL DEFAULT 0,
  name_fi        VARCHAR(120) NOT NULL,
  name_sv        VARCHAR(120) NOT NULL,
  name_en        VARCHAR(120) NOT NULL,
  detail_fi      VARCHAR(300) NOT NULL DEFAULT '',
  detail_sv      VARCHAR(300) NOT NULL DEFAULT '',
  detail_en      VARCHAR(300) NOT NULL DEFAULT '',
  CHECK (cents = 0 OR vat_code IS NOT NULL)
) ENGINE=InnoDB;

CREATE TABLE products (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL UNIQUE,
  kind           ENUM('goods','service','ticket','pass') NOT NULL,
  category_code  VARCHAR(48) CHARACTER SET ascii NOT NULL,
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  vat_code       VARCHAR(24) CHARACTER SET ascii NOT NULL,      -- no default, on purpose
  withdrawal     ENUM('none_dated_leisure','service_14d','goods_14d','digital') NOT NULL,
  consumer_contract BOOLEAN NOT NULL DEFAULT TRUE,              -- FALSE: a statutory fee
  minor_value    BOOLEAN NOT NULL DEFAULT FALSE,                -- a fifteen-year-old may buy it
  holder_name    BOOLEAN NOT NULL DEFAULT FALSE,                -- a pass made out to a person
  cost_centre    VARCHAR(16) NOT NULL,
  ledger_account VARCHAR(16) NOT NULL,
  max_per_order  SMALLINT UNSIGNED NOT NULL,
  days_valid     SMALLINT UNSIGNED NULL,                        -- a pass: from the day it is bought
  sale_from_utc  DATETIME NULL,
  sale_until_utc DATETIME NULL,
  state          ENUM('draft','published','closed') NOT NULL,   -- closed: shown, not sold
  topical        BOOLEAN NOT NULL DEFAULT FALSE,
  sort_order     INT NOT NULL DEFAULT 0,
  image_sha256   BINARY(32) NULL,
  alt_fi         VARCHAR(200) NOT NULL DEFAULT '',
  alt_sv         VARCHAR(200) NOT NULL DEFAULT '',
  alt_en         VARCHAR(200) NOT NULL DEFAULT '',
  appeal_fi      VARCHAR(400) NOT NULL DEFAULT '',              -- a statutory fee: how to appeal
  appeal_sv      VARCHAR(400) NOT NULL DEFAULT '',
  appeal_en      VARCHAR(400) NOT NULL DEFAULT '',
  updated_utc    DATETIME NOT NULL,
  KEY (category_code, sort_order),
  FOREIGN KEY (category_code) REFERENCES categories (code),
  FOREIGN KEY (unit_code) REFERENCES units (code),
  FOREIGN KEY (image_sha256) REFERENCES images (sha256)
) ENGINE=InnoDB;

CREATE TABLE product_texts (
  product_id     INT UNSIGNED NOT NULL,
  lang           ENUM('fi','sv','en') NOT NULL,
  slug           VARCHAR(120) CHARACTER SET ascii NOT NULL,     -- stays when the name changes
  name           VARCHAR(160) NOT NULL,
  summary        VARCHAR(300) NOT NULL DEFAULT '',
  description    TEXT NOT NULL,                                 -- Markdown
  PRIMARY KEY (product_id, lang),
  UNIQUE KEY (lang, slug),
  FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- What is put in a cart: a size, a colour, a day or a time slot. Every product has at least one; the only
-- one of a product without choices has the code '-'. Courses and camps will have sessions of their own.
CREATE TABLE variants (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id     INT UNSIGNED NOT NULL,
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL,
  name_fi        VARCHAR(120) NOT NULL DEFAULT '',
  name_sv        VARCHAR(120) NOT NULL DEFAULT '',
  name_en        VARCHAR(120) NOT NULL DEFAULT '',
  starts_utc     DATETIME NULL,                                 -- dated tickets
  ends_utc       DATETIME NULL,
  sort_order     INT NOT NULL DEFAULT 0,
  active         BOOLEAN NOT NULL DEFAULT TRUE,
  UNIQUE KEY (product_id, code),
  FOREIGN KEY (product_id) REFERENCES products (id),
  CHECK ((starts_utc IS NULL) = (ends_utc IS NULL))
) ENGINE=InnoDB;

-- The guard row of a variant whose pieces or seats are counted; no row: not counted.
-- Moved only by conditional UPDATE (… AND free >= n), rows in order of variant_id. `free` is capacity less what is
-- held, so it is below 0 while more is held than a lowered capacity has room for: readers show that as none.
CREATE TABLE stock (
  variant_id     INT UNSIGNED NOT NULL PRIMARY KEY,
  capacity       INT NOT NULL,
  free           INT NOT NULL,
  FOREIGN KEY (variant_id) REFERENCES variants (id),
  CHECK (capacity >= 0 AND free <= capacity)
) ENGINE=InnoDB;

CREATE TABLE prices (
  product_id     INT UNSIGNED NOT NULL,
  variant_id     INT UNSIGNED NOT NULL DEFAULT 0,               -- 0: every variant without a price of its own
  price_group    VARCHAR(48) CHARACTER SET ascii NOT NULL,
  cents          INT UNSIGNED NOT NULL,                         -- VAT included
  PRIMARY KEY (product_id, variant_id, price_group),
  FOREIGN KEY (product_id) REFERENCES products (id),
  FOREIGN KEY (price_group) REFERENCES price_groups (code)
) ENGINE=InnoDB;

CREATE TABLE product_deliveries (
  product_id     INT UNSIGNED NOT NULL,
  delivery_code  VARCHAR(48) CHARACTER SET ascii NOT NULL,
  PRIMARY KEY (product_id, delivery_code),
  FOREIGN KEY (product_id) REFERENCES products (id),
  FOREIGN KEY (delivery_code) REFERENCES delivery_ways (code)
) ENGINE=InnoDB;

CREATE TABLE postal_codes (                                     -- Finland's; from site/postal
  code           CHAR(5) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  town_fi        VARCHAR(60) NOT NULL,
  town_sv        VARCHAR(60) NOT NULL
) ENGINE=InnoDB;

-- Whoever changes something that a page shows inserts a row here in the same transaction;
-- `render --watch` reads on from the last. Rows commit out of order: the reader looks back a window.
CREATE TABLE changes (
  seq            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind           ENUM('product','availability','all') NOT NULL,
  product_id     INT UNSIGNED NOT NULL DEFAULT 0,
  at_utc         DATETIME(3) NOT NULL
) ENGINE=InnoDB;

-- What the last import of a whole catalogue held, so that the same import again does nothing.
CREATE TABLE catalogue_imports (
  name           VARCHAR(97) CHARACTER SET ascii NOT NULL PRIMARY KEY,   -- 'lists', 'postal', or product/<code>
  content_hash   BINARY(32) NOT NULL,                                    -- zeros: a product that was closed since
  at_utc         DATETIME NOT NULL                                       -- of the first import: "+14d" counts from it
) ENGINE=InnoDB;

-- Whether a copy of the catalogue is still true: one row, counted up with every change of a table that an offer is made of.
-- Triggers count, so that no writer can forget to. Of `stock` they count which variants have a row, for the pieces themselves
-- are read anew each time. Whoever reads the version first and the tables after it never takes old rows for new ones.
CREATE TABLE catalogue_version (
  id             TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  version        BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB;
INSERT INTO catalogue_version VALUES (1, 1);
CREATE TRIGGER price_groups_insert AFTER INSERT ON price_groups FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER price_groups_update AFTER UPDATE ON price_groups FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER price_groups_delete AFTER DELETE ON price_groups FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER vat_codes_insert AFTER INSERT ON vat_codes FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER vat_codes_update AFTER UPDATE ON vat_codes FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER vat_codes_delete AFTER DELETE ON vat_codes FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER delivery_ways_insert AFTER INSERT ON delivery_ways FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER delivery_ways_update AFTER UPDATE ON delivery_ways FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER delivery_ways_delete AFTER DELETE ON delivery_ways FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER products_insert AFTER INSERT ON products FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER products_update AFTER UPDATE ON products FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER products_delete AFTER DELETE ON products FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER product_texts_insert AFTER INSERT ON product_texts FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER product_texts_update AFTER UPDATE ON product_texts FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER product_texts_delete AFTER DELETE ON product_texts FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER product_deliveries_insert AFTER INSERT ON product_deliveries FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER product_deliveries_update AFTER UPDATE ON product_deliveries FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER product_deliveries_delete AFTER DELETE ON product_deliveries FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER variants_insert AFTER INSERT ON variants FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER variants_update AFTER UPDATE ON variants FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER variants_delete AFTER DELETE ON variants FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER prices_insert AFTER INSERT ON prices FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER prices_update AFTER UPDATE ON prices FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER prices_delete AFTER DELETE ON prices FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER stock_insert AFTER INSERT ON stock FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER stock_delete AFTER DELETE ON stock FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
