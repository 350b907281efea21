-- What goes when its time is over. Each procedure takes (p_dry_run, p_limit, p_now, the setting's period) and leaves in @purged how many registrations or rows it
-- purged, or in a dry run would. They run with the rights of kuntakauppa-use_log, each registration in a transaction of its own: a run that is cut off leaves whole
-- ones, and the next goes on. Data keys go first (destroy_data_keys, which writes into the use log), then rows.

DELIMITER //

-- Health answers so many days after the session's last meeting; at once where the session was called off or the sign-up ended.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_health_answers(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_days INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_registration BIGINT UNSIGNED;
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_all CURSOR FOR
    SELECT DISTINCT h.registration_id FROM health_answers h LEFT JOIN registrations r ON r.id = h.registration_id LEFT JOIN variants v ON v.id = r.variant_id LEFT JOIN activity_sessions s ON s.variant_id = r.variant_id
    WHERE v.id IS NULL OR v.ends_utc <= p_now - INTERVAL p_days DAY OR s.state = 'cancelled' OR r.state IN ('expired', 'cancelled', 'no_seat') LIMIT p_limit;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  SET @purged = 0;
  OPEN v_all;
  each_one: LOOP
    FETCH v_all INTO v_registration;
    IF v_done THEN LEAVE each_one; END IF;
    SET @purged = @purged + 1;
    IF NOT p_dry_run THEN
      START TRANSACTION;
      CALL destroy_health_answers(v_registration, 255, NULL, 'retention');
      COMMIT;
    END IF;
  END LOOP;
  CLOSE v_all;
END //

-- All of one registration, in a transaction of its own.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE destroy_registration(IN p_registration BIGINT UNSIGNED, IN p_why VARCHAR(200))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  START TRANSACTION;
  CALL destroy_health_answers(p_registration, 255, NULL, p_why);
  CALL destroy_registration_records(p_registration, 255, NULL, p_why);
  DELETE FROM registrations WHERE id = p_registration;
  COMMIT;
END //

-- The rest of a registration so many months after it was made, when its session is over and nothing is owed.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_registrations(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_months INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_registration BIGINT UNSIGNED;
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_all CURSOR FOR
    SELECT r.id FROM registrations r LEFT JOIN variants v ON v.id = r.variant_id WHERE r.created_utc <= p_now - INTERVAL p_months MONTH AND (v.id IS NULL OR v.ends_utc <= p_now)
      AND NOT EXISTS (SELECT 1 FROM refund_requests f WHERE f.registration_id = r.id AND f.state = 'requested') LIMIT p_limit;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  SET @purged = 0;
  OPEN v_all;
  each_one: LOOP
    FETCH v_all INTO v_registration;
    IF v_done THEN LEAVE each_one; END IF;
    SET @purged = @purged + 1;
    IF NOT p_dry_run THEN
      CALL destroy_registration(v_registration, 'retention');
    END IF;
  END LOOP;
  CLOSE v_all;
END //

-- Sign-ups that came to nothing, so many days after their hold or their session was over.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_unfinished_registrations(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_days INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_registration BIGINT UNSIGNED;
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_all CURSOR FOR
    SELECT r.id FROM registrations r LEFT JOIN variants v ON v.id = r.variant_id WHERE r.order_id IS NULL AND r.confirmed_utc IS NULL
      AND ((r.state IN ('expired', 'cancelled') AND r.hold_until_utc <= p_now - INTERVAL p_days DAY) OR (r.state = 'waiting' AND (v.id IS NULL OR v.ends_utc <= p_now - INTERVAL p_days DAY))) LIMIT p_limit;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  SET @purged = 0;
  OPEN v_all;
  each_one: LOOP
    FETCH v_all INTO v_registration;
    IF v_done THEN LEAVE each_one; END IF;
    SET @purged = @purged + 1;
    IF NOT p_dry_run THEN
      CALL destroy_registration(v_registration, 'retention');
    END IF;
  END LOOP;
  CLOSE v_all;
END //

-- What is only for a moment: forms kept for an hour, challenges that were used, sessions that are too old (8 hours).
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_staff_moments(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_hours INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  IF p_dry_run THEN
    SELECT (SELECT COUNT(*) FROM staff_kept_forms WHERE made_utc <= p_now - INTERVAL p_hours HOUR) + (SELECT COUNT(*) FROM passkey_challenges WHERE used_utc <= p_now - INTERVAL p_hours HOUR)
         + (SELECT COUNT(*) FROM staff_sessions WHERE begun_utc <= p_now - INTERVAL 8 + p_hours HOUR) INTO @purged;
  ELSE
    DELETE FROM staff_kept_forms WHERE made_utc <= p_now - INTERVAL p_hours HOUR LIMIT p_limit;
    SET @purged = ROW_COUNT();
    DELETE FROM passkey_challenges WHERE used_utc <= p_now - INTERVAL p_hours HOUR LIMIT p_limit;
    SET @purged = @purged + ROW_COUNT();
    DELETE FROM staff_sessions WHERE begun_utc <= p_now - INTERVAL 8 + p_hours HOUR LIMIT p_limit;
    SET @purged = @purged + ROW_COUNT();
  END IF;
END //

DELIMITER ;
