-- Sales that staff have closed at once, with the reason that residents read. One that was reopened stays, for whoever asks what happened.
CREATE TABLE sale_closures (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  scope          VARCHAR(60) CHARACTER SET ascii NOT NULL,         -- 'shop:', 'unit:<code>', 'product:<code>'
  reason_fi      VARCHAR(200) NOT NULL,
  reason_sv      VARCHAR(200) NOT NULL,
  reason_en      VARCHAR(200) NOT NULL,
  closed_by      INT UNSIGNED NOT NULL,
  closed_utc     DATETIME(3) NOT NULL,
  reopened_by    INT UNSIGNED NULL,
  reopened_utc   DATETIME(3) NULL,
  standing       VARCHAR(60) CHARACTER SET ascii AS (IF(reopened_utc IS NULL, scope, NULL)) PERSISTENT UNIQUE,  -- one at a time; whoever sells locks its gaps
  FOREIGN KEY (closed_by) REFERENCES staff (id),
  FOREIGN KEY (reopened_by) REFERENCES staff (id)
) ENGINE=InnoDB;
-- An offer says whether its sale is closed: checkout's copies of offers end with these too.
CREATE TRIGGER sale_closures_insert AFTER INSERT ON sale_closures FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER sale_closures_update AFTER UPDATE ON sale_closures FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
