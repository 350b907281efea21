-- Long work of the back office: asked for by a form, done by its process outside of any request, come back to by whoever asked. For a day.
CREATE TABLE jobs (
  token          CHAR(26) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  kind           VARCHAR(24) CHARACTER SET ascii NOT NULL,
  asked          VARCHAR(2000) CHARACTER SET ascii NOT NULL DEFAULT '',   -- what its kind is to do it with
  staff_id       INT UNSIGNED NOT NULL,                            -- who asked, and alone sees it
  address        VARCHAR(45) CHARACTER SET ascii NOT NULL,         -- from where: for the use log
  lang           ENUM('fi','sv','en') NOT NULL,
  state          ENUM('waiting','running','done','failed') NOT NULL DEFAULT 'waiting',
  run            INT UNSIGNED NOT NULL DEFAULT 0,                  -- how often it was begun: only the last run may end it
  done           INT UNSIGNED NOT NULL DEFAULT 0,                  -- of `total`
  total          INT UNSIGNED NOT NULL DEFAULT 0,
  problem        VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',      -- why it failed: a text's key
  problem_detail VARCHAR(500) NOT NULL DEFAULT '',
  file_name      VARCHAR(120) CHARACTER SET ascii NOT NULL DEFAULT '',     -- of what it made
  file_type      VARCHAR(120) CHARACTER SET ascii NOT NULL DEFAULT '',
  may            CHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '',         -- a hash of the scopes that its file shows
  made_utc       DATETIME(3) NOT NULL,
  finished_utc   DATETIME(3) NULL,
  KEY (state, made_utc),
  KEY (made_utc),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- What a job is given and what it makes, in pieces that fit a packet.
CREATE TABLE job_parts (
  token          CHAR(26) CHARACTER SET ascii NOT NULL,
  way            ENUM('in','out') NOT NULL,
  part           INT UNSIGNED NOT NULL,
  bytes          MEDIUMBLOB NOT NULL,
  PRIMARY KEY (token, way, part),
  FOREIGN KEY (token) REFERENCES jobs (token) ON DELETE CASCADE
) ENGINE=InnoDB;

-- What somebody has sent is a job's now.
DROP TABLE catalogue_uploads;
