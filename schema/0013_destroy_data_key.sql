-- Erasing a sealed row begins with its data keys: from then on nothing opens it, in no copy that lacks them. Whoever erases may call this and
-- delete no key otherwise; it runs with the rights of kuntakauppa-use_log, which nobody can log in as, and is written into the use log.

DELIMITER //

CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE destroy_data_keys(IN p_row CHAR(36), IN p_staff INT UNSIGNED, IN p_why VARCHAR(200))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DELETE FROM kuntakauppa_keys.data_keys WHERE row_id = p_row;
  IF ROW_COUNT() > 0 THEN
    CALL append_use_log(UTC_TIMESTAMP(3), p_staff, '', 'delete', 'data_keys', p_row, p_why, 'destroyed');
  END IF;
END //

DELIMITER ;
