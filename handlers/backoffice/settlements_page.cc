// Finance: what the payment service paid out, matched with our own payments and refunds; what differs stands on top. Reads only.
#include <array>
#include <map>

#include "backoffice/app.h"

namespace backoffice {

namespace {

constexpr std::chrono::days kShownDays{93}, kSettledWithin{7};
constexpr int kShownSettlements = 100, kShownDifferences = 100;

using SeeBooks = staff::Permission<staff::Right::finance_view>;

struct Difference {
  const char* what = "";  // a text's key
  std::string reference, id;
  std::optional<base::Cents> theirs, ours;
};

constexpr std::array<const char*, 7> kWhat = {"finance.diff_payment_missing_here", "finance.diff_payment_sum", "finance.diff_payment_stamp", "finance.diff_refund_missing_here",
                                               "finance.diff_refund_sum", "finance.diff_payment_missing_there", "finance.diff_refund_missing_there"};
// Columns: a place in kWhat, settlement, its reference, transaction, their cents, ours. Rows of the service that we don't have so; and ours, older than a week and
// since the first settlement that is known, that stand in none. Parameters, six: since, since, and twice since with the time by which a payment is settled.
constexpr const char* kDifferences =
    "SELECT IF(a.id IS NULL, 0, IF(a.received_cents <=> w.cents, 2, 1)) AS what, w.settlement_id AS settlement, s.reference, w.transaction_id AS id, w.cents AS theirs, a.received_cents AS ours "
    "FROM settlements s JOIN settlement_rows w ON w.settlement_id = s.id LEFT JOIN payment_attempts a ON a.transaction_id = w.transaction_id AND a.state = 'ok' "
    "WHERE s.created_utc >= ? AND w.kind = 'payment' AND (a.id IS NULL OR NOT (a.received_cents <=> w.cents) OR a.stamp <> w.stamp) "
    "UNION ALL SELECT IF(f.id IS NULL, 3, 4), w.settlement_id, s.reference, w.transaction_id, w.cents, -CAST(f.cents - f.card_cents AS SIGNED) "
    "FROM settlements s JOIN settlement_rows w ON w.settlement_id = s.id LEFT JOIN refunds f ON f.stamp = w.stamp AND f.state = 'ok' WHERE s.created_utc >= ? AND w.kind = 'refund' AND (f.id IS NULL OR -CAST(f.cents - f.card_cents AS SIGNED) <> w.cents) "
    "UNION ALL SELECT 5, 0, '', a.transaction_id, NULL, a.received_cents FROM payment_attempts a "
    "WHERE a.settled_utc > GREATEST(?, (SELECT MIN(created_utc) FROM settlements)) AND a.settled_utc < ? AND a.state = 'ok' AND a.received_cents > 0 AND NOT EXISTS (SELECT 1 FROM settlement_rows w WHERE w.transaction_id = a.transaction_id AND w.kind = 'payment') "
    "UNION ALL SELECT 6, 0, '', COALESCE(f.transaction_id, ''), NULL, -CAST(f.cents - f.card_cents AS SIGNED) FROM refunds f "
    "WHERE f.ended_utc > GREATEST(?, (SELECT MIN(created_utc) FROM settlements)) AND f.ended_utc < ? AND f.state = 'ok' AND f.cents > f.card_cents AND f.verdict <> 'outside' AND NOT EXISTS (SELECT 1 FROM settlement_rows w WHERE w.stamp = f.stamp AND w.kind = 'refund')";

struct Differences {
  std::vector<Difference> first;             // the newest settlements'
  std::map<std::int64_t, std::int64_t> count;  // of each settlement; 0: of none
};

base::Result<Differences> find_differences(const SeeBooks&, db::Connection& db, base::UtcTime now) {
  const base::UtcTime since = now - kShownDays, settled_by = now - kSettledWithin;
  const std::vector<db::Param> params = {since, since, since, settled_by, since, settled_by};
  KK_LET(const db::Rows counts, db.run_query(std::string("SELECT settlement, COUNT(*) FROM (") + kDifferences + ") d GROUP BY settlement", params));
  KK_LET(const db::Rows rows, db.run_query(std::string(kDifferences) + " ORDER BY 2 DESC, 4 LIMIT " + std::to_string(kShownDifferences), params));
  const auto cents = [](const db::Row& row, std::size_t column) { return row.is_null(column) ? std::optional<base::Cents>() : std::optional<base::Cents>(row.cents(column)); };
  Differences out;
  for (const auto& row : counts) out.count[row.integer(0)] = row.integer(1);
  for (const auto& row : rows) out.first.push_back({kWhat.at(static_cast<std::size_t>(row.integer(0))), row.text(2), row.text(3), cents(row, 4), cents(row, 5)});
  return out;
}

base::Result<db::Rows> read_settlements(const SeeBooks&, db::Connection& db, base::UtcTime now) {
  return db.query("SELECT s.id, s.created_utc, s.reference, s.received_utc IS NOT NULL, CAST(COALESCE(SUM(IF(w.kind = 'payment', w.cents, 0)), 0) AS SIGNED), CAST(COALESCE(SUM(IF(w.kind = 'refund', w.cents, 0)), 0) AS SIGNED) "
                  "FROM settlements s LEFT JOIN settlement_rows w ON w.settlement_id = s.id WHERE s.created_utc >= ? GROUP BY s.id ORDER BY s.created_utc DESC, s.id DESC LIMIT ?", now - kShownDays, kShownSettlements);
}

view::List settlements_view(const Call& call, const db::Rows& rows, const std::map<std::int64_t, std::int64_t>& wrong) {
  view::List out;
  for (const auto& row : rows) {
    const bool received = row.boolean(3);
    const auto found = wrong.find(row.integer(0));
    const std::int64_t count = found == wrong.end() ? 0 : found->second;
    const auto money = [&](base::Cents cents) { return received ? base::format_money(cents, call.lang) : std::string(); };
    out.push_back(view::Object().set("day", base::format_date(row.time(1).value_or(call.now), call.lang)).set("reference", row.text(2)).set("payments", money(row.cents(4))).set("refunds", money(row.cents(5)))
                      .set("sum", money(row.cents(4) + row.cents(5))).set("differs", count > 0)
                      .set("state", !received ? call.say("finance.settlement_waits") : count > 0 ? call.say("finance.settlement_differs", {{"count", std::to_string(count)}}) : call.say("finance.settlement_matches")));
  }
  return out;
}

}  // namespace

base::Result<web::Response> show_settlements(Call& call) {
  KK_LET(const SeeBooks may, call.rights.permit<staff::Right::finance_view>({}));
  KK_LET(const Differences differences, find_differences(may, call.db, call.now));
  KK_LET(const db::Rows rows, read_settlements(may, call.db, call.now));
  std::int64_t all = 0;
  for (const auto& [settlement, count] : differences.count) all += count;
  view::List list;
  const auto money = [&](const std::optional<base::Cents>& cents) { return cents ? base::format_money(*cents, call.lang) : "–"; };
  for (const auto& one : differences.first) list.push_back(view::Object().set("what", call.say(one.what)).set("reference", one.reference).set("id", one.id).set("theirs", money(one.theirs)).set("ours", money(one.ours)));
  view::Object data;
  data.set("none", rows.empty()).set("all_match", list.empty()).set("differences", std::move(list)).set("more", all > kShownDifferences).set("more_words", call.say("finance.differences_more", {{"count", std::to_string(kShownDifferences)}, {"all", std::to_string(all)}}));
  data.set("settlements", settlements_view(call, rows, differences.count));
  return staff::show(call, {"backoffice/settlements", call.say("finance.settlements_title"), settlements_paths()}, std::move(data));
}

}  // namespace backoffice
