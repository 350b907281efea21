// Finance: what the payment service paid out, and what of it differs from our own books, as `payments --sweep` found it. A difference waits here, however old, until it matches or somebody says what it is.
#include "backoffice/finance.h"
#include "backoffice/inputs.h"
#include "backoffice/order_access.h"
#include "backoffice/paging.h"
#include "lib/base/check_code.h"
#include "lib/base/finnish.h"

namespace backoffice {

namespace {

constexpr std::size_t kFirstDifferences = 20, kDifferencesPerPage = 50, kSettlementsPerPage = 100;  // first: of each list, where all are shown
constexpr std::size_t kLongestExplanation = 200;

const std::string kOpen = "open", kExplained = "explained", kSettlements = "settlements";

struct Unmatched {
  std::int64_t id = 0;
  std::string what, settlement, transaction;
  std::optional<base::Cents> theirs, ours;
  std::optional<base::UtcTime> explained;
  std::string by, words;
  std::int64_t order = 0;             // in one's scope
  std::string number, reference;      // of the order, and what it was paid by
};

// The payment of ours that a difference is about: by its row's own ids, or by the service's ids and our stamp; else the order whose reference the service names. What an order was called, its receipt still knows when it has gone.
const std::string kOurPayment =
    "LEFT JOIN settlement_rows w ON w.settlement_id = d.settlement_id AND w.row_no = d.number LEFT JOIN refunds f ON f.id = d.number AND d.what = 'refund_missing_there' LEFT JOIN refunds g ON g.stamp = w.stamp "
    "LEFT JOIN payment_attempts t ON t.transaction_id = d.transaction_id LEFT JOIN payment_attempts u ON u.stamp = w.stamp "
    "LEFT JOIN payment_attempts a ON a.id = COALESCE(IF(d.what = 'payment_missing_there', d.number, f.attempt_id), t.id, u.id, g.attempt_id) "
    "LEFT JOIN orders r ON r.reference = w.reference LEFT JOIN orders o ON o.id = IF(a.id IS NULL, r.id, a.order_id) LEFT JOIN receipts c ON c.sale_of = a.id ";

// Those that wait, the first found first; or the newest that were explained. One more than fit where there are more.
base::Result<std::vector<Unmatched>> read_differences(const SeeBooks&, const Call& call, bool open, const Rows& rows) {
  KK_LET(const Reach reach, reach_of(call, staff::Right::orders_view));
  std::vector<db::Param> params;
  std::string sql = "SELECT d.id, d.what, COALESCE(s.reference, ''), d.transaction_id, d.their_cents, d.our_cents, d.explained_utc, COALESCE(p.name, ''), d.explained_words, COALESCE(o.number, c.order_number, ''), COALESCE(a.reference, o.reference, ''), "
                    "IF(EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND " + within(reach, "l.unit_code", "l.product_id", params) + "), o.id, 0) FROM (SELECT * FROM settlement_differences WHERE explained_utc IS ";
  sql += open ? "NULL AND id > ? ORDER BY id" : "NOT NULL AND (? = 0 OR (explained_utc, id) < (SELECT explained_utc, id FROM settlement_differences WHERE id = ?)) ORDER BY explained_utc DESC, id DESC";
  params.insert(params.end(), open ? 1 : 2, db::Param(rows.after));
  params.emplace_back(static_cast<std::int64_t>(rows.most + 1));
  KK_LET(const db::Rows found, call.db.run_query(sql + " LIMIT ?) d LEFT JOIN settlements s ON s.id = d.settlement_id LEFT JOIN staff p ON p.id = d.explained_by " + kOurPayment + "ORDER BY " + (open ? "d.id" : "d.explained_utc DESC, d.id DESC"), params));
  const auto cents = [](const db::Row& row, std::size_t column) { return row.is_null(column) ? std::optional<base::Cents>() : std::optional<base::Cents>(row.cents(column)); };
  std::vector<Unmatched> out;
  for (const auto& row : found) out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), cents(row, 4), cents(row, 5), row.time(6), row.text(7), row.text(8), row.integer(11), row.text(9), row.text(10)});
  return out;
}

