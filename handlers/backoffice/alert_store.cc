#include "backoffice/alert_store.h"

#include "backoffice/finance.h"
#include "backoffice/order_facts.h"
#include "backoffice/product_store.h"
#include "backoffice/refund_list.h"
#include "backoffice/tls_certificate.h"
#include "backoffice/withdrawal_store.h"
#include "lib/payments/benefit.h"
#include "lib/suomifi/facts.h"

namespace backoffice {

using staff::Right;

namespace {

// Who deals with what. Kinds that stand on a page of their own (withdrawals, refunds that families ask for, approvals) are not here.
enum class About { shop, order, session };  // whose scope it is of: of the whole shop's matters nobody's but the shop's
struct Duty {
  Right right;
  About about;
  std::vector<std::string> kinds;
};
const std::vector<Duty>& duties() {
  static const std::vector<Duty> kDuties = {{Right::refunds_request, About::order, {"paid_no_stock", "overpaid", "needs_review", "sum_differs", "unknown_payment", "refund_failed", "refund_unknown", "called_off_failed", "withdrawal_unmatched"}},
                                            {Right::orders_deliver, About::order, {"mail_dead"}},
                                            {Right::keys_manage, About::shop, {"sealed_record", "untrusted_key"}},
                                            {Right::log_read, About::shop, {"break_glass"}},
                                            {Right::activities_edit, About::session, {"session_short", "consent_withdrawn"}}};
  return kDuties;
}

// The order or the session that an alert's object belongs to. A payment that we don't know has no object; where its word had a stamp of ours, the journal says whose.
constexpr const char* kFrom =
    " FROM staff_alerts s LEFT JOIN payment_attempts a ON a.id = s.object_id AND s.kind IN ('overpaid', 'needs_review', 'sum_differs', 'unknown_payment') LEFT JOIN refunds f ON f.id = s.object_id AND s.kind IN ('refund_failed', 'refund_unknown') "
    "LEFT JOIN refund_requests r ON r.id = f.request_id LEFT JOIN outbox m ON m.id = s.object_id AND s.kind = 'mail_dead' "
    "LEFT JOIN payment_events e ON s.kind = 'unknown_payment' AND e.case_code = s.case_code AND e.verdict IN ('unknown_stamp', 'not_matching') LEFT JOIN payment_attempts w ON w.id = e.attempt_id "
    "LEFT JOIN registrations g ON g.id = s.object_id AND s.kind = 'consent_withdrawn' LEFT JOIN session_staff b ON b.id = s.object_id AND s.kind = 'break_glass' "
    "LEFT JOIN variants v ON v.id = COALESCE(IF(s.kind = 'session_short', s.object_id, NULL), g.variant_id, b.variant_id) LEFT JOIN products p ON p.id = v.product_id WHERE ";
constexpr const char* kOrder = "COALESCE(IF(s.kind IN ('paid_no_stock', 'called_off_failed'), s.object_id, NULL), a.order_id, r.order_id, m.order_id, w.order_id)";

// That all lines are of one's scope that an alert is about: those of its refund, else all of its order.
std::string covered(const Reach& reach, std::vector<db::Param>& params) {
  if (reach.all) return "TRUE";
  return std::string("s.kind = 'mail_dead' OR NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = ") + kOrder +
         " AND (NOT EXISTS (SELECT 1 FROM refund_request_lines x WHERE x.request_id = r.id) OR EXISTS (SELECT 1 FROM refund_request_lines x WHERE x.request_id = r.id AND x.line_no = l.line_no)) AND NOT " + line_within(reach, params) + ")";
}

base::Result<std::vector<AlertRow>> read(const Call& call, const Reach& reach, const db::Statement& which, std::size_t most) {
  std::vector<db::Param> params;
  const std::string may = covered(reach, params), lang = base::to_string(call.lang);
  params.insert(params.end(), which.params.begin(), which.params.end());
  KK_LET(const db::Rows rows, call.db.run_query(std::string("SELECT s.id, COALESCE(") + kOrder + ", 0), s.kind, s.case_code, s.created_utc, a.provider, " + may + ", e.received, s.resolved_utc, COALESCE(s.resolved_by, 0), s.resolved_words, COALESCE(v.id, 0), v.name_" + lang +
                                                    ", COALESCE((SELECT name FROM product_texts WHERE product_id = p.id AND lang = '" + lang + "'), (SELECT name FROM product_texts WHERE product_id = p.id AND lang = 'fi')), v.starts_utc" + kFrom + which.sql + " ORDER BY s.id LIMIT " + std::to_string(most), params));
  std::vector<AlertRow> out;
  for (const auto& row : rows) {
    out.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.time(4).value_or(call.now), row.text(5), row.boolean(6), std::nullopt, row.time(8), row.integer(9), row.text(10), row.integer(11), row.text(12), row.text(13), row.time(14)});
    if (!row.is_null(7)) out.back().stranger = payments::parse_stranger(row.text(7));
  }
  return out;
}

db::Statement open_or(std::int64_t only) { return only == 0 ? db::statement("s.resolved_utc IS NULL") : db::statement("s.id = ?", only); }

