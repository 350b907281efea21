-- Who can open what was sealed: the keys of the city's people and of their groups. Data keys lie in a database of their own (schema/keys).
-- No secret half stands here in the open: a person's under the password (and the pepper), a group's in wraps to its members.
-- handlers/opener/README.md tells how the keys hang together.

CREATE TABLE staff_keys (                                          -- a person's pair to open with, and one to sign with
  staff_id       INT UNSIGNED NOT NULL PRIMARY KEY,
  version        INT UNSIGNED NOT NULL,                            -- greater with each new pair
  box_public     BINARY(32) NOT NULL,
  sign_public    BINARY(32) NOT NULL,
  sealed         VARBINARY(200) NOT NULL,                          -- both secret halves, under a key of the password
  made_utc       DATETIME(3) NOT NULL,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE key_certificates (                                    -- the directory key on an administrator's signing key
  staff_id       INT UNSIGNED NOT NULL PRIMARY KEY,
  sign_public    BINARY(32) NOT NULL,
  until_day      CHAR(10) CHARACTER SET ascii NOT NULL,
  signature      BINARY(64) NOT NULL,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE key_signatures (                                      -- an administrator's on a person's or a group's public key
  text_hash      BINARY(32) NOT NULL,                              -- of the text that was signed
  signer_id      INT UNSIGNED NOT NULL,
  signature      BINARY(64) NOT NULL,
  made_utc       DATETIME(3) NOT NULL,
  PRIMARY KEY (text_hash, signer_id)
) ENGINE=InnoDB;

CREATE TABLE key_groups (                                          -- who may open one class of one unit or register: an epoch a key
  group_name     VARCHAR(64) CHARACTER SET ascii NOT NULL,         -- "unit:sports"
  class          TINYINT UNSIGNED NOT NULL,                        -- health 1, child 2, contact 3, recording 4
  epoch          INT UNSIGNED NOT NULL,
  public_key     BINARY(32) NOT NULL,
  members        INT UNSIGNED NOT NULL,                            -- wraps that were made with it: fewer now, and somebody has left
  made_by        INT UNSIGNED NOT NULL,
  made_utc       DATETIME(3) NOT NULL,
  PRIMARY KEY (group_name, class, epoch)
) ENGINE=InnoDB;

CREATE TABLE key_wraps (                                           -- a group's secret key, readable for one member
  group_name     VARCHAR(64) CHARACTER SET ascii NOT NULL,
  class          TINYINT UNSIGNED NOT NULL,
  epoch          INT UNSIGNED NOT NULL,
  member         VARCHAR(64) CHARACTER SET ascii NOT NULL,         -- "person:17", "recovery"
  staff_id       INT UNSIGNED NULL,                                -- NULL: recovery
  wrap           VARBINARY(240) NOT NULL,
  PRIMARY KEY (group_name, class, epoch, member),
  KEY (staff_id),
  FOREIGN KEY (group_name, class, epoch) REFERENCES key_groups (group_name, class, epoch) ON DELETE CASCADE,
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE key_requests (                                        -- somebody asks that a person may open; a member does it: two people
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  group_name     VARCHAR(64) CHARACTER SET ascii NOT NULL,
  class          TINYINT UNSIGNED NOT NULL,
  staff_id       INT UNSIGNED NOT NULL,
  asked_by       INT UNSIGNED NOT NULL,
  asked_utc      DATETIME(3) NOT NULL,
  done_by        INT UNSIGNED NULL,
  done_utc       DATETIME(3) NULL,
  CHECK (done_by IS NULL OR done_by <> asked_by),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE key_probes (                                          -- a record of each group that proves that its key opens; nobody's data
  row_id         CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  group_name     VARCHAR(64) CHARACTER SET ascii NOT NULL,
  class          TINYINT UNSIGNED NOT NULL,
  row_version    INT UNSIGNED NOT NULL,
  words          VARBINARY(16500) NOT NULL,                        -- sealed
  made_utc       DATETIME(3) NOT NULL,
  KEY (group_name, class)
) ENGINE=InnoDB;

-- The unlocked secret halves of who is logged in, under a key that only the browser's token gives.
ALTER TABLE staff_sessions ADD COLUMN sealed_keys VARBINARY(300) NULL;

-- Whoever closes an account takes its wraps and sessions with it, in the same transaction.
DELIMITER //
CREATE TRIGGER staff_closed AFTER UPDATE ON staff FOR EACH ROW
  IF NEW.state = 'disabled' AND OLD.state <> 'disabled' THEN
    DELETE FROM key_wraps WHERE staff_id = NEW.id;
    DELETE FROM staff_sessions WHERE staff_id = NEW.id;
  END IF //
DELIMITER ;
