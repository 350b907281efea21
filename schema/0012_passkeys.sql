-- More second factors: passkeys (WebAuthn) and recovery codes.

CREATE TABLE staff_passkeys (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  staff_id       INT UNSIGNED NOT NULL,
  credential_id  VARBINARY(255) NOT NULL UNIQUE,
  public_key     VARBINARY(512) NOT NULL,                          -- ES256: x and y, 64 bytes; RS256: modulus and exponent
  sign_count     INT UNSIGNED NOT NULL,                            -- never goes back
  name           VARCHAR(60) NOT NULL,                             -- by its owner
  made_utc       DATETIME(3) NOT NULL,
  used_utc       DATETIME(3) NULL,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE passkey_challenges (                                  -- those that were used: none is used twice
  challenge_hash BINARY(32) NOT NULL PRIMARY KEY,
  used_utc       DATETIME(3) NOT NULL,
  KEY (used_utc)
) ENGINE=InnoDB;

CREATE TABLE staff_recovery_codes (                                -- each once, in place of a one-time code
  staff_id       INT UNSIGNED NOT NULL,
  code_hash      BINARY(32) NOT NULL,                              -- under the pepper
  used_utc       DATETIME(3) NULL,
  PRIMARY KEY (staff_id, code_hash),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;
