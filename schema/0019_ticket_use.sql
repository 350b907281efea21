-- Tickets in use: how often each gets in, where it did, and the gates that may ask.

ALTER TABLE products ADD COLUMN uses SMALLINT UNSIGNED NULL AFTER days_valid;      -- of a pass: so many times; NULL: as often as its holder likes, and a ticket once
ALTER TABLE order_lines ADD COLUMN uses SMALLINT UNSIGNED NULL AFTER days_valid;   -- as it was when ordered


-- The guard of a ticket's uses: `uses` moves by one conditional UPDATE (… AND uses < uses_max), so that one use wins among many desks.
ALTER TABLE tickets
  ADD COLUMN price_group VARCHAR(48) CHARACTER SET ascii NULL AFTER variant_id,    -- what its holder may have to prove
  ADD COLUMN uses_max SMALLINT UNSIGNED NULL AFTER valid_until_utc,                -- NULL: as often as its holder likes
  ADD COLUMN uses INT UNSIGNED NOT NULL DEFAULT 0 AFTER uses_max;

UPDATE tickets t JOIN products p ON p.id = t.product_id SET t.uses_max = 1 WHERE p.kind = 'ticket';
UPDATE tickets t JOIN order_lines l ON l.order_id = t.order_id AND l.line_no = t.line_no SET t.price_group = l.price_group;

CREATE TABLE ticket_gates (                                                        -- machines that check by themselves
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name           VARCHAR(80) NOT NULL,
  unit_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,                         -- whose tickets it takes
  token_hash     BINARY(32) NOT NULL UNIQUE,
  made_by        INT UNSIGNED NULL,
  made_utc       DATETIME(3) NOT NULL,
  heard_utc      DATETIME(3) NULL,                                                 -- to the minute
  ended_by       INT UNSIGNED NULL,
  ended_utc      DATETIME(3) NULL,
  standing       BOOLEAN AS (IF(ended_utc IS NULL, TRUE, NULL)) STORED,
  UNIQUE KEY (unit_code, name, standing),
  FOREIGN KEY (unit_code) REFERENCES units (code),
  FOREIGN KEY (made_by) REFERENCES staff (id) ON DELETE SET NULL,
  FOREIGN KEY (ended_by) REFERENCES staff (id) ON DELETE SET NULL
) ENGINE=InnoDB;

CREATE TABLE ticket_uses (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ticket_id      BIGINT UNSIGNED NOT NULL,
  request_hash   BINARY(32) NOT NULL UNIQUE,                                       -- of who asked and their own number for it: asked twice is one use
  no             INT UNSIGNED NULL,                                                -- which use of the ticket; NULL: somebody was let in whom it didn't let in
  finding        ENUM('valid','used','wrong_day','refunded','called_off') NOT NULL, -- what the ticket was then
  used_utc       DATETIME(3) NOT NULL,
  written_utc    DATETIME(3) NOT NULL,
  place          VARCHAR(80) NOT NULL,                                             -- the desk's name, or the gate's
  staff_id       INT UNSIGNED NULL,
  gate_id        INT UNSIGNED NULL,
  unchecked      BOOLEAN NOT NULL DEFAULT FALSE,                                   -- let in without network, and written down later
  undone_utc     DATETIME(3) NULL,                                                 -- taken back by who wrote it
  KEY (ticket_id, used_utc),
  KEY (staff_id, written_utc),
  CHECK ((no IS NULL) = (finding <> 'valid')),
  FOREIGN KEY (ticket_id) REFERENCES tickets (id) ON DELETE CASCADE,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE SET NULL,
  FOREIGN KEY (gate_id) REFERENCES ticket_gates (id)
) ENGINE=InnoDB;

INSERT INTO staff_group_rights (group_id, right_name) SELECT id, 'gates_manage' FROM staff_groups WHERE code = 'shop_manager';
