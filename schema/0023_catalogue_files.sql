-- A catalogue's archive that somebody has sent: they see what it would change before it is taken in. For an hour.
CREATE TABLE catalogue_uploads (
  token          CHAR(26) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  bytes          MEDIUMBLOB NOT NULL,
  staff_id       INT UNSIGNED NOT NULL,                            -- who sent it and alone may take it in
  made_utc       DATETIME(3) NOT NULL,
  KEY (made_utc),
  FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
) ENGINE=InnoDB;
