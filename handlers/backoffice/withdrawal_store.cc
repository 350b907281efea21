#include "backoffice/withdrawal_store.h"

#include <nlohmann/json.hpp>

#include "backoffice/alert_store.h"
#include "lib/outbox/outbox.h"
#include "lib/payments/asked.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

// Requests `q` that somebody has agreed to, and that did not fail.
const std::string kAgreed = "q.state IN ('approved', 'taken') AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.request_id = q.id AND f.state = 'failed')";
// Units (quantity) or cents of line `l` that such requests give back.
std::string agreed(const std::string& what) { return "(SELECT COALESCE(SUM(x." + what + "), 0) FROM refund_request_lines x JOIN refund_requests q ON q.id = x.request_id WHERE q.order_id = l.order_id AND x.line_no = l.line_no AND " + kAgreed + ")"; }
// Of the withdrawal `w` a line `n` that it names, `l` of the order, of which something is left: of what is free nothing ever is.
const std::string kNamedAndLeft = "SELECT 1 FROM withdrawal_lines n JOIN order_lines l ON l.order_id = w.order_id AND l.line_no = n.line_no WHERE n.withdrawal_id = w.id AND l.quantity > " + agreed("quantity") + " AND l.quantity * l.unit_cents > " + agreed("cents");
// What its own requests gave of that line.
const std::string kOwn = "refund_request_lines x JOIN refund_requests q ON q.id = x.request_id WHERE q.withdrawal_id = w.id AND x.line_no = l.line_no AND " + kAgreed;
// Nobody has to refund more: each line that it names is credited, be it in part, as somebody judged it (KSL 6:15); or, where it names none, something of the order; or no money of the order is left.
const std::string kIsDealtWith =
    "(w.order_id IS NOT NULL AND (IF(EXISTS (SELECT 1 FROM withdrawal_lines n WHERE n.withdrawal_id = w.id), NOT EXISTS (" + kNamedAndLeft + " AND n.quantity > " + agreed("quantity") + " AND NOT EXISTS (SELECT 1 FROM " + kOwn + ")), "
    "EXISTS (SELECT 1 FROM refund_requests q WHERE q.order_id = w.order_id AND " + kAgreed + ")) OR NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = w.order_id AND a.state = 'ok' AND a.received_cents + a.cards_cents > "
    "(SELECT COALESCE(SUM(q.cents), 0) FROM refund_requests q WHERE q.attempt_id = a.id AND " + kAgreed + "))))";
const std::string kColumns = "SELECT w.id, COALESCE(w.order_id, 0), w.case_code, w.name, w.order_number, w.email, w.lines_stated, w.state, w.lang, w.received_utc, " + kIsDealtWith + " FROM withdrawals w WHERE ";

WithdrawalRow withdrawal_of(const db::Row& r) {
  return {r.integer(0), r.integer(1), r.text(2), r.text(3), r.text(4), r.text(5), r.text(6), r.text(7), base::parse_lang(r.text(8)).value_or(base::Lang::fi), r.time(9).value_or(base::UtcTime{}), {}, r.boolean(10)};
}

}  // namespace

base::Result<std::optional<WithdrawalRow>> find_withdrawal(db::Connection& db, std::int64_t id) {
  KK_LET(const auto found, db.query_all({db::statement(kColumns + "w.id = ?", id), db::statement("SELECT line_no, quantity FROM withdrawal_lines WHERE withdrawal_id = ? ORDER BY line_no", id)}));
  if (found[0].empty()) return std::optional<WithdrawalRow>();
  WithdrawalRow out = withdrawal_of(found[0][0]);
  for (const auto& row : found[1]) out.lines.emplace_back(static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)));
  return std::optional<WithdrawalRow>(std::move(out));
}

namespace {

std::string unanswered(const Reach& reach, std::vector<db::Param>& params) {
  return "w.state = 'received' AND " + (reach.all ? "TRUE" : "EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = w.order_id AND (l.line_no IN (SELECT x.line_no FROM withdrawal_lines x WHERE x.withdrawal_id = w.id) "
                                                             "OR NOT EXISTS (SELECT 1 FROM withdrawal_lines x WHERE x.withdrawal_id = w.id)) AND " + within(reach, "l.unit_code", "l.product_id", params) + ")");
}

}  // namespace

base::Result<std::vector<WithdrawalRow>> find_withdrawals(db::Connection& db, const Reach& reach, const Rows& wanted) {
  std::vector<db::Param> params;
  const std::string mine = unanswered(reach, params);
  if (wanted.after > 0) params.emplace_back(wanted.after);
  KK_LET(const db::Rows rows, db.run_query(kColumns + mine + (wanted.after > 0 ? " AND (w.received_utc, w.id) > (SELECT received_utc, id FROM withdrawals WHERE id = ?)" : "") +
                                           " ORDER BY w.received_utc, w.id LIMIT " + std::to_string(wanted.most), params));
  std::vector<WithdrawalRow> out;
  for (const auto& row : rows) out.push_back(withdrawal_of(row));
  return out;
}

