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

-- Sessions that staff make and change. A draft isn't shown and nobody can sign up (its variant is not active); a change names the version that it was made from.
ALTER TABLE activity_sessions
  MODIFY state ENUM('open','closed','cancelled','draft') NOT NULL DEFAULT 'open',
  ADD version INT UNSIGNED NOT NULL DEFAULT 1,
  ADD made_key VARCHAR(40) CHARACTER SET ascii NULL UNIQUE;        -- of the form that made it, and its number there: a form sent twice makes it once

-- Forms that staff build. A question tells the family why it is asked; one that is asked no more stays, for whoever reads old answers.
ALTER TABLE forms
  ADD name      VARCHAR(120) NOT NULL DEFAULT '',                 -- for staff
  ADD unit_code VARCHAR(48) CHARACTER SET ascii NULL,             -- whose people made it; NULL: an import
  ADD version   INT UNSIGNED NOT NULL DEFAULT 1,
  ADD FOREIGN KEY (unit_code) REFERENCES units (code);
ALTER TABLE form_questions
  ADD purpose_fi VARCHAR(300) NOT NULL DEFAULT '',
  ADD purpose_sv VARCHAR(300) NOT NULL DEFAULT '',
  ADD purpose_en VARCHAR(300) NOT NULL DEFAULT '',
  ADD retired_utc DATETIME(3) NULL;

-- A draft is short of nobody.
DELIMITER //
CREATE OR REPLACE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE note_short_sessions(IN p_now DATETIME(3), IN p_days INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  START TRANSACTION;
  UPDATE staff_alerts SET resolved_utc = p_now WHERE kind = 'session_short' AND resolved_utc IS NULL AND object_id NOT IN (
    SELECT s.variant_id FROM activity_sessions s JOIN variants v ON v.id = s.variant_id WHERE s.state NOT IN ('cancelled', 'draft') AND v.starts_utc > p_now AND v.starts_utc <= p_now + INTERVAL p_days DAY
      AND s.minimum > (SELECT COALESCE(SUM(r.seats), 0) FROM registrations r WHERE r.variant_id = s.variant_id AND r.state = 'confirmed'));
  INSERT IGNORE INTO staff_alerts (kind, object_id, case_code, created_utc)
    SELECT 'session_short', s.variant_id, '', p_now FROM activity_sessions s JOIN variants v ON v.id = s.variant_id WHERE s.state NOT IN ('cancelled', 'draft') AND v.starts_utc > p_now AND v.starts_utc <= p_now + INTERVAL p_days DAY
      AND s.minimum > (SELECT COALESCE(SUM(r.seats), 0) FROM registrations r WHERE r.variant_id = s.variant_id AND r.state = 'confirmed');
  COMMIT;
END //
DELIMITER ;
