-- The back office edits the catalogue: prices that begin on a day, products that come into the shop at a time, versions of a product, and movements of its stock.

ALTER TABLE products
  ADD revision INT UNSIGNED NOT NULL DEFAULT 1,   -- counted up by each write: who edited an older one is told
  ADD shown_from_utc DATETIME NULL;               -- published or closed: until then as if it were a draft; nobody has to do anything then

-- From the beginning of this day of Finland it stands instead of prices.cents; nobody has to do anything then.
CREATE TABLE coming_prices (
  product_id     INT UNSIGNED NOT NULL,
  variant_id     INT UNSIGNED NOT NULL,
  price_group    VARCHAR(48) CHARACTER SET ascii NOT NULL,
  valid_from     DATE NOT NULL,
  cents          INT UNSIGNED NOT NULL,
  PRIMARY KEY (product_id, variant_id, price_group),
  FOREIGN KEY (product_id, variant_id, price_group) REFERENCES prices (product_id, variant_id, price_group) ON DELETE CASCADE
) ENGINE=InnoDB;
CREATE TRIGGER coming_prices_insert AFTER INSERT ON coming_prices FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER coming_prices_update AFTER UPDATE ON coming_prices FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER coming_prices_delete AFTER DELETE ON coming_prices FOR EACH ROW UPDATE catalogue_version SET version = version + 1;

-- What a product was after each save, so that it can be brought back; the first edit keeps what was before it. staff_id: NULL where it wasn't a person.
CREATE TABLE product_versions (
  product_id     INT UNSIGNED NOT NULL,
  version        INT UNSIGNED NOT NULL,                            -- products.revision as it was then
  content        MEDIUMTEXT NOT NULL,                              -- JSON (handlers/lib/catalogue/product_json.h)
  staff_id       INT UNSIGNED NULL,
  at_utc         DATETIME(3) NOT NULL,
  note           VARCHAR(200) NOT NULL DEFAULT '',
  PRIMARY KEY (product_id, version),
  FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- Earlier values of what has no versions: sessions, forms of sign-ups, campaigns and discount codes. A row for each save that changed something.
CREATE TABLE edit_history (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  subject        ENUM('session','form','campaign','discount_code') NOT NULL,
  subject_id     VARCHAR(48) CHARACTER SET ascii NOT NULL,         -- of the session its variant, of a form its code
  staff_id       INT UNSIGNED NULL,
  at_utc         DATETIME(3) NOT NULL,
  changes        MEDIUMTEXT NOT NULL,                              -- JSON: [[field of the form, before, after], ...] as they are typed in Finnish
  KEY (subject, subject_id, id),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- What staff changed in a variant's stock, and why; what is sold moves `stock` without a row here.
CREATE TABLE stock_movements (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  variant_id     INT UNSIGNED NOT NULL,
  form_key       BINARY(16) NOT NULL UNIQUE,                       -- of the form: sent twice, it moves once
  pieces         INT NOT NULL,                                     -- added; below 0: taken away
  capacity       INT NOT NULL,                                     -- after it
  reason         VARCHAR(200) NOT NULL,
  staff_id       INT UNSIGNED NULL,
  at_utc         DATETIME(3) NOT NULL,
  KEY (variant_id, id),
  FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- A ticket's time that isn't held, for good: it is never for sale again, and its tickets let nobody in.
CREATE TABLE called_off_times (
  variant_id     INT UNSIGNED NOT NULL PRIMARY KEY,                -- who settles an order of it locks its row, or the gap where that would stand
  reason         VARCHAR(200) NOT NULL,                            -- shown with the refunds
  called_off_by  INT UNSIGNED NOT NULL,
  called_off_utc DATETIME(3) NOT NULL,
  unasked        INT UNSIGNED NOT NULL DEFAULT 1,                  -- above 0: payments looks for orders that are not asked back yet; each that is paid later counts it up
  FOREIGN KEY (variant_id) REFERENCES variants (id),
  FOREIGN KEY (called_off_by) REFERENCES staff (id)
) ENGINE=InnoDB;

-- Its orders that were asked back and told: once each, however often a run is cut off.
CREATE TABLE called_off_orders (
  variant_id     INT UNSIGNED NOT NULL,
  order_id       BIGINT UNSIGNED NOT NULL,
  request_id     BIGINT UNSIGNED NULL UNIQUE,                      -- the newest; NULL: nothing was left to pay back
  told           BOOLEAN NOT NULL DEFAULT TRUE,                    -- FALSE: asking it back has failed so far
  again_utc      DATETIME(3) NULL,                                 -- it is looked at again then; NULL: nothing of it is under way any more
  PRIMARY KEY (variant_id, order_id),
  KEY (again_utc),
  FOREIGN KEY (variant_id) REFERENCES called_off_times (variant_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (request_id) REFERENCES refund_requests (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- A product as somebody is about to save it: `render` makes its pages beside the site's, and the back office shows them to staff. For an hour.
CREATE TABLE previews (
  token          CHAR(26) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  content        MEDIUMTEXT NOT NULL,                              -- as of product_versions
  made_utc       DATETIME(3) NOT NULL,
  KEY (made_utc)
) ENGINE=InnoDB;
