-- Gift cards: multi-purpose vouchers, sold without VAT and used as money (Directive 2006/112/EC art. 30 a and 30 b). README.md: Gift cards.

INSERT INTO vat_codes (code, valid_from, valid_to, per_mille, reason_fi, reason_sv, reason_en) VALUES
 ('voucher', '2019-01-01', NULL, NULL, 'Monikäyttöinen arvoseteli: vero maksetaan, kun seteliä käytetään',
  'Flerfunktionsvoucher: skatten betalas när vouchern används', 'Multi-purpose voucher: VAT is paid when it is used');

ALTER TABLE products MODIFY kind ENUM('goods','service','ticket','pass','activity','gift_card') NOT NULL;
ALTER TABLE order_lines MODIFY product_kind ENUM('goods','service','ticket','pass','activity','gift_card') NULL;

-- No person stands here: who has the code has the money. The code itself is in gift_card_codes while its order lives.
CREATE TABLE gift_cards (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code_hash      BINARY(32) NOT NULL UNIQUE,                       -- SHA-256 of the code, 80 random bits
  order_id       BIGINT UNSIGNED NULL,                             -- that bought it, or got it instead of one that had expired; NULL once that is gone
  line_no        SMALLINT UNSIGNED NULL,                           -- of that order; NULL: it came instead of another
  product_id     INT UNSIGNED NOT NULL,
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  original_cents INT UNSIGNED NOT NULL,
  balance_cents  INT UNSIGNED NOT NULL,                            -- the sum of its moves
  issued_utc     DATETIME(3) NOT NULL,
  valid_until_utc DATETIME NOT NULL,                               -- to its last second
  voided_utc     DATETIME(3) NULL,                                 -- it pays no more; what is left of it stays a debt of the city's
  void_reason    ENUM('refunded','lost','fraud','mistake') NULL,   -- refunded: the card itself was paid back
  ledger_account VARCHAR(16) NOT NULL,                             -- where its sale was credited and its use is debited
  cost_centre    VARCHAR(16) NOT NULL,
  KEY (order_id, line_no),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL,
  CHECK (balance_cents <= original_cents),
  CHECK ((voided_utc IS NULL) = (void_reason IS NULL))
) ENGINE=InnoDB;

CREATE TABLE gift_card_codes (                                      -- what the buyer sees on the order's page: checkout alone reads it, and it goes with the order
  card_id        BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  order_id       BIGINT UNSIGNED NOT NULL,
  code           CHAR(17) CHARACTER SET ascii NOT NULL,
  KEY (order_id),
  FOREIGN KEY (card_id) REFERENCES gift_cards (id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE gift_card_moves (                                      -- insert only; a card's moves add up to its balance
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  card_id        BIGINT UNSIGNED NOT NULL,
  at_utc         DATETIME(3) NOT NULL,
  kind           ENUM('issued','held','spent','given_back','refunded','paid_back','paid_back_failed','voided','expired') NOT NULL,
  cents          INT NOT NULL,                                     -- held, paid_back and expired below 0; spent (of what was held) and voided 0
  order_id       BIGINT UNSIGNED NULL,                             -- of held to refunded: the order that it pays
  refund_id      BIGINT UNSIGNED NULL,
  staff_id       INT UNSIGNED NULL,
  words          VARCHAR(200) NOT NULL DEFAULT '',                 -- why it was voided
  KEY (card_id),
  KEY (refund_id),
  KEY (order_id),
  FOREIGN KEY (card_id) REFERENCES gift_cards (id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL
) ENGINE=InnoDB;

CREATE TABLE order_gift_cards (                                     -- what cards pay of an order
  order_id       BIGINT UNSIGNED NOT NULL,
  card_id        BIGINT UNSIGNED NOT NULL,
  cents          INT UNSIGNED NOT NULL,
  refunded_cents INT UNSIGNED NOT NULL DEFAULT 0,                  -- of cents: what came back to a card
  state          ENUM('held','spent','given_back') NOT NULL,
  PRIMARY KEY (order_id, card_id),
  KEY (card_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (card_id) REFERENCES gift_cards (id),
  CHECK (cents > 0 AND refunded_cents <= cents)
) ENGINE=InnoDB;

ALTER TABLE ledger_entries MODIFY attempt_id BIGINT UNSIGNED NULL;  -- NULL: of gift cards that are over; debit and credit of the day's are equal
ALTER TABLE orders ADD COLUMN cards_cents INT UNSIGNED NOT NULL DEFAULT 0 AFTER total_cents;  -- of the total: what gift cards pay; the rest is paid at the payment service
ALTER TABLE payment_attempts ADD COLUMN cards_cents INT UNSIGNED NOT NULL DEFAULT 0 AFTER received_cents;  -- of a settled one: what gift cards paid besides
ALTER TABLE refunds ADD COLUMN card_cents INT UNSIGNED NOT NULL DEFAULT 0 AFTER cents;       -- of cents: what goes back to gift cards, not by the payment service

-- Reports by way of payment: what cards paid of a line stands under 'gift_card', the rest under the receipt's provider.
ALTER TABLE receipt_lines
  ADD COLUMN card_cents INT NOT NULL DEFAULT 0,                    -- of gross_cents
  ADD COLUMN card_vat_cents INT NOT NULL DEFAULT 0;                -- of vat_cents
DROP TRIGGER receipt_lines_insert;
DELIMITER //
CREATE TRIGGER receipt_lines_insert AFTER INSERT ON receipt_lines FOR EACH ROW
BEGIN
  DECLARE v_provider VARCHAR(60) CHARACTER SET ascii;
  SELECT provider INTO v_provider FROM receipts WHERE id = NEW.receipt_id;
  INSERT INTO sales_days VALUES (NEW.booked_on, NEW.unit_code, NEW.code, NEW.vat_code, COALESCE(NEW.vat_per_mille, -1), v_provider, NEW.quantity, NEW.gross_cents - NEW.card_cents, NEW.vat_cents - NEW.card_vat_cents)
    ON DUPLICATE KEY UPDATE quantity = sales_days.quantity + NEW.quantity, gross_cents = sales_days.gross_cents + NEW.gross_cents - NEW.card_cents, vat_cents = sales_days.vat_cents + NEW.vat_cents - NEW.card_vat_cents;
  IF NEW.card_cents <> 0 OR NEW.card_vat_cents <> 0 THEN
    INSERT INTO sales_days VALUES (NEW.booked_on, NEW.unit_code, NEW.code, NEW.vat_code, COALESCE(NEW.vat_per_mille, -1), 'gift_card', 0, NEW.card_cents, NEW.card_vat_cents)
      ON DUPLICATE KEY UPDATE gross_cents = sales_days.gross_cents + NEW.card_cents, vat_cents = sales_days.vat_cents + NEW.card_vat_cents;
  END IF;
END //
DELIMITER ;
