// Finance: what the payment service paid out, and what of it differs from our own books, as `payments --sweep` found it. A difference stands here, however old, until it matches or somebody says what it is.
#include "backoffice/finance.h"
#include "backoffice/inputs.h"

namespace backoffice {

namespace {

constexpr std::chrono::days kShownDays{93};
constexpr int kShownSettlements = 100, kShownDifferences = 50;
constexpr std::size_t kLongestExplanation = 200;

struct Unmatched {
  std::int64_t id = 0;
  std::string what, reference, transaction;
  std::optional<base::Cents> theirs, ours;
  std::optional<base::UtcTime> explained;
  std::string by, words;
};

// Those that wait, the first found first; then the newest that were explained.
base::Result<std::vector<Unmatched>> read_differences(const SeeBooks&, db::Connection& db, base::UtcTime now) {
  const std::string columns = "SELECT d.id, d.what, COALESCE(s.reference, ''), d.transaction_id, d.their_cents, d.our_cents, d.explained_utc, COALESCE(p.name, ''), d.explained_words FROM settlement_differences d "
                              "LEFT JOIN settlements s ON s.id = d.settlement_id LEFT JOIN staff p ON p.id = d.explained_by WHERE d.explained_utc ";
  KK_LET(const auto found, db.query_all({db::statement(columns + "IS NULL ORDER BY d.id LIMIT ?", kShownDifferences), db::statement(columns + ">= ? ORDER BY d.explained_utc DESC, d.id LIMIT ?", now - kShownDays, kShownDifferences)}));
  const auto cents = [](const db::Row& row, std::size_t column) { return row.is_null(column) ? std::optional<base::Cents>() : std::optional<base::Cents>(row.cents(column)); };
  std::vector<Unmatched> out;
  for (const auto& rows : found) {
    for (const auto& row : rows) out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), cents(row, 4), cents(row, 5), row.time(6), row.text(7), row.text(8)});
  }
  return out;
}

// Columns: day, reference, whether its report is here, payments, refunds, differences that wait, those that were explained. Whatever differs is among them.
base::Result<db::Rows> read_settlements(const SeeBooks&, db::Connection& db, base::UtcTime now) {
  return db.query("SELECT s.created_utc, s.reference, s.received_utc IS NOT NULL, CAST(COALESCE(SUM(IF(w.kind = 'payment', w.cents, 0)), 0) AS SIGNED), CAST(COALESCE(SUM(IF(w.kind = 'refund', w.cents, 0)), 0) AS SIGNED), s.waiting, s.explained "
                  "FROM (SELECT t.id, t.created_utc, t.reference, t.received_utc, (SELECT COUNT(*) FROM settlement_differences d WHERE d.settlement_id = t.id AND d.explained_utc IS NULL) AS waiting, "
                  "(SELECT COUNT(*) FROM settlement_differences d WHERE d.settlement_id = t.id AND d.explained_utc IS NOT NULL) AS explained FROM settlements t "
                  "WHERE t.created_utc >= ? OR t.id IN (SELECT settlement_id FROM settlement_differences WHERE explained_utc IS NULL) ORDER BY waiting > 0 DESC, t.created_utc DESC, t.id DESC LIMIT ?) s "
                  "LEFT JOIN settlement_rows w ON w.settlement_id = s.id GROUP BY s.id ORDER BY s.created_utc DESC, s.id DESC", now - kShownDays, kShownSettlements);
}