// Of each of one's duties its reach, and those alerts `s` that `which` holds for.
base::Result<std::vector<std::pair<Reach, db::Statement>>> of_duties(const Call& call, const db::Statement& which) {
  std::vector<std::pair<Reach, db::Statement>> out;
  for (const auto& duty : duties()) {
    if (!call.rights.any(duty.right)) continue;
    KK_LET(Reach reach, reach_of(call, duty.right));
    if (!reach.all && duty.about == About::shop) continue;
    db::Statement wanted = which;
    wanted.params.insert(wanted.params.end(), duty.kinds.begin(), duty.kinds.end());
    wanted.sql += " AND s.kind IN (" + db::question_marks(duty.kinds.size()) + ")";
    if (duty.about == About::session) wanted.sql += " AND " + within(reach, "p.unit_code", "p.id", wanted.params);
    else if (!reach.all) wanted.sql += std::string(" AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = ") + kOrder + " AND " + within(reach, "l.unit_code", "l.product_id", wanted.params) + ")";
    out.emplace_back(std::move(reach), std::move(wanted));
  }
  return out;
}

base::Result<std::vector<AlertRow>> read_all(const Call& call, const db::Statement& which, std::size_t most) {
  KK_LET(const auto duties, of_duties(call, which));
  std::vector<AlertRow> out;
  for (const auto& [reach, wanted] : duties) {
    KK_LET(auto found, read(call, reach, wanted, most));
    std::move(found.begin(), found.end(), std::back_inserter(out));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  cut(out, most);
  return out;
}

int number(const db::Rows& rows) { return static_cast<int>(rows.at(0).integer(0)); }

}  // namespace

base::Result<std::vector<AlertRow>> find_alerts(const Call& call, const Rows& wanted) { return read_all(call, db::statement("s.resolved_utc IS NULL AND s.id > ?", wanted.after), wanted.most); }

base::Result<int> count_alerts(const Call& call) {
  KK_LET(const auto duties, of_duties(call, open_or(0)));
  int out = 0;
  for (const auto& one : duties) {
    KK_LET(const db::Rows rows, call.db.run_query(std::string("SELECT COUNT(DISTINCT s.id)") + kFrom + one.second.sql, one.second.params));
    out += number(rows);
  }
  return out;
}

base::Result<std::optional<AlertRow>> find_alert(const Call& call, std::int64_t id) {
  KK_LET(auto found, read_all(call, db::statement("s.id = ?", id), 1));
  return found.empty() ? std::optional<AlertRow>() : std::optional(std::move(found[0]));
}

base::Result<std::vector<AlertRow>> alerts_of_order(const Call& call, std::int64_t order, std::int64_t only) {
  const Duty& money = duties().front();
  KK_LET(const Reach reach, reach_of(call, money.right));
  // What of this order an alert may be about, so that those of all others needn't be read.
  KK_LET(const auto objects, call.db.query_all({db::statement("SELECT id FROM payment_attempts WHERE order_id = ?", order),
                                                db::statement("SELECT f.id FROM refund_requests r JOIN refunds f ON f.request_id = r.id WHERE r.order_id = ?", order),
                                                db::statement("SELECT e.received FROM payment_attempts a JOIN payment_events e ON e.attempt_id = a.id AND e.verdict IN ('unknown_stamp', 'not_matching') WHERE a.order_id = ?", order)}));
  std::vector<db::Param> ids = {order};
  for (const auto& one : {objects[0], objects[1]}) for (const auto& row : one) ids.emplace_back(row.integer(0));
  for (const auto& row : objects[2]) ids.emplace_back(payments::number_of_stranger(payments::parse_stranger(row.text(0)).transaction_id));
  db::Statement which = open_or(only);
  which.params.insert(which.params.end(), money.kinds.begin(), money.kinds.end());
  which.sql += " AND s.kind IN (" + db::question_marks(money.kinds.size()) + ") AND s.object_id IN (" + db::question_marks(ids.size()) + ") AND " + kOrder + " = ?";
  which.params.insert(which.params.end(), ids.begin(), ids.end());
  which.params.emplace_back(order);
  return read(call, reach, which, Rows().most);
}

base::Result<std::int64_t> find_alert_by_code(const Call& call, const std::string& code) {
  KK_LET(const db::Rows coded, call.db.query("SELECT id FROM staff_alerts WHERE case_code = ? ORDER BY id DESC LIMIT 1", code));
  std::int64_t id = coded.empty() ? 0 : coded[0].integer(0);
  if (id == 0) {
    // A word that came again has a code of its own, and its payment the alert of the first.
    KK_LET(const db::Rows words, call.db.query("SELECT received FROM payment_events WHERE case_code = ? AND verdict IN ('unknown_stamp', 'not_matching')", code));
    if (words.empty() && !suomifi::is_uuid(code)) return 0;
    const auto number = payments::number_of_stranger(words.empty() ? code : payments::parse_stranger(words[0].text(0)).transaction_id);
    KK_LET(const db::Rows alerts, call.db.query("SELECT id FROM staff_alerts WHERE kind = 'unknown_payment' AND object_id = ? ORDER BY id DESC LIMIT 1", number));
    if (alerts.empty()) return 0;
    id = alerts[0].integer(0);
  }
  KK_LET(const auto seen, find_alert(call, id));
  return seen ? id : 0;
}

