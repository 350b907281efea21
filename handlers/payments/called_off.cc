#include "payments/called_off.h"

#include <algorithm>
#include <optional>
#include <set>

#include "lib/orders/order_store.h"
#include "lib/payments/asked.h"
#include "lib/payments/refund.h"
#include "payments/mails.h"

namespace payments {

namespace {

constexpr int kTimesAtOnce = 20;

struct Due {
  bool is_due = false, is_told = false;
  base::Cents cents;
  std::vector<Credit> credits;  // of a payment with a receipt
};

// Without a receipt nothing of the order was delivered, so all of it goes back, whatever else it was for.
base::Result<Due> due_of_undelivered(db::Connection& db, std::int64_t order_id) {
  KK_LET(const db::Rows rows, db.query("SELECT " + kLeftOfUndelivered + " FROM payment_attempts a WHERE a.order_id = ? AND a.outcome = 'no_stock'", order_id));
  const base::Cents left = rows.empty() ? base::Cents(0) : rows[0].cents(0);
  return Due{left.value() > 0, left.value() > 0, std::max(left, base::Cents(0)), {}};
}

// A line whose units were all asked back before is no part of it, and who has nothing else was told then.
base::Result<Due> due_of(db::Connection& db, const orders::Order& order, std::int64_t variant) {
  if (order.state == orders::State::confirmed) return Due{false, true, {}, {}};
  if (order.state == orders::State::paid_no_stock) return due_of_undelivered(db, order.id);
  KK_LET(const db::Rows rows, db.query("SELECT l.line_no, " + kUnitsUnasked + " AS units_left, " + kCentsUnasked + " FROM order_lines l WHERE l.order_id = ? AND l.variant_id = ? AND l.kind = 'product' HAVING units_left > 0 ORDER BY l.line_no", order.id, variant));
  Due out{!rows.empty(), !rows.empty(), {}, {}};
  for (const auto& row : rows) out.credits.push_back({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.cents(2)});
  out.cents = sum_of(out.credits);
  return out;
}

}  // namespace

base::Result<std::vector<CalledOff>> find_called_off(db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT variant_id, called_off_by, reason, unasked FROM called_off_times WHERE unasked > 0 ORDER BY variant_id LIMIT ?", kTimesAtOnce));
  std::vector<CalledOff> out;
  for (const auto& row : rows) out.push_back({row.integer(0), row.integer(1), row.text(2), row.integer(3)});
  return out;
}

base::Result<db::Rows> find_unasked(db::Connection& db, const CalledOff& time, int most) {
  return db.query("SELECT DISTINCT l.order_id FROM order_lines l FORCE INDEX (by_variant) STRAIGHT_JOIN orders o ON o.id = l.order_id AND (o.state IN ('paid', 'confirmed', 'paid_no_stock') OR (o.state = 'pending' AND o.age_confirmed = 0)) "
                  "LEFT JOIN called_off_orders c ON c.variant_id = l.variant_id AND c.order_id = l.order_id WHERE l.variant_id = ? AND l.kind = 'product' AND c.order_id IS NULL ORDER BY l.order_id LIMIT ?", time.variant, most);
}

base::Status ask_back(db::Connection& db, const Shop& shop, const CalledOff& time, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  KK_LET(const db::Rows before, db.query("SELECT 1 FROM called_off_orders WHERE variant_id = ? AND order_id = ?", time.variant, order_id));
  const auto line = std::find_if(order.lines.begin(), order.lines.end(), [&](const auto& one) { return !one.is_delivery && one.variant_id == time.variant; });
  if (!before.empty() || line == order.lines.end()) return {};
  KK_LET(const Due due, due_of(db, order, time.variant));
  if (due.is_due) {
    KK_TRY(db.write("INSERT INTO refund_requests (order_id, cents, reason, words, requested_by, requested_utc) VALUES (?, ?, 'session_cancelled', ?, ?, ?)", order_id, due.cents, time.reason, time.staff, now));
    for (const auto& one : due.credits) KK_TRY(db.write("INSERT INTO refund_request_lines (request_id, line_no, quantity, cents) VALUES (LAST_INSERT_ID(), ?, ?, ?)", one.line_no, one.quantity, one.cents));
  }
  KK_TRY(db.write(std::string("INSERT INTO called_off_orders (variant_id, order_id, request_id) VALUES (?, ?, ") + (due.is_due ? "LAST_INSERT_ID())" : "NULL)"), time.variant, order_id));
  if (!due.is_told) return {};
  return tell_called_off(db, shop, order, {time.variant, due.cents}, now);
}

base::Status tell_called_off(db::Connection& db, const Shop& shop, const orders::Order& order, const OfTime& of, base::UtcTime now) {
  const auto line = std::find_if(order.lines.begin(), order.lines.end(), [&](const auto& one) { return !one.is_delivery && one.variant_id == of.variant; });
  if (line == order.lines.end()) return {};
  return mail_called_off(db, shop, order, {line->name + (line->detail.empty() ? "" : ", " + line->detail), of.cents}, now);
}

base::Status end_asking(db::Connection& db, const CalledOff& time) { return db.write("UPDATE called_off_times SET unasked = 0 WHERE variant_id = ? AND unasked = ?", time.variant, time.unasked); }

base::Status note_sold_times(db::Connection& db, const std::vector<orders::Line>& lines) {
  std::set<std::int64_t> times;
  for (const auto& line : lines) {
    if (line.product_kind == "ticket" && line.starts) times.insert(line.variant_id);
  }
  // One by one: each locks its own row, or the gap of one that isn't there, and no other time's.
  for (const auto time : times) KK_TRY(db.write("UPDATE called_off_times SET unasked = unasked + 1 WHERE variant_id = ?", time));
  return {};
}

}  // namespace payments