base::Result<Unanswered> count_withdrawals(db::Connection& db, const Reach& reach) {
  std::vector<db::Param> params;
  const std::string mine = unanswered(reach, params);
  KK_LET(const db::Rows rows, db.run_query("SELECT COUNT(*), MIN(w.received_utc) FROM withdrawals w WHERE " + mine, params));
  return Unanswered{static_cast<int>(rows.at(0).integer(0)), rows[0].time(1)};
}

base::Result<Answers> answers_to(db::Connection& db, std::int64_t withdrawal) {
  KK_LET(const db::Rows rows, db.query("SELECT r.id, l.line_no, l.quantity, l.cents FROM refund_requests r JOIN refund_request_lines l ON l.request_id = r.id WHERE r.withdrawal_id = ? AND" + payments::kStanding + " ORDER BY r.id", withdrawal));
  Answers out;
  for (const auto& row : rows) out.given.push_back({static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2)), row.cents(3)});
  if (!rows.empty()) out.last = rows.back().integer(0);
  return out;
}

base::Status end_answered(db::Connection& db, std::int64_t request, const Dealt& by) {
  return db.write("UPDATE withdrawals w JOIN refund_requests r ON r.withdrawal_id = w.id SET w.state = 'refunded', w.handled_by = ?, w.handled_utc = ? WHERE r.id = ? AND w.state = 'received' AND NOT EXISTS (" + kNamedAndLeft +
                      " AND n.quantity > (SELECT COALESCE(SUM(x.quantity), 0) FROM " + kOwn + "))",
                  by.staff, by.now, request);
}

base::Result<Tied> tie(const staff::Permission<staff::Right::refunds_request>&, db::Connection& db, const WithdrawalRow& withdrawal, const std::string& typed, const No& by, base::UtcTime now) {
  const std::string number = db::in_ascii(typed);
  KK_LET(const db::Done tied, db.execute("UPDATE withdrawals SET order_id = (SELECT id FROM orders WHERE number = ?) WHERE id = ? AND order_id IS NULL AND state = 'received' AND EXISTS (SELECT 1 FROM orders WHERE number = ?)",
                                         number, withdrawal.id, number));
  if (tied.affected > 0) {
    KK_TRY(deal_with(db, db::statement("kind = 'withdrawal_unmatched' AND object_id = ?", withdrawal.id), {by.staff, now}));
    return Tied::now;
  }
  KK_LET(const db::Rows there, db.query("SELECT 1 FROM withdrawals w JOIN orders o ON o.id = w.order_id WHERE w.id = ? AND o.number = ?", withdrawal.id, number));
  return there.empty() ? Tied::no_order : Tied::before;
}

base::Result<bool> decline(const staff::Permission<staff::Right::refunds_request>&, db::Connection& db, const WithdrawalRow& withdrawal, const No& no, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE withdrawals SET state = 'declined', handled_by = ?, handled_utc = ?, declined_words = ? WHERE id = ? AND state = 'received'", no.staff, now, no.words, withdrawal.id));
  if (done.affected != 1) {
    KK_LET(const db::Rows same, db.query("SELECT 1 FROM withdrawals WHERE id = ? AND state = 'declined' AND handled_by = ?", withdrawal.id, no.staff));
    if (same.empty()) return fail(ErrorKind::conflict, "it is answered already");
    return false;
  }
  KK_TRY(deal_with(db, db::statement("kind IN ('withdrawal', 'withdrawal_unmatched') AND object_id = ?", withdrawal.id), {no.staff, now}));
  const nlohmann::ordered_json data = {{"case_code", withdrawal.case_code}, {"name", withdrawal.name}, {"order_number", withdrawal.order_number}, {"received_utc", base::to_iso(withdrawal.received)}, {"words", no.words}};
  KK_TRY(outbox::insert(db, {"withdrawal_declined", withdrawal.lang, withdrawal.email, data.dump(), withdrawal.order == 0 ? std::nullopt : std::optional<std::int64_t>(withdrawal.order)}, now));
  return true;
}

base::Result<bool> end_dealt_with(const staff::Permission<staff::Right::refunds_request>&, db::Connection& db, const WithdrawalRow& withdrawal, const No& by, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE withdrawals w SET w.state = 'refunded', w.handled_by = ?, w.handled_utc = ? WHERE w.id = ? AND w.state = 'received' AND " + kIsDealtWith, by.staff, now, withdrawal.id));
  if (done.affected != 1) {
    KK_LET(const db::Rows same, db.query("SELECT 1 FROM withdrawals WHERE id = ? AND state = 'refunded' AND handled_by = ?", withdrawal.id, by.staff));
    if (same.empty()) return fail(ErrorKind::conflict, "it is answered already, or something is left to refund");
    return false;
  }
  KK_TRY(deal_with(db, db::statement("kind IN ('withdrawal', 'withdrawal_unmatched') AND object_id = ?", withdrawal.id), {by.staff, now}));
  return true;
}

}  // namespace backoffice
