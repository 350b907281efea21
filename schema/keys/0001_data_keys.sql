-- The data keys of sealed rows, sealed to their groups: a database of its own, so that what is erased here is in no older backup of the rows.
-- Erasing a row begins with its key. Dumped apart and kept for 14 days at most (deploy/README.md).

CREATE TABLE data_keys (
  row_id         CHAR(36) CHARACTER SET ascii NOT NULL,            -- of the sealed row, made before it
  class          TINYINT UNSIGNED NOT NULL,
  table_name     VARCHAR(64) CHARACTER SET ascii NOT NULL,
  group_name     VARCHAR(64) CHARACTER SET ascii NOT NULL,
  epoch          INT UNSIGNED NOT NULL,
  sealed         VARBINARY(200) NOT NULL,
  PRIMARY KEY (row_id, class),
  KEY (group_name, class, epoch)
) ENGINE=InnoDB;
