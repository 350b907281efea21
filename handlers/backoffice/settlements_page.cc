// Finance: what the payment service paid out, matched with our own payments and refunds; what differs stands on top. Reads only.
#include <array>
#include <map>

#include "backoffice/app.h"

namespace backoffice {

namespace {

constexpr int kShownSettlements = 100, kShownDifferences = 200;
constexpr std::chrono::days kSettledWithin{7};

using SeeBooks = staff::Permission<staff::Right::finance_view>;

struct Difference {
  const char* what = "";  // a text's key
  std::int64_t settlement = 0;
  std::string reference, id;
  std::optional<base::Cents> theirs, ours;
};

constexpr std::array<const char*, 7> kWhat = {"finance.diff_payment_missing_here", "finance.diff_payment_sum", "finance.diff_payment_stamp", "finance.diff_refund_missing_here",
                                               "finance.diff_refund_sum", "finance.diff_payment_missing_there", "finance.diff_refund_missing_there"};
// The first column is a place in kWhat. Rows of the service that we don't have so; and ours, since the first settlement that is known and older than a week, that stand in none.
constexpr const char* kDifferences =
    "SELECT IF(a.id IS NULL, 0, IF(a.received_cents <=> w.cents, 2, 1)), w.settlement_id, s.reference, w.transaction_id, w.cents, a.received_cents "
    "FROM settlement_rows w JOIN settlements s ON s.id = w.settlement_id LEFT JOIN payment_attempts a ON a.transaction_id = w.transaction_id AND a.state = 'ok' "
    "WHERE w.kind = 'payment' AND (a.id IS NULL OR NOT (a.received_cents <=> w.cents) OR a.stamp <> w.stamp) "
    "UNION ALL SELECT IF(f.id IS NULL, 3, 4), w.settlement_id, s.reference, w.transaction_id, w.cents, -CAST(f.cents AS SIGNED) "
    "FROM settlement_rows w JOIN settlements s ON s.id = w.settlement_id LEFT JOIN refunds f ON f.stamp = w.stamp AND f.state = 'ok' WHERE w.kind = 'refund' AND (f.id IS NULL OR -CAST(f.cents AS SIGNED) <> w.cents) "
    "UNION ALL SELECT 5, 0, '', a.transaction_id, NULL, a.received_cents FROM payment_attempts a "
    "WHERE a.state = 'ok' AND a.settled_utc > (SELECT MIN(created_utc) FROM settlements) AND a.settled_utc < ? AND NOT EXISTS (SELECT 1 FROM settlement_rows w WHERE w.transaction_id = a.transaction_id) "
    "UNION ALL SELECT 6, 0, '', COALESCE(f.transaction_id, ''), NULL, -CAST(f.cents AS SIGNED) FROM refunds f "
    "WHERE f.state = 'ok' AND f.ended_utc > (SELECT MIN(created_utc) FROM settlements) AND f.ended_utc < ? AND NOT EXISTS (SELECT 1 FROM settlement_rows w WHERE w.stamp = f.stamp AND w.kind = 'refund') "
    "ORDER BY 2 DESC, 4 LIMIT ?";

base::Result<std::vector<Difference>> find_differences(const SeeBooks&, db::Connection& db, base::UtcTime now) {
  const base::UtcTime settled_by = now - kSettledWithin;
  KK_LET(const db::Rows rows, db.query(kDifferences, settled_by, settled_by, kShownDifferences + 1));
  const auto cents = [](const db::Row& row, std::size_t column) { return row.is_null(column) ? std::nullopt : std::optional(row.cents(column)); };
  std::vector<Difference> out;
  for (const auto& row : rows) out.push_back({kWhat.at(static_cast<std::size_t>(row.integer(0))), row.integer(1), row.text(2), row.text(3), cents(row, 4), cents(row, 5)});
  return out;
}

base::Result<db::Rows> read_settlements(const SeeBooks&, db::Connection& db) {
  return db.query("SELECT s.id, s.created_utc, s.reference, s.received_utc IS NOT NULL, CAST(COALESCE(SUM(IF(w.kind = 'payment', w.cents, 0)), 0) AS SIGNED), CAST(COALESCE(SUM(IF(w.kind = 'refund', w.cents, 0)), 0) AS SIGNED) "
                  "FROM settlements s LEFT JOIN settlement_rows w ON w.settlement_id = s.id GROUP BY s.id ORDER BY s.created_utc DESC, s.id DESC LIMIT ?", kShownSettlements);
}

view::List settlements_view(const Call& call, const db::Rows& rows, std::map<std::int64_t, int> wrong) {
  view::List out;
  for (const auto& row : rows) {
    const bool received = row.boolean(3);
    const int count = wrong[row.integer(0)];
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
  KK_LET(auto differences, find_differences(may, call.db, call.now));
  KK_LET(const db::Rows rows, read_settlements(may, call.db));
  const bool more = differences.size() > static_cast<std::size_t>(kShownDifferences);
  if (more) differences.pop_back();
  std::map<std::int64_t, int> wrong;
  view::List list;
  const auto money = [&](const std::optional<base::Cents>& cents) { return cents ? base::format_money(*cents, call.lang) : "–"; };
  for (const auto& one : differences) {
    ++wrong[one.settlement];
    list.push_back(view::Object().set("what", call.say(one.what)).set("reference", one.reference).set("id", one.id).set("theirs", money(one.theirs)).set("ours", money(one.ours)));
  }
  view::Object data;
  data.set("none", rows.empty()).set("all_match", list.empty()).set("differences", std::move(list)).set("more", more).set("more_words", call.say("finance.differences_more", {{"count", std::to_string(kShownDifferences)}}));
  data.set("settlements", settlements_view(call, rows, std::move(wrong)));
  return staff::show(call, {"backoffice/settlements", call.say("finance.settlements_title"), settlements_paths()}, std::move(data));
}

}  // namespace backoffice
