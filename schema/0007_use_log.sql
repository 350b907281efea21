-- The use log: who looked at, changed or did what. Append-only: accounts may call append_use_log and nothing else; it runs with the
-- rights of kuntakauppa-use_log, which nobody can log in as. The chain and what it proves: README.md.

CREATE TABLE use_log (
  month          CHAR(7) CHARACTER SET ascii NOT NULL,            -- "2026-11" (UTC): a month goes whole when its time is over
  seq            INT UNSIGNED NOT NULL,                           -- from 1, without gaps
  at_utc         DATETIME(3) NOT NULL,
  staff_id       INT UNSIGNED NULL,                               -- NULL: somebody who is not known, as at a refused login
  address        VARCHAR(45) CHARACTER SET ascii NOT NULL,        -- from where
  what           ENUM('view','search','open','play','export','change','delete','grant','login','refused') NOT NULL,
  object_kind    VARCHAR(40) CHARACTER SET ascii NOT NULL,
  object_id      VARCHAR(64) CHARACTER SET ascii NOT NULL,        -- a row's id or a keyed pseudonym; never a name
  why            VARCHAR(200) NOT NULL,                           -- the purpose, where it is asked
  result         VARCHAR(40) CHARACTER SET ascii NOT NULL,
  hash           BINARY(32) NOT NULL,
  PRIMARY KEY (month, seq),
  KEY (staff_id, at_utc),
  KEY (object_kind, object_id, at_utc)
) ENGINE=InnoDB;

CREATE TABLE use_log_heads (
  month          CHAR(7) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  last_seq       INT UNSIGNED NOT NULL,
  anchor_hash    BINARY(32) NOT NULL,                             -- the head of the month before; 32 zero bytes for the first
  head_hash      BINARY(32) NOT NULL
) ENGINE=InnoDB;

-- Before the first month. Every new row locks this one first, so that they are made one at a time.
INSERT INTO use_log_heads VALUES ('0000-00', 0, REPEAT(CHAR(0), 32), REPEAT(CHAR(0), 32));

DELIMITER //

CREATE DEFINER = `kuntakauppa-use_log`@localhost FUNCTION use_log_hash(previous BINARY(32), month CHAR(7), seq INT UNSIGNED, at_utc DATETIME(3), staff_id INT UNSIGNED, address VARCHAR(45),
                             what VARCHAR(10), object_kind VARCHAR(40), object_id VARCHAR(64), why VARCHAR(200), result VARCHAR(40))
RETURNS BINARY(32) DETERMINISTIC NO SQL
RETURN UNHEX(SHA2(CONCAT_WS('\n', 'use 1', LOWER(HEX(previous)), CONCAT(month, '-', seq), DATE_FORMAT(at_utc, '%Y-%m-%dT%H:%i:%s.%f'),
                                  COALESCE(staff_id, ''), address, what, object_kind, object_id, why, result), 256)) //

CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE append_use_log(
  IN p_at DATETIME(3), IN p_staff INT UNSIGNED, IN p_address VARCHAR(45), IN p_what VARCHAR(10), IN p_kind VARCHAR(40), IN p_object VARCHAR(64),
  IN p_why VARCHAR(200), IN p_result VARCHAR(40))
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE v_month CHAR(7) CHARACTER SET ascii DEFAULT DATE_FORMAT(p_at, '%Y-%m');
  DECLARE v_newest CHAR(7) CHARACTER SET ascii;
  DECLARE v_seq INT UNSIGNED;
  DECLARE v_head, v_hash BINARY(32);
  -- A line is a line: what would end one is a blank.
  DECLARE v_why VARCHAR(200) CHARACTER SET utf8mb4 DEFAULT REGEXP_REPLACE(p_why, '[[:cntrl:]]', ' ');
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
  SET v_hash = use_log_hash(v_head, v_month, v_seq, p_at, p_staff, p_address, p_what, p_kind, p_object, v_why, p_result);
  INSERT INTO use_log (month, seq, at_utc, staff_id, address, what, object_kind, object_id, why, result, hash)
  VALUES (v_month, v_seq, p_at, p_staff, p_address, p_what, p_kind, p_object, v_why, p_result, v_hash);
  UPDATE use_log_heads SET last_seq = v_seq, head_hash = v_hash WHERE month = v_month;
  IF v_alone THEN
    COMMIT;
  END IF;
END //

-- The first row of each month that doesn't fit, and why; nothing: the chain holds.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE check_use_log()
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
    SELECT l.month, h.last_seq + 1, 'more than the head knows' FROM use_log l LEFT JOIN use_log_heads h ON h.month = l.month
    WHERE h.month IS NULL OR l.seq = h.last_seq + 1
    UNION ALL
    SELECT h.month, h.last_seq, 'not the head' FROM use_log_heads h JOIN use_log l ON l.month = h.month AND l.seq = h.last_seq AND l.hash <> h.head_hash
    UNION ALL
    SELECT month, 1, 'not anchored to the month before' FROM (SELECT month, anchor_hash, LAG(head_hash) OVER (ORDER BY month) AS before_it FROM use_log_heads WHERE month <> '0000-00') m
    WHERE before_it IS NOT NULL AND before_it <> anchor_hash
  ), ranked AS (SELECT month, seq, problem, ROW_NUMBER() OVER (PARTITION BY month ORDER BY seq, problem DESC) AS place FROM wrong)
  SELECT month, seq, problem FROM ranked WHERE place = 1 ORDER BY month;
END //

DELIMITER ;
