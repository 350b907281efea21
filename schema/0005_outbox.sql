-- Mail to be sent: a row is inserted in the transaction of the fact that it reports; the mailer sends it.

CREATE TABLE outbox (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind           VARCHAR(40) CHARACTER SET ascii NOT NULL,      -- names the mail's template
  lang           ENUM('fi','sv','en') NOT NULL,
  recipient      VARCHAR(200) NOT NULL,
  data           MEDIUMTEXT NOT NULL,                           -- JSON: what the template prints
  order_id       BIGINT UNSIGNED NULL,
  message_id     CHAR(26) CHARACTER SET ascii NOT NULL UNIQUE,  -- stable over every try
  state          ENUM('queued','sending','sent','dead') NOT NULL DEFAULT 'queued',
  tries          SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  next_try_utc   DATETIME(3) NOT NULL,                          -- while sending: when the claim lapses
  created_utc    DATETIME(3) NOT NULL,
  sent_utc       DATETIME(3) NULL,
  sent_sha256    BINARY(32) NULL,                               -- of the message as sent: proof of the durable medium
  last_error     VARCHAR(120) NOT NULL DEFAULT '',
  KEY (state, next_try_utc),
  KEY (order_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL
) ENGINE=InnoDB;

-- How many mails an address got because somebody typed it into a form: one row a kind and address, counted anew when the
-- time of the limit is over (checkout/mail_limit.h).
CREATE TABLE mail_guards (
  kind           VARCHAR(40) CHARACTER SET ascii NOT NULL,      -- of the mail
  recipient      VARCHAR(200) NOT NULL,
  since_utc      DATETIME(3) NOT NULL,                          -- the first one counted
  asked          SMALLINT UNSIGNED NOT NULL,                    -- also those that were not sent
  PRIMARY KEY (kind, recipient),
  KEY (since_utc)
) ENGINE=InnoDB;
