#include "payments/attempt_store.h"

namespace payments {

namespace {

constexpr const char* kColumns =
    "SELECT a.id, a.order_id, a.stamp, a.account, a.reference, a.amount_cents, a.state, a.outcome, a.transaction_id, a.href, a.created_utc, a.received_cents, a.provider, a.cards_cents";
constexpr std::size_t kColumnCount = 14;
// Words that moved nothing: record_idle's.
constexpr const char* kIdleColumn =
    ", (SELECT COUNT(*) FROM payment_events e WHERE e.attempt_id = a.id AND e.verdict IN ('repeated', 'sum_differs', 'not_matching'))";

Attempt attempt_of(const db::Row& row) {
  Attempt out;
  out.id = row.integer(0);
  if (!row.is_null(1)) out.order_id = row.integer(1);
  out.stamp = row.text(2);
  out.account = row.text(3);
  out.reference = row.text(4);
  out.amount = row.cents(5);
  out.state = parse_attempt_state(row.text(6)).value_or(AttemptState::unknown);
  out.outcome = row.text(7);
  out.transaction_id = row.optional_text(8);
  out.href = row.text(9);
  out.created = row.time(10).value_or(base::UtcTime{});
  out.received = row.cents(11);
  out.provider = row.text(12);
  out.cards = row.cents(13);
  return out;
}

}  // namespace

base::Result<std::optional<Found>> find_attempt(db::Connection& db, const std::string& stamp, orders::Lock lock) {
  const bool locked = lock == orders::Lock::for_update;
  // One statement for both rows: each is found by a unique key, the order's after the attempt's, and so they are locked.
  std::vector<db::Statement> statements = {{std::string(kColumns) + ", " + orders::kOrderColumns + (locked ? "" : kIdleColumn) +
                                                " FROM payment_attempts a LEFT JOIN orders o ON o.id = a.order_id WHERE a.stamp = ?" +
                                                (locked ? " FOR UPDATE" : ""),
                                            {stamp}}};
  if (locked) statements.push_back(orders::select_lines());
  KK_LET(const auto found, db.query_all(statements));
  if (found[0].empty()) return std::optional<Found>();
  const db::Row& row = found[0][0];
  Found out{attempt_of(row), std::nullopt};
  if (!row.is_null(kColumnCount)) out.order = orders::read_order(row, kColumnCount);
  if (out.order && locked) out.order->lines = orders::read_lines(found[1]);
  if (!locked) out.idle_words = static_cast<int>(row.integer(kColumnCount + orders::kOrderColumnCount));
  return std::optional<Found>(std::move(out));
}

base::Result<WithAttempts> lock_with_attempts(db::Connection& db, const std::string& token) {
  KK_LET(auto found, orders::load_with(db, token, orders::Lock::for_update,
                                       {"", {std::string(kColumns) + ", " + orders::kIsPaidBack + " FROM payment_attempts a WHERE order_id = @order_id ORDER BY id DESC"}}));
  WithAttempts out{std::move(found.order), {}};
  for (const auto& row : found.selects[0]) {
    out.attempts.push_back(attempt_of(row));
    out.attempts.back().is_paid_back = row.boolean(kColumnCount);
  }
  return out;
}

base::Status insert_attempt(db::Connection& db, const orders::Order& order, const std::string& stamp, const std::string& account,
                            base::UtcTime now) {
  return db.write("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, created_utc, next_poll_utc) "
                  "VALUES (?, ?, ?, ?, ?, 'creating', ?, ?)",
                  order.id, stamp, account, order.reference, order.to_pay(), now, now + kCreatingLimit);
}

const char* to_string(Source source) {
  switch (source) {
    case Source::create: return "create";
    case Source::redirect: return "redirect";
    case Source::callback: return "callback";
    case Source::poll: return "poll";
    case Source::sweep: return "sweep";
  }
  return "sweep";
}

base::Status record_event(db::Connection& db, const Event& event, base::UtcTime now) {
  return db.write("INSERT INTO payment_events (attempt_id, at_utc, source, verdict, received, case_code) VALUES (?, ?, ?, ?, ?, ?)",
                  event.attempt_id, now, to_string(event.source), event.verdict, event.received, event.case_code);
}

base::Status record_event_at(db::Connection& db, const std::string& stamp, const Event& event, base::UtcTime now) {
  return db.write("INSERT INTO payment_events (attempt_id, at_utc, source, verdict, received, case_code) "
                  "VALUES ((SELECT id FROM payment_attempts WHERE stamp = ?), ?, ?, ?, ?, ?)",
                  stamp, now, to_string(event.source), event.verdict, event.received, event.case_code);
}

base::Status record_idle(db::Connection& db, const Event& event, base::UtcTime now, std::optional<int> known) {
  if (!known) {
    KK_LET(const db::Rows rows, db.query("SELECT COUNT(*) FROM payment_events WHERE attempt_id = ? AND verdict IN ('repeated', 'sum_differs', 'not_matching')",
                                         event.attempt_id));
    known = static_cast<int>(rows[0].integer(0));
  }
  return *known < kIdleWords ? record_event(db, event, now) : base::Status();
}

}  // namespace payments
