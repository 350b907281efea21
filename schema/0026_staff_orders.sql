-- Orders that staff make for somebody at the counter or on the phone. backoffice writes what is wanted; checkout --sweep says what it comes to and, once it is
-- confirmed, makes the order (README.md: Orders made by staff).
CREATE TABLE staff_orders (
  form_key       CHAR(26) CHARACTER SET ascii NOT NULL PRIMARY KEY, -- of the form: one form makes one order
  staff_id       INT UNSIGNED NOT NULL,                             -- who makes it, and alone sees it until it is an order
  channel        ENUM('counter','phone') NOT NULL,
  lang           ENUM('fi','sv','en') NOT NULL,                     -- the buyer's
  state          ENUM('asked','quoted','confirmed','made') NOT NULL,
  contents       MEDIUMTEXT NOT NULL,                               -- JSON: lines and the buyer; empty once it is an order
  answer         MEDIUMTEXT NOT NULL DEFAULT '',                    -- JSON: lines, sums and what stands in the way; what was confirmed
  order_id       BIGINT UNSIGNED NULL UNIQUE,
  changed_utc    DATETIME(3) NOT NULL,
  KEY (state, changed_utc),
  CHECK ((state = 'made') = (order_id IS NOT NULL)),
  FOREIGN KEY (staff_id) REFERENCES staff (id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

INSERT INTO staff_group_rights (group_id, right_name) SELECT id, 'orders_make' FROM staff_groups WHERE code IN ('cashier', 'shop_manager');

DELIMITER //

-- What staff began for somebody and made no order of.
CREATE DEFINER = `kuntakauppa-use_log`@localhost PROCEDURE purge_staff_orders(IN p_dry_run BOOLEAN, IN p_limit INT UNSIGNED, IN p_now DATETIME(3), IN p_days INT UNSIGNED)
MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  IF p_dry_run THEN
    SELECT COUNT(*) INTO @purged FROM staff_orders WHERE order_id IS NULL AND changed_utc <= p_now - INTERVAL p_days DAY;
  ELSE
    DELETE FROM staff_orders WHERE order_id IS NULL AND changed_utc <= p_now - INTERVAL p_days DAY LIMIT p_limit;
    SET @purged = ROW_COUNT();
  END IF;
END //

DELIMITER ;
