-- payments: moves attempts, orders and stock; makes receipts, ledger entries and tickets.
GRANT SELECT ON kuntakauppa.variants TO `kuntakauppa-payments`@localhost;
GRANT SELECT, UPDATE (free) ON kuntakauppa.stock TO `kuntakauppa-payments`@localhost;
GRANT INSERT ON kuntakauppa.changes TO `kuntakauppa-payments`@localhost;
GRANT SELECT, UPDATE (state, holds_stock, settled_utc, fulfilled_utc) ON kuntakauppa.orders TO `kuntakauppa-payments`@localhost;
GRANT SELECT ON kuntakauppa.order_lines TO `kuntakauppa-payments`@localhost;
GRANT INSERT ON kuntakauppa.order_events TO `kuntakauppa-payments`@localhost;
GRANT SELECT, UPDATE (done_utc) ON kuntakauppa.cancel_requests TO `kuntakauppa-payments`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.payment_attempts TO `kuntakauppa-payments`@localhost;
GRANT SELECT (attempt_id, verdict), INSERT ON kuntakauppa.payment_events TO `kuntakauppa-payments`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.receipt_series TO `kuntakauppa-payments`@localhost;
GRANT SELECT, INSERT ON kuntakauppa.receipts TO `kuntakauppa-payments`@localhost;
GRANT INSERT ON kuntakauppa.receipt_buyers TO `kuntakauppa-payments`@localhost;
GRANT INSERT ON kuntakauppa.ledger_entries TO `kuntakauppa-payments`@localhost;
GRANT INSERT ON kuntakauppa.tickets TO `kuntakauppa-payments`@localhost;
GRANT SELECT, INSERT, UPDATE (mailed_on) ON kuntakauppa.staff_alerts TO `kuntakauppa-payments`@localhost;
GRANT INSERT ON kuntakauppa.outbox TO `kuntakauppa-payments`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.note_ending_approvals TO `kuntakauppa-payments`@localhost;
