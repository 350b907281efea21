-- The use log's head is kept outside the database too, by the process anchor: hourly, and whenever somebody waits for it. One row: who
-- does something sensitive asks, anchor answers once the head lies on the disk.

CREATE TABLE use_log_anchor (
  id             TINYINT UNSIGNED NOT NULL PRIMARY KEY DEFAULT 1,
  asked          BIGINT UNSIGNED NOT NULL,                         -- how often somebody has asked, in the transaction of the row
  answered       BIGINT UNSIGNED NOT NULL,                         -- up to which of them the head lies on the disk
  anchored_utc   DATETIME(3) NULL,
  broken_utc     DATETIME(3) NULL,                                 -- the log doesn't hold what the file says that it held: a person must look
  CHECK (id = 1)
) ENGINE=InnoDB;
INSERT INTO use_log_anchor VALUES (1, 0, 0, NULL, NULL);
