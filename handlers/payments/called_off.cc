#include "payments/called_off.h"

#include <algorithm>
#include <optional>
#include <set>

#include "lib/crypto/crypto.h"
#include "lib/orders/order_store.h"
#include "lib/outbox/outbox.h"
#include "lib/payments/asked.h"
#include "lib/payments/refund.h"
#include "payments/mails.h"

namespace payments {

namespace {

constexpr int kTimesAtOnce = 20;
constexpr std::chrono::minutes kAfterFailure{1}, kWhileUnderWay{60};

// Requests `r` whose money may still come.
const std::string kUnderWay = " (r.state IN ('asked', 'requested', 'approved') OR EXISTS (SELECT 1 FROM refunds f WHERE f.request_id = r.id AND f.state NOT IN ('ok', 'failed')))";
constexpr const char* kOfCalledOff = " r.reason = 'session_cancelled'";

struct Due {
  base::Cents cents;            // that nobody has asked back
  std::vector<Credit> credits;  // of a payment with a receipt
  bool is_due = false, is_under_way = false;
  base::Cents under_way;        // what requests before have asked back, and hasn't come yet
};

// Without a receipt nothing of the order was delivered, so all of it goes back, whatever else it was for.
base::Result<Due> due_of_undelivered(db::Connection& db, std::int64_t order_id) {
  KK_LET(const db::Rows rows, db.query("SELECT a.received_cents + a.cards_cents, COALESCE(r.cents, 0)," + kUnderWay + "," + kOfCalledOff + " OR" + kStanding +
                                       " FROM payment_attempts a LEFT JOIN refund_requests r ON r.order_id = a.order_id AND COALESCE(r.attempt_id, a.id) = a.id WHERE a.order_id = ? AND a.outcome = 'no_stock'", order_id));
  Due out;
  if (!rows.empty()) out.cents = rows[0].cents(0);
  for (const auto& row : rows) {
    if (row.boolean(2)) out.under_way += row.cents(1);
    if (row.boolean(3)) out.cents = out.cents - row.cents(1);
  }
  out.is_under_way = out.under_way.value() > 0;
  out.is_due = out.cents.value() > 0;
  out.cents = std::max(out.cents, base::Cents(0));
  return out;
}

// What staff were shown before (lib/payments/asked.h), at the first look; at a later one also what didn't come.
// Units that were asked back at another price than theirs leave nothing to ask.
base::Result<Due> due_of_lines(db::Connection& db, const orders::Order& order, std::int64_t variant) {
  KK_LET(const db::Rows rows, db.query("SELECT x.line_no, x.quantity, x.cents," + kUnderWay + "," + kOfCalledOff + "," + kStanding + " FROM refund_requests r JOIN refund_request_lines x ON x.request_id = r.id WHERE r.order_id = ?", order.id));
  std::vector<Credit> under_way, own, all;
  for (const auto& row : rows) {
    const Credit one{static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.cents(2)};
    if (row.boolean(3)) under_way.push_back(one);
    if (row.boolean(4)) own.push_back(one);
    if (row.boolean(4) || row.boolean(5)) all.push_back(one);
  }
  Due out;
  for (const auto& line : order.lines) {
    if (line.is_delivery || line.variant_id != variant) continue;
    const int units = std::max(0, line.quantity - credited_units(all, line.line_no));
    const base::Cents at_most = line.unit_price * (units + credited_units(own, line.line_no)) - credited(own, line.line_no);
    const base::Cents cents = std::max(base::Cents(0), std::min(line.total() - credited(all, line.line_no), at_most));
    if (units > 0 || cents.value() > 0) out.credits.push_back({line.line_no, units, cents});
    out.under_way += credited(under_way, line.line_no);
    out.is_under_way |= credited_units(under_way, line.line_no) > 0 || credited(under_way, line.line_no).value() > 0;
  }
  out.cents = sum_of(out.credits);
  out.is_due = !out.credits.empty();
  return out;
}

// Of one that was free, or has ended unpaid meanwhile, nothing.
base::Result<Due> due_of(db::Connection& db, const orders::Order& order, std::int64_t variant) {
  if (order.state == orders::State::paid) return due_of_lines(db, order, variant);
  if (order.state == orders::State::paid_no_stock) return due_of_undelivered(db, order.id);
  return Due{};
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

base::Result<std::vector<LookAgain>> find_again(db::Connection& db, int most, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT c.order_id, c.variant_id, t.called_off_by, t.reason FROM called_off_orders c JOIN called_off_times t ON t.variant_id = c.variant_id WHERE c.again_utc <= ? ORDER BY c.again_utc LIMIT ?", now, most));
  std::vector<LookAgain> out;
  for (const auto& row : rows) out.push_back({{row.integer(1), row.integer(2), row.text(3), 0}, {row}});
  return out;
}

base::Status ask_back(db::Connection& db, const Shop& shop, const CalledOff& time, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  KK_LET(const db::Rows before, db.query("SELECT told FROM called_off_orders WHERE variant_id = ? AND order_id = ?", time.variant, order_id));
  const bool was_told = !before.empty() && before[0].boolean(0);
  KK_LET(Due due, due_of(db, order, time.variant));
  const bool tells = !was_told && (due.is_due || due.is_under_way || order.state == orders::State::confirmed);
  const base::Cents to_come = due.cents + due.under_way;
  if (was_told && due.is_under_way) due.is_due = false;  // until that is over
  if (due.is_due) {
    KK_TRY(db.write("INSERT INTO refund_requests (order_id, cents, reason, words, requested_by, requested_utc) VALUES (?, ?, 'session_cancelled', ?, ?, ?)", order_id, due.cents, time.reason, time.staff, now));
    for (const auto& one : due.credits) KK_TRY(db.write("INSERT INTO refund_request_lines (request_id, line_no, quantity, cents) VALUES (LAST_INSERT_ID(), ?, ?, ?)", one.line_no, one.quantity, one.cents));
  }
  const auto again = due.is_due || due.is_under_way ? std::optional(now + kWhileUnderWay) : std::nullopt;
  const std::string request = due.is_due ? "LAST_INSERT_ID()" : "NULL";
  KK_TRY(db.write(before.empty() ? "INSERT INTO called_off_orders (request_id, again_utc, variant_id, order_id) VALUES (" + request + ", ?, ?, ?)"
                                 : "UPDATE called_off_orders SET request_id = COALESCE(" + request + ", request_id), told = TRUE, again_utc = ? WHERE variant_id = ? AND order_id = ?", again, time.variant, order_id));
  if (!before.empty()) KK_TRY(db.write("UPDATE staff_alerts SET resolved_utc = ? WHERE kind = 'called_off_failed' AND object_id = ? AND resolved_utc IS NULL", now, order_id));
  return tells ? tell_called_off(db, shop, order, {time.variant, to_come}, now) : base::Status();
}

base::Result<bool> put_off(db::Connection& db, const CalledOff& time, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE called_off_orders SET again_utc = ? WHERE variant_id = ? AND order_id = ?", now + kAfterFailure, time.variant, order_id));
  return done.affected > 0;
}

base::Status note_failed(db::Connection& db, const CalledOff& time, std::int64_t order_id, base::UtcTime now) {
  return db.transact([&]() -> base::Status {
    KK_TRY(outbox::alert_staff(db, "called_off_failed", order_id, crypto::random_code(8), now));
    KK_LET(const bool failed_before, put_off(db, time, order_id, now));
    if (failed_before) return {};
    return db.write("INSERT INTO called_off_orders (variant_id, order_id, told, again_utc) VALUES (?, ?, FALSE, ?)", time.variant, order_id, now + kAfterFailure);
  });
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
