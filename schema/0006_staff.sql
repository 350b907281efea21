-- The city's people and how they log in. Who may write what: README.md; how keys hang on passwords: handlers/opener/README.md.

CREATE TABLE staff (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  login          VARCHAR(48) CHARACTER SET ascii NOT NULL UNIQUE,  -- small letters, digits, . and -
  name           VARCHAR(100) NOT NULL,
  email          VARCHAR(200) NOT NULL,
  lang           ENUM('fi','sv','en') NOT NULL,
  state          ENUM('invited','active','disabled') NOT NULL,
  created_utc    DATETIME(3) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE staff_enrolments (                                    -- a link that works once, for a short time
  token_hash     BINARY(32) NOT NULL PRIMARY KEY,                  -- of the 128 bits in the link
  staff_id       INT UNSIGNED NOT NULL,
  made_utc       DATETIME(3) NOT NULL,
  expires_utc    DATETIME(3) NOT NULL,
  used_utc       DATETIME(3) NULL,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE staff_passwords (
  staff_id       INT UNSIGNED NOT NULL PRIMARY KEY,
  salt           BINARY(16) NOT NULL,
  verifier       BINARY(32) NOT NULL,                              -- under the pepper: worth nothing without it
  set_utc        DATETIME(3) NOT NULL,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE staff_totp (                                          -- RFC 6238
  staff_id       INT UNSIGNED NOT NULL PRIMARY KEY,
  secret         VARCHAR(200) CHARACTER SET ascii NOT NULL,        -- sealed under the pepper
  last_step      BIGINT UNSIGNED NOT NULL,                         -- of the last code that was taken: none is taken twice
  set_utc        DATETIME(3) NOT NULL,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE staff_sessions (
  token_hash     BINARY(32) NOT NULL PRIMARY KEY,
  staff_id       INT UNSIGNED NOT NULL,
  begun_utc      DATETIME(3) NOT NULL,
  seen_utc       DATETIME(3) NOT NULL,
  factor_utc     DATETIME(3) NOT NULL,                             -- when a second factor was last shown
  KEY (staff_id),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE login_guards (                                        -- failed logins, by account and by address
  guard_key      BINARY(16) NOT NULL PRIMARY KEY,                  -- a keyed hash: neither can be read from it
  failures       SMALLINT UNSIGNED NOT NULL,
  last_utc       DATETIME(3) NOT NULL,
  wait_until_utc DATETIME(3) NOT NULL,
  KEY (last_utc)
) ENGINE=InnoDB;
