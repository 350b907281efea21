// Finance: how long each year's receipts are kept, and that a year whose time is over may go. A person says so; `retention` does it, by procedure.
// Accounting Act 1336/1997, chapter 2, section 10: vouchers six years from the end of the year in which the financial period ended, which is the calendar year.
#include <algorithm>

#include "backoffice/finance.h"
#include "backoffice/inputs.h"
#include "lib/base/utf8.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kLongestReason = 200;
constexpr int kLeastYears = 6;

struct ReceiptYear {
  int year = 0;
  std::int64_t made = 0, destroyed = 0;
  bool is_confirmed = false;
  std::string by, words;  // who confirmed, why
  std::optional<base::UtcTime> done;
};

base::Result<std::vector<ReceiptYear>> find_receipt_years(const SeeBooks&, db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT r.year, r.last_no, COALESCE(d.destroyed_no, 0), d.year IS NOT NULL, COALESCE(s.name, ''), COALESCE(d.words, ''), d.done_utc FROM receipt_series r "
                                       "LEFT JOIN receipt_destructions d ON d.year = r.year LEFT JOIN staff s ON s.id = d.confirmed_by ORDER BY r.year"));
  std::vector<ReceiptYear> out;
  for (const auto& row : rows) out.push_back({static_cast<int>(row.integer(0)), row.integer(1), row.integer(2), row.boolean(3), row.text(4), row.text(5), row.time(6)});
  return out;
}

// The last day on which they are kept: of receipts of 2026 kept for six years, the last of 2032.
int last_year_kept(const Call& call, int year) { return year + std::max(call.city.retention.at("receipts_years"), kLeastYears); }
bool is_over(const Call& call, int year) { return last_year_kept(call, year) < base::helsinki_year(call.now); }

// Years go one after the other: the one that may be confirmed next, if its time is over.
std::optional<int> next_to_go(const Call& call, const std::vector<ReceiptYear>& years) {
  const auto first = std::find_if(years.begin(), years.end(), [](const ReceiptYear& one) { return !one.is_confirmed; });
  return first != years.end() && is_over(call, first->year) ? std::optional(first->year) : std::nullopt;
}

std::string state_of(const Call& call, const ReceiptYear& one) {
  if (one.done) return call.say("finance.receipts_gone", {{"day", base::format_date(*one.done, call.lang)}, {"who", one.by}});
  if (one.is_confirmed) return call.say("finance.receipts_going", {{"count", std::to_string(one.destroyed)}, {"all", std::to_string(one.made)}, {"who", one.by}});
  return call.say(is_over(call, one.year) ? "finance.receipts_over" : "finance.receipts_kept", {{"year", std::to_string(last_year_kept(call, one.year))}});
}

base::Result<web::Response> receipts_page(const Call& call, const web::Problems& problems) {
  KK_LET(const auto may, call.rights.permit<staff::Right::finance_view>({}));
  KK_LET(const auto years, find_receipt_years(may, call.db));
  const auto next = next_to_go(call, years);
  view::List list;
  for (const auto& one : years) list.push_back(view::Object().set("year", std::to_string(one.year)).set("count", std::to_string(one.made - one.destroyed)).set("state", state_of(call, one)).set("words", one.words));
  const std::string here = in(call.lang, receipts_paths());
  view::Object data;
  data.set("none", list.empty()).set("years", std::move(list)).set("has_next", next.has_value()).set("next_year", next ? std::to_string(*next) : "");
  data.set("next_title", next ? call.say("finance.destroy_title", {{"year", std::to_string(*next)}}) : "").set("next_button", next ? call.say("finance.destroy", {{"year", std::to_string(*next)}}) : "");
  data.set("reason", call.form.text("reason")).set("destroy_url", below(here, "havita", "forstor", "destroy", call.lang)).set("back_url", in(call.lang, vouchers_paths()));
  problems.fill(data, call.templates, call.lang, {"reason"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("finance.receipts_title");
  return staff::show(call, {"backoffice/receipts", title, receipts_paths()}, std::move(data));
}

}  // namespace

base::Result<int> count_years_over(const SeeBooks& may, const Call& call) {
  KK_LET(const auto years, find_receipt_years(may, call.db));
  return static_cast<int>(std::count_if(years.begin(), years.end(), [&](const ReceiptYear& one) { return !one.is_confirmed && is_over(call, one.year); }));
}

base::Result<web::Response> show_receipts(Call& call) { return receipts_page(call, {}); }

base::Result<web::Response> post_destroy_receipts(Call& call) {
  KK_LET(const auto may, call.rights.permit<staff::Right::finance_view>({}));
  const auto year = call.form.number("year", 2000, 9999);
  if (!year) return fail(ErrorKind::invalid, "no year");
  web::Problems problems;
  const std::string reason = staff_words(call, problems, {"reason", kLongestReason, "reason"});
  if (!problems.empty()) return receipts_page(call, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const auto years, find_receipt_years(may, call.db));
    const bool stands = std::any_of(years.begin(), years.end(), [&](const ReceiptYear& one) { return one.year == *year && one.is_confirmed; });
    if (stands) return {};  // sent twice, or by a colleague
    if (next_to_go(call, years) != static_cast<int>(*year)) return fail(ErrorKind::conflict, "it is not this year's turn");
    KK_TRY(call.db.write("INSERT INTO receipt_destructions (year, confirmed_by, confirmed_utc, words) VALUES (?, ?, ?, ?)", *year, call.person().id, call.now, reason));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::delete_, "receipts", std::to_string(*year), reason, "confirmed"}, call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, receipts_paths()));
}

}  // namespace backoffice