view::List settlements_view(const Call& call, const db::Rows& rows) {
  view::List out;
  for (const auto& row : rows) {
    const bool received = row.boolean(2), differs = row.boolean(5);
    const auto money = [&](base::Cents cents) { return received ? base::format_money(cents, call.lang) : std::string(); };
    const std::string state = !received ? call.say("finance.settlement_waits") : differs ? call.say("finance.settlement_differs", {{"count", std::to_string(row.integer(5))}})
                              : row.boolean(6) ? call.say("finance.settlement_explained", {{"count", std::to_string(row.integer(6))}}) : call.say("finance.settlement_matches");
    out.push_back(view::Object().set("day", base::format_date(row.time(0).value_or(call.now), call.lang)).set("reference", row.text(1)).set("payments", money(row.cents(3))).set("refunds", money(row.cents(4)))
                      .set("sum", money(row.cents(3) + row.cents(4))).set("differs", differs).set("state", state));
  }
  return out;
}

view::Object unmatched_view(const Call& call, const web::Problems& problems, const Unmatched& one) {
  const auto money = [&](const std::optional<base::Cents>& cents) { return cents ? base::format_money(*cents, call.lang) : "–"; };
  const std::string id = std::to_string(one.id);
  view::Object out;
  out.set("id", id).set("what", call.say("finance.diff_" + one.what)).set("reference", one.reference).set("transaction", one.transaction).set("theirs", money(one.theirs)).set("ours", money(one.ours)).set("waits", !one.explained);
  out.set("why", row_words_view(call, problems, {"words_" + id, call.say("finance.explanation"), call.form.text("difference") == id}));
  out.set("explained", one.explained ? call.say("finance.explained_by", {{"day", base::format_date(*one.explained, call.lang)}, {"who", one.by}}) : "").set("words", one.words);
  return out;
}

base::Result<web::Response> settlements_page(const Call& call, const web::Problems& problems) {
  KK_LET(const SeeBooks may, call.rights.permit<staff::Right::finance_view>({}));
  KK_LET(const auto differences, read_differences(may, call.db, call.now));
  KK_LET(const int waiting, count_differences(may, call.db));
  KK_LET(const db::Rows rows, read_settlements(may, call.db, call.now));
  view::List list;
  for (const auto& one : differences) list.push_back(unmatched_view(call, problems, one));
  view::Object data;
  data.set("none", rows.empty() && list.empty()).set("all_match", waiting == 0).set("has_differences", !list.empty()).set("differences", std::move(list));
  data.set("more", waiting > kShownDifferences).set("more_words", call.say("finance.differences_more", {{"count", std::to_string(kShownDifferences)}, {"all", std::to_string(waiting)}}));
  data.set("settlements", settlements_view(call, rows)).set("explain_url", below(in(call.lang, settlements_paths()), "selita", "forklara", "explain", call.lang));
  problems.fill(data, call.templates, call.lang, {});
  return staff::show(call, {"backoffice/settlements", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("finance.settlements_title"), settlements_paths()}, std::move(data));
}

}  // namespace

base::Result<int> count_differences(const SeeBooks&, db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT COUNT(*) FROM settlement_differences WHERE explained_utc IS NULL"));
  return static_cast<int>(rows.at(0).integer(0));
}

base::Result<web::Response> show_settlements(Call& call) { return settlements_page(call, {}); }

base::Result<web::Response> post_explain(Call& call) {
  KK_TRY(call.rights.permit<staff::Right::finance_view>({}));
  const auto id = call.form.number("difference", 1, INT64_MAX);
  if (!id) return base::fail(base::ErrorKind::invalid, "no difference");
  web::Problems problems;
  const std::string words = staff_words(call, problems, {"words_" + std::to_string(*id), kLongestExplanation});
  if (!problems.empty()) return settlements_page(call, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const db::Done now, call.db.execute("UPDATE settlement_differences SET explained_by = ?, explained_utc = ?, explained_words = ? WHERE id = ? AND explained_utc IS NULL", call.person().id, call.now, words, *id));
    if (now.affected == 0) return {};  // sent twice, explained by a colleague, or it matches by now: the page says which
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "settlement_difference", std::to_string(*id), words, "explained"}, call.now);
  });
  if (!done) return base::fail(done.error());
  return web::see_other(in(call.lang, settlements_paths()));
}

}  // namespace backoffice
