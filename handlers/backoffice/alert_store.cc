#include "backoffice/alert_store.h"

#include <algorithm>

#include "backoffice/order_facts.h"
#include "backoffice/refund_store.h"
#include "backoffice/withdrawal_store.h"
#include "lib/payments/benefit.h"

namespace backoffice {

using staff::Right;

namespace {

// Who deals with what. Kinds that stand on a page of their own (withdrawals, refunds that families ask for, approvals) are not here.
struct Duty {
  Right right;
  bool of_orders;
  std::vector<std::string> kinds;
};
const std::vector<Duty>& duties() {
  static const std::vector<Duty> kDuties = {{Right::refunds_request, true, {"paid_no_stock", "overpaid", "needs_review", "sum_differs", "unknown_payment", "refund_failed", "refund_unknown", "withdrawal_unmatched"}},
                                            {Right::orders_deliver, true, {"mail_dead"}},
                                            {Right::keys_manage, false, {"sealed_record", "untrusted_key"}},
                                            {Right::log_read, false, {"break_glass"}},
                                            {Right::activities_edit, false, {"session_short", "consent_withdrawn"}}};
  return kDuties;
}

// The order that an alert's object belongs to.
constexpr const char* kFrom =
    " FROM staff_alerts s LEFT JOIN payment_attempts a ON a.id = s.object_id AND s.kind IN ('overpaid', 'needs_review', 'sum_differs', 'unknown_payment') LEFT JOIN refunds f ON f.id = s.object_id AND s.kind IN ('refund_failed', 'refund_unknown') "
    "LEFT JOIN refund_requests r ON r.id = f.request_id LEFT JOIN outbox m ON m.id = s.object_id AND s.kind = 'mail_dead' WHERE s.resolved_utc IS NULL AND s.kind IN (";
constexpr const char* kOrder = "COALESCE(IF(s.kind = 'paid_no_stock', s.object_id, NULL), a.order_id, r.order_id, m.order_id)";

int number(const db::Rows& rows) { return static_cast<int>(rows.at(0).integer(0)); }

}  // namespace

base::Result<std::vector<AlertRow>> find_alerts(const Call& call) {
  std::vector<AlertRow> out;
  for (const auto& duty : duties()) {
    if (!call.rights.any(duty.right)) continue;
    const bool whole = call.rights.on(duty.right, {});
    if (!whole && !duty.of_orders) continue;
    KK_LET(const Reach reach, reach_of(call, duty.right));
    std::vector<db::Param> params(duty.kinds.begin(), duty.kinds.end());
    std::string where = db::question_marks(duty.kinds.size()) + ")";
    if (!whole) where += std::string(" AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = ") + kOrder + " AND " + within(reach, "l.unit_code", "l.product_id", params) + ")";
    KK_LET(const db::Rows rows, call.db.run_query(std::string("SELECT s.id, COALESCE(") + kOrder + ", 0), s.kind, s.case_code, s.created_utc, a.provider" + kFrom + where + " ORDER BY s.id LIMIT " + std::to_string(kShownOfQueue), params));
    for (const auto& row : rows) out.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.time(4).value_or(call.now), row.text(5)});
  }
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
  const auto counted = [&](Right right, const std::string& sql, int& to) -> base::Status {
    if (!call.rights.any(right)) return {};
    KK_LET(const Reach reach, reach_of(call, right));
    std::vector<db::Param> params;
    const std::string mine = within(reach, "l.unit_code", "l.product_id", params);
    KK_LET(const db::Rows rows, call.db.run_query(sql + mine + ")", params));
    to = number(rows);
    return {};
  };
  // Refunds as their pages list them.
  const auto listed = [&](Right right, RefundStage stage, int& to, auto&& counts) -> base::Status {
    if (!call.rights.any(right)) return {};
    KK_LET(const Reach reach, reach_of(call, right));
    KK_LET(const auto refunds, find_refunds(call.db, reach, stage));
    to = static_cast<int>(std::count_if(refunds.begin(), refunds.end(), counts));
    return {};
  };
  if (call.rights.any(Right::orders_deliver)) {
    KK_LET(const Reach reach, reach_of(call, Right::orders_deliver));
    std::vector<db::Param> params;
    const std::string mine = parcels_within(reach, params);
    KK_LET(const db::Rows rows, call.db.run_query("SELECT COUNT(*) FROM deliveries d WHERE d.state = 'waiting' AND " + mine, params));
    out.deliveries = number(rows);
  }
  KK_TRY(listed(Right::refunds_request, RefundStage::asked, out.asked, [](const auto&) { return true; }));
  KK_TRY(listed(Right::refunds_request, RefundStage::under_way, out.under_way, [](const auto& one) { return one.state == "waiting" || one.state == "pending" || one.state == "unknown"; }));
  KK_TRY(listed(Right::refunds_approve, RefundStage::requested, out.to_approve, [&](const auto& one) { return one.asked_by_id != call.person().id; }));
  KK_TRY(counted(Right::catalogue_edit, "SELECT COUNT(*) FROM (SELECT v.id, p.id AS product_id, p.unit_code FROM products p JOIN variants v ON v.product_id = p.id AND v.active JOIN stock k ON k.variant_id = v.id "
                                        "WHERE p.kind = 'goods' AND p.state = 'published' AND k.free * 10 <= k.capacity) l WHERE (", out.low));
  if (call.rights.any(Right::refunds_request)) {
    KK_LET(const Reach reach, reach_of(call, Right::refunds_request));
    KK_LET(const auto waiting, find_withdrawals(call.db, reach));
    out.withdrawals = static_cast<int>(waiting.size());
    if (!waiting.empty()) out.clock = waiting.front().received + kRefundWithin;
  }
  if (call.rights.any(Right::keys_manage)) {
    KK_LET(const db::Rows rows, call.db.query("SELECT COUNT(*) FROM key_certificates WHERE until_day <= ?", base::helsinki_date_iso(call.now + std::chrono::days(60))));
    out.certificates = number(rows);
  }
  return out;
}

}  // namespace backoffice
