-- Alerts about sealed records, keys and rights; groups of the city's own.

ALTER TABLE staff_alerts MODIFY kind ENUM('paid_no_stock','overpaid','needs_review','sum_differs','unknown_payment','withdrawal','withdrawal_unmatched','mail_dead',
                                          'sealed_record','untrusted_key','approval_ends') NOT NULL;

ALTER TABLE staff_groups ADD ended_utc DATETIME(3) NULL;  -- one of the city's own that is used no more: its past memberships still name it

DELIMITER //

-- The ready groups are a release's: no process changes what they may.
CREATE TRIGGER staff_group_rights_given BEFORE INSERT ON staff_group_rights FOR EACH ROW
BEGIN
  IF USER() LIKE 'kuntakauppa-%' AND (SELECT is_ready FROM staff_groups WHERE id = NEW.group_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ready group stays as it is';
  END IF;
END //

CREATE TRIGGER staff_group_rights_taken BEFORE DELETE ON staff_group_rights FOR EACH ROW
BEGIN
  IF USER() LIKE 'kuntakauppa-%' AND (SELECT is_ready FROM staff_groups WHERE id = OLD.group_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ready group stays as it is';
  END IF;
END //

CREATE TRIGGER staff_groups_changed BEFORE UPDATE ON staff_groups FOR EACH ROW
BEGIN
  IF USER() LIKE 'kuntakauppa-%' AND OLD.is_ready THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ready group stays as it is';
  END IF;
END //

-- An alert for each approval that ends within two weeks of p_now while its membership stands; and those of approvals that were renewed, or ended, are resolved.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE note_ending_approvals(IN p_now DATETIME(3))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  START TRANSACTION;
  UPDATE staff_alerts SET resolved_utc = p_now WHERE kind = 'approval_ends' AND resolved_utc IS NULL AND object_id NOT IN (
    SELECT MAX(a.id) FROM staff_register_approvals a JOIN staff_memberships m ON m.id = a.membership_id
    WHERE a.ended_utc IS NULL AND a.ends_utc > p_now AND m.ended_utc IS NULL
    GROUP BY a.membership_id, a.register_name HAVING MAX(a.ends_utc) <= p_now + INTERVAL 14 DAY);
  INSERT IGNORE INTO staff_alerts (kind, object_id, case_code, created_utc)
    SELECT 'approval_ends', MAX(a.id), '', p_now FROM staff_register_approvals a JOIN staff_memberships m ON m.id = a.membership_id
    WHERE a.ended_utc IS NULL AND a.ends_utc > p_now AND m.ended_utc IS NULL
    GROUP BY a.membership_id, a.register_name HAVING MAX(a.ends_utc) <= p_now + INTERVAL 14 DAY;
  COMMIT;
END //

DELIMITER ;