// Newest first, one more than fit where there are more. Columns: day, reference, whether its report is here, payments, refunds, differences that wait, those that were explained, its id.
base::Result<db::Rows> read_settlements(const SeeBooks&, db::Connection& db, const Rows& rows) {
  return db.query("SELECT s.created_utc, s.reference, s.received_utc IS NOT NULL, CAST(COALESCE(SUM(IF(w.kind = 'payment', w.cents, 0)), 0) AS SIGNED), CAST(COALESCE(SUM(IF(w.kind = 'refund', w.cents, 0)), 0) AS SIGNED), "
                  "(SELECT COUNT(*) FROM settlement_differences d WHERE d.settlement_id = s.id AND d.explained_utc IS NULL), (SELECT COUNT(*) FROM settlement_differences d WHERE d.settlement_id = s.id AND d.explained_utc IS NOT NULL), s.id "
                  "FROM (SELECT id, created_utc, reference, received_utc FROM settlements WHERE ? = 0 OR (created_utc, id) < (SELECT created_utc, id FROM settlements WHERE id = ?) ORDER BY created_utc DESC, id DESC LIMIT ?) s "
                  "LEFT JOIN settlement_rows w ON w.settlement_id = s.id GROUP BY s.id ORDER BY s.created_utc DESC, s.id DESC", rows.after, rows.after, static_cast<std::int64_t>(rows.most + 1));
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
  out.set("id", id).set("what", call.say("finance.diff_" + one.what)).set("settlement", one.settlement).set("transaction", one.transaction).set("theirs", money(one.theirs)).set("ours", money(one.ours));
  out.set("number", one.number.empty() ? "–" : base::print_code(one.number)).set("has_order", one.order != 0).set("order_url", one.order == 0 ? "" : in(call.lang, order_paths(one.order))).set("reference", base::print_reference(one.reference)).set("has_reference", !one.reference.empty());
  out.set("why", row_words_view(call, problems, {"words_" + id, call.say("finance.explanation"), call.form.text("difference") == id}));
  out.set("told", one.explained ? call.say("finance.explained_by", {{"day", base::format_date(*one.explained, call.lang)}, {"who", one.by}}) : "").set("words", one.words);
  return out;
}

view::List unmatched_list(const Call& call, const web::Problems& problems, const std::vector<Unmatched>& all) {
  view::List out;
  for (const auto& one : all) out.push_back(unmatched_view(call, problems, one));
  return out;
}

base::Result<web::Response> settlements_page(const Call& call, const web::Problems& problems) {
  KK_LET(const SeeBooks may, call.rights.permit<staff::Right::finance_view>({}));
  const ListPlace place = list_place(call);
  const std::int64_t after = place.list.empty() ? 0 : place.number();
  const Rows rows{after, place.list.empty() ? kFirstDifferences : kDifferencesPerPage}, of_settlements{after, kSettlementsPerPage};
  std::vector<Unmatched> open, explained;
  db::Rows settlements;
  if (place.shows(kOpen)) {
    KK_LET(open, read_differences(may, call, true, rows));
  }
  if (place.shows(kExplained)) {
    KK_LET(explained, read_differences(may, call, false, rows));
  }
  if (place.shows(kSettlements)) {
    KK_LET(settlements, read_settlements(may, call.db, of_settlements));
  }
  KK_LET(const int waiting, count_differences(may, call.db));
  view::Object data;
  data.set("none", place.is_start() && open.empty() && explained.empty() && settlements.empty()).set("shows_open", place.shows(kOpen)).set("all_match", waiting == 0);
  const auto more = [&](const std::string& list, bool there_are, std::int64_t last, const char* title) { data.set(list + "_more", more_view(call, settlements_paths(), {list, there_are ? std::to_string(last) : ""}, call.say(title))); };
  const bool more_open = cut(open, rows.most), more_explained = cut(explained, rows.most), more_settlements = cut(settlements, of_settlements.most);
  more(kOpen, more_open, open.empty() ? 0 : open.back().id, "finance.differences_title");
  more(kExplained, more_explained, explained.empty() ? 0 : explained.back().id, "finance.explained_title");
  more(kSettlements, more_settlements, settlements.empty() ? 0 : settlements.back().integer(7), "finance.settlements_title");
  data.set("has_open", !open.empty()).set("open", unmatched_list(call, problems, open)).set("shows_explained", place.list == kExplained || !explained.empty()).set("explained", unmatched_list(call, problems, explained));
  data.set("counts", more_open).set("count_words", call.say("finance.differences_count", {{"count", std::to_string(waiting)}}));
  data.set("shows_settlements", place.shows(kSettlements)).set("settlements", settlements_view(call, settlements)).set("explain_url", at_place(below(in(call.lang, settlements_paths()), "selita", "forklara", "explain", call.lang), place));
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
  return back_to_list(call, settlements_paths());
}

}  // namespace backoffice