base::Result<std::vector<OrderHint>> find_hints(const Call& call, const std::vector<AlertRow>& alerts) {
  std::vector<db::Param> params;
  for (const auto& one : alerts) {
    if (one.stranger) params.emplace_back(one.stranger->reference);
  }
  std::vector<OrderHint> out;
  if (params.empty()) return out;
  const std::string references = db::question_marks(params.size());
  KK_LET(const Reach reach, reach_of(call, Right::orders_view));
  const std::string mine = within(reach, "l.unit_code", "l.product_id", params);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT o.id, o.reference, o.number FROM orders o WHERE o.reference IN (" + references + ") AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND " + mine + ")", params));
  for (const auto& row : rows) out.push_back({row.integer(0), row.text(1), row.text(2)});
  return out;
}

std::string alert_words(const Call& call, const std::string& kind, const std::string& provider) {
  return call.say("mail.alert_" + (kind == "needs_review" && payments::is_benefit(provider, call.city) ? "benefit_refused" : kind));
}

base::Result<bool> deal_with(db::Connection& db, const db::Statement& which, const Dealt& by) {
  std::vector<db::Param> params = {by.now, by.staff, by.words};
  params.insert(params.end(), which.params.begin(), which.params.end());
  KK_LET(const db::Done done, db.run_execute("UPDATE staff_alerts SET resolved_utc = ?, resolved_by = ?, resolved_words = ? WHERE resolved_utc IS NULL AND (" + which.sql + ")", params));
  return done.affected > 0;
}

base::Result<Today> find_today(const Call& call) {
  Today out;
  if (call.rights.any(Right::orders_deliver)) {
    KK_LET(const Reach reach, reach_of(call, Right::orders_deliver));
    std::vector<db::Param> params;
    const std::string mine = parcels_within(reach, params);
    KK_LET(const db::Rows rows, call.db.run_query("SELECT COUNT(*) FROM deliveries d WHERE d.state = 'waiting' AND " + mine, params));
    out.deliveries = number(rows);
  }
  if (call.rights.any(Right::refunds_request)) {
    KK_LET(const Reach reach, reach_of(call, Right::refunds_request));
    KK_LET(const RefundsWaiting asked, count_refunds(call.db, reach, RefundStage::asked));
    out.asked = asked.count;
    out.asked_since = asked.oldest;
    KK_LET(const RefundsWaiting silent, count_refunds(call.db, reach, RefundStage::under_way, "f.state IN ('waiting', 'pending', 'unknown')"));
    out.under_way = silent.count;
    for (const auto stage : {RefundStage::requested, RefundStage::under_way, RefundStage::failed}) {
      KK_LET(const RefundsWaiting promised, count_refunds(call.db, reach, stage, "k.id IS NOT NULL"));
      out.promised += promised.count;
      if (promised.withdrawn && (!out.promise_ends || *promised.withdrawn + kRefundWithin < *out.promise_ends)) out.promise_ends = *promised.withdrawn + kRefundWithin;
    }
    KK_LET(const Unanswered withdrawals, count_withdrawals(call.db, reach));
    out.withdrawals = withdrawals.count;
    if (withdrawals.oldest) out.clock = *withdrawals.oldest + kRefundWithin;
  }
  if (call.rights.any(Right::refunds_approve)) {
    KK_LET(const Reach reach, reach_of(call, Right::refunds_approve));
    KK_LET(const RefundsWaiting others, count_refunds(call.db, reach, RefundStage::requested, "NOT (r.requested_by <=> " + std::to_string(call.person().id) + ")"));
    out.to_approve = others.count;
    out.to_approve_since = others.oldest;
  }
  KK_LET(out.low, count_low(call.db, call.rights.scopes(Right::catalogue_edit), call.city.stock_low_pieces, call.now));
  if (call.rights.on(Right::finance_view, {})) {
    KK_LET(const SeeBooks may, call.rights.permit<Right::finance_view>({}));
    KK_LET(out.differences, count_differences(may, call.db));
    KK_LET(out.years_over, count_years_over(may, call));
  }
  if (call.rights.any(Right::keys_manage)) {
    KK_LET(const db::Rows rows, call.db.query("SELECT COUNT(*) FROM key_certificates c JOIN staff s ON s.id = c.staff_id WHERE s.state <> 'disabled' AND c.until_day <= ?", base::helsinki_date_iso(call.now + std::chrono::days(60))));
    out.certificates = number(rows);
  }
  if (call.rights.on(Right::settings_view, {}) && !call.instance.certificate.empty()) {
    const auto ends = certificate_ends(call.instance.certificate);
    out.certificate_unread = !ends;
    if (ends && *ends < call.now + kCertificateSoon) out.certificate_ends = *ends;
  }
  return out;
}

}  // namespace backoffice
