#include "backoffice/refund_list.h"

namespace backoffice {

namespace {

constexpr int kMostSessions = 10;  // with cancelled sign-ups, of the page

// `l` is a line that the request `r` is about: those that it names; else those of its sign-up's session; else (a sign-up that was moved, money without a receipt) any of the order.
const std::string kOfRequest =
    "(l.line_no IN (SELECT x.line_no FROM refund_request_lines x WHERE x.request_id = r.id) OR (NOT EXISTS (SELECT 1 FROM refund_request_lines x WHERE x.request_id = r.id) AND l.variant_id <=> COALESCE("
    "(SELECT g.variant_id FROM registrations g JOIN order_lines y ON y.order_id = r.order_id AND y.variant_id = g.variant_id WHERE g.id = r.registration_id LIMIT 1), l.variant_id)))";

// Requests of a stage, which `r` is: each stage by a key of its own, however many refunds are over.
std::string from_stage(RefundStage which) {
  const char* found = "";
  switch (which) {
    case RefundStage::asked: found = "SELECT id FROM refund_requests WHERE state = 'asked'"; break;
    case RefundStage::requested: found = "SELECT id FROM refund_requests WHERE state = 'requested'"; break;
    case RefundStage::under_way: found = "SELECT id FROM refund_requests WHERE state = 'approved' UNION SELECT request_id FROM refunds WHERE state IN ('calling', 'waiting', 'pending', 'unknown')"; break;
    case RefundStage::failed: found = "SELECT f.request_id AS id FROM staff_alerts a JOIN refunds f ON f.id = a.object_id AND f.state = 'failed' WHERE a.kind = 'refund_failed' AND a.resolved_utc IS NULL"; break;
  }
  return std::string(" FROM (") + found + ") w JOIN refund_requests r ON r.id = w.id ";
}

// Their refunds `f`, and the withdrawal `k` whose 14 days go on with them: of one that failed until it is asked for again.
const std::string kWithClock =
    "LEFT JOIN refunds f ON f.request_id = r.id LEFT JOIN withdrawals k ON k.id = r.withdrawal_id AND NOT (f.state <=> 'failed' AND EXISTS (SELECT 1 FROM refund_requests n JOIN refund_request_lines x ON x.request_id = n.id "
    "JOIN refund_request_lines y ON y.request_id = r.id AND y.line_no = x.line_no WHERE n.withdrawal_id = r.withdrawal_id AND n.id > r.id AND n.state <> 'declined')) ";

// With a line of one's scope.
std::string of_reach(const Reach& reach, std::vector<db::Param>& params) {
  return "EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = r.order_id AND " + kOfRequest + " AND " + within(reach, "l.unit_code", "l.product_id", params) + ")";
}

}  // namespace

base::Result<std::vector<RefundRow>> find_refunds(db::Connection& db, const Reach& reach, RefundStage which, const Rows& wanted) {
  std::vector<db::Param> params;
  const std::string mine = of_reach(reach, params);
  if (wanted.after > 0) params.emplace_back(wanted.after);
  KK_LET(const db::Rows rows, db.run_query("SELECT r.id, r.order_id, o.number, r.reason, r.words, COALESCE(s.name, ''), COALESCE(r.requested_by, 0), r.cents, r.requested_utc, COALESCE(f.state, ''), COALESCE(f.case_code, ''), r.outside, "
                                           "COALESCE((SELECT a.provider FROM payment_attempts a WHERE a.order_id = r.order_id AND a.state = 'ok' AND IF(r.attempt_id IS NULL, a.outcome IN ('settled', 'no_stock'), a.id = r.attempt_id) LIMIT 1), ''), k.received_utc, IF(r.state = 'asked', r.decided_words, '')" + from_stage(which) +
                                           "JOIN orders o ON o.id = r.order_id " + kWithClock + "LEFT JOIN staff s ON s.id = r.requested_by WHERE " + mine +
                                           (wanted.after > 0 ? " AND (r.requested_utc, r.id) > (SELECT requested_utc, id FROM refund_requests WHERE id = ?)" : "") + " ORDER BY r.requested_utc, r.id LIMIT " + std::to_string(wanted.most), params));
  std::vector<RefundRow> out;
  for (const auto& r : rows) out.push_back({r.integer(0), r.integer(1), r.text(2), r.text(3), r.text(4), r.text(5), r.integer(6), r.cents(7), r.time(8).value_or(base::UtcTime{}), r.text(9), r.text(10), r.boolean(11), r.text(12), r.time(13), r.text(14)});
  return out;
}

base::Result<RefundsWaiting> count_refunds(db::Connection& db, const Reach& reach, RefundStage which, const std::string& of_those) {
  std::vector<db::Param> params;
  const std::string mine = of_reach(reach, params);
  KK_LET(const db::Rows rows, db.run_query("SELECT COUNT(*), MIN(r.requested_utc), MIN(k.received_utc)" + from_stage(which) + kWithClock + "WHERE " + of_those + " AND " + mine, params));
  return RefundsWaiting{static_cast<int>(rows.at(0).integer(0)), rows[0].time(1), rows[0].time(2)};
}

base::Result<std::map<std::int64_t, std::vector<RefundLine>>> lines_of(db::Connection& db, const Reach& reach, const std::vector<RefundRow>& requests) {
  std::map<std::int64_t, std::vector<RefundLine>> out;
  if (requests.empty()) return out;
  std::vector<db::Param> params;
  const std::string mine = line_within(reach, params);
  for (const auto& one : requests) params.emplace_back(one.request);
  KK_LET(const db::Rows rows, db.run_query("SELECT x.request_id, l.name, l.detail, x.quantity, x.cents, " + mine + " FROM refund_request_lines x JOIN refund_requests r ON r.id = x.request_id "
                                           "JOIN order_lines l ON l.order_id = r.order_id AND l.line_no = x.line_no WHERE x.request_id IN (" + db::question_marks(requests.size()) + ") ORDER BY x.request_id, x.line_no", params));
  for (const auto& r : rows) out[r.integer(0)].push_back({r.text(1), r.text(2), static_cast<int>(r.integer(3)), r.cents(4), r.boolean(5)});
  return out;
}

namespace {

// `v`: the session or the time that the request is about.
const std::string kOfSession = "LEFT JOIN registrations s ON s.id = r.registration_id LEFT JOIN called_off_orders c ON c.request_id = r.id JOIN variants v ON v.id = COALESCE(s.variant_id, c.variant_id) ";

}  // namespace

base::Result<std::vector<AskedSession>> find_asked_sessions(db::Connection& db, const Reach& reach, base::Lang lang) {
  std::vector<db::Param> params;
  const std::string mine = of_reach(reach, params), l = base::to_string(lang);
  KK_LET(const db::Rows rows, db.run_query("SELECT v.id, p.kind = 'ticket', COALESCE(t.name, f.name), v.name_" + l + ", v.starts_utc, COUNT(*), CAST(SUM(r.cents) AS SIGNED), MAX(r.id)" + from_stage(RefundStage::asked) + kOfSession +
                                           "JOIN products p ON p.id = v.product_id LEFT JOIN product_texts t ON t.product_id = v.product_id AND t.lang = '" + l + "' "
                                           "JOIN product_texts f ON f.product_id = v.product_id AND f.lang = 'fi' WHERE " + mine + " GROUP BY v.id HAVING COUNT(*) > 1 ORDER BY v.starts_utc, v.id LIMIT " + std::to_string(kMostSessions), params));
  std::vector<AskedSession> out;
  for (const auto& row : rows) out.push_back({row.integer(0), row.boolean(1), row.text(2), row.text(3), row.time(4).value_or(base::UtcTime{}), static_cast<int>(row.integer(5)), row.cents(6), row.integer(7)});
  return out;
}

base::Result<std::vector<std::int64_t>> find_asked_of(db::Connection& db, const Reach& reach, std::int64_t session, std::int64_t last) {
  std::vector<db::Param> params;
  const std::string mine = of_reach(reach, params);
  params.insert(params.end(), {session, last});
  KK_LET(const db::Rows rows, db.run_query("SELECT r.id" + from_stage(RefundStage::asked) + kOfSession + "WHERE " + mine + " AND v.id = ? AND r.id <= ? ORDER BY r.id", params));
  std::vector<std::int64_t> out;
  for (const auto& row : rows) out.push_back(row.integer(0));
  return out;
}

base::Result<bool> is_about_own_lines(const Seen<staff::Right::refunds_request>& seen, db::Connection& db, std::int64_t request) {
  KK_LET(const db::Rows lines, db.query("SELECT l.line_no FROM refund_requests r JOIN order_lines l ON l.order_id = r.order_id AND " + kOfRequest + " WHERE r.id = ?", request));
  return std::any_of(lines.begin(), lines.end(), [&](const auto& row) { return seen.mine.contains(static_cast<int>(row.integer(0))); });
}

}  // namespace backoffice
