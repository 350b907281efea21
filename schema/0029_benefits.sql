-- Employee benefits: what may be paid with a sports or culture benefit. README.md: Benefits.

ALTER TABLE products ADD COLUMN benefit ENUM('none','sports','culture') NOT NULL DEFAULT 'none' AFTER minor_value;
ALTER TABLE order_lines ADD COLUMN benefit ENUM('none','sports','culture') NOT NULL DEFAULT 'none' AFTER product_kind;   -- as it was when ordered; of a group for minors and of delivery none
ALTER TABLE refund_requests ADD COLUMN outside BOOLEAN NOT NULL DEFAULT FALSE AFTER stock_back;  -- it goes back without the payment service, as staff say: by a benefit's company, or otherwise after the service couldn't

-- An offer says none for a group of minors, so that its copies end with a change of sessions too.
CREATE TRIGGER activity_sessions_insert AFTER INSERT ON activity_sessions FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER activity_sessions_update AFTER UPDATE ON activity_sessions FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
CREATE TRIGGER activity_sessions_delete AFTER DELETE ON activity_sessions FOR EACH ROW UPDATE catalogue_version SET version = version + 1;
