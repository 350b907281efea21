-- The use log's month is the database's own time, not the caller's: a clock that is wrong can't hold the month, and so the log, for ever
-- (at_utc is the caller's; secure_timestamp in deploy/mariadb.cnf keeps accounts from setting the other). Control characters are blanks
-- in every column. The row's place is handed back in @use_month and @use_seq.

DELIMITER //

CREATE OR REPLACE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE append_use_log(
  IN p_at DATETIME(3), IN p_staff INT UNSIGNED, IN p_address VARCHAR(45), IN p_what VARCHAR(10), IN p_kind VARCHAR(40), IN p_object VARCHAR(64),
  IN p_why VARCHAR(200), IN p_result VARCHAR(40))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_month CHAR(7) CHARACTER SET ascii DEFAULT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m');
  DECLARE v_newest CHAR(7) CHARACTER SET ascii;
  DECLARE v_seq INT UNSIGNED;
  DECLARE v_head, v_hash BINARY(32);
  -- A line is a line: what would end one is a blank.
  DECLARE v_address VARCHAR(45) CHARACTER SET ascii DEFAULT REGEXP_REPLACE(p_address, '[[:cntrl:]]', ' ');
  DECLARE v_kind VARCHAR(40) CHARACTER SET ascii DEFAULT REGEXP_REPLACE(p_kind, '[[:cntrl:]]', ' ');
  DECLARE v_object VARCHAR(64) CHARACTER SET ascii DEFAULT REGEXP_REPLACE(p_object, '[[:cntrl:]]', ' ');
  DECLARE v_why VARCHAR(200) CHARACTER SET utf8mb4 DEFAULT REGEXP_REPLACE(p_why, '[[:cntrl:]]', ' ');
  DECLARE v_result VARCHAR(40) CHARACTER SET ascii DEFAULT REGEXP_REPLACE(p_result, '[[:cntrl:]]', ' ');
  -- Alone it is a transaction of its own.
  DECLARE v_alone BOOLEAN DEFAULT @@in_transaction = 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    IF v_alone THEN
      ROLLBACK;
    END IF;
    RESIGNAL;
  END;
  IF v_alone THEN
    START TRANSACTION;
  END IF;
  SELECT month INTO v_newest FROM use_log_heads WHERE month = '0000-00' FOR UPDATE;
  SELECT month, last_seq, head_hash INTO v_newest, v_seq, v_head FROM use_log_heads WHERE month = (SELECT MAX(month) FROM use_log_heads LOCK IN SHARE MODE) FOR UPDATE;
  IF v_newest >= v_month THEN
    SET v_month = v_newest;  -- a clock that went back opens no old month
  ELSE
    INSERT INTO use_log_heads (month, last_seq, anchor_hash, head_hash) VALUES (v_month, 0, v_head, v_head);
    SET v_seq = 0;
  END IF;
  SET v_seq = v_seq + 1;
  SET v_hash = use_log_hash(v_head, v_month, v_seq, p_at, p_staff, v_address, p_what, v_kind, v_object, v_why, v_result);
  INSERT INTO use_log (month, seq, at_utc, staff_id, address, what, object_kind, object_id, why, result, hash)
  VALUES (v_month, v_seq, p_at, p_staff, v_address, p_what, v_kind, v_object, v_why, v_result, v_hash);
  UPDATE use_log_heads SET last_seq = v_seq, head_hash = v_hash WHERE month = v_month;
  SET @use_month = v_month, @use_seq = v_seq;
  IF v_alone THEN
    COMMIT;
  END IF;
END //

-- The first row of each month that doesn't fit, and why; nothing: the chain holds.
CREATE OR REPLACE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE check_use_log()
READS SQL DATA SQL SECURITY DEFINER
BEGIN
  WITH rows_of AS (
    SELECT l.*, h.anchor_hash, LAG(l.hash) OVER w AS hash_before, COALESCE(LAG(l.seq) OVER w, 0) AS seq_before
    FROM use_log l JOIN use_log_heads h ON h.month = l.month WINDOW w AS (PARTITION BY l.month ORDER BY l.seq)
  ), wrong AS (
    SELECT month, seq_before + 1 AS seq, 'missing' AS problem FROM rows_of WHERE seq <> seq_before + 1
    UNION ALL
    SELECT month, seq, 'changed' FROM rows_of
    WHERE seq = seq_before + 1 AND hash <> use_log_hash(COALESCE(hash_before, anchor_hash), month, seq, at_utc, staff_id, address, what, object_kind, object_id, why, result)
    UNION ALL
    SELECT h.month, COALESCE(MAX(l.seq), 0) + 1, 'cut off' FROM use_log_heads h LEFT JOIN use_log l ON l.month = h.month
    GROUP BY h.month, h.last_seq HAVING COALESCE(MAX(l.seq), 0) < h.last_seq
    UNION ALL
    SELECT l.month, l.seq, 'more than the head knows' FROM use_log l JOIN use_log_heads h ON h.month = l.month WHERE l.seq > h.last_seq
    UNION ALL
    SELECT l.month, MIN(l.seq), 'without a head' FROM use_log l LEFT JOIN use_log_heads h ON h.month = l.month WHERE h.month IS NULL GROUP BY l.month
    UNION ALL
    SELECT h.month, h.last_seq, 'not the head' FROM use_log_heads h JOIN use_log l ON l.month = h.month AND l.seq = h.last_seq AND l.hash <> h.head_hash
    UNION ALL
    SELECT month, 1, 'not anchored to the month before' FROM (SELECT month, anchor_hash, LAG(head_hash) OVER (ORDER BY month) AS before_it FROM use_log_heads WHERE month <> '0000-00') m
    WHERE before_it IS NOT NULL AND before_it <> anchor_hash
  ), ranked AS (SELECT month, seq, problem, ROW_NUMBER() OVER (PARTITION BY month ORDER BY seq, problem DESC) AS place FROM wrong)
  SELECT month, seq, problem FROM ranked WHERE place = 1 ORDER BY month;
END //

DELIMITER ;
