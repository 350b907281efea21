// What was sold: by day, month, product, unit, VAT code and payment way, over any period, as chart, table, CSV and xlsx. Of one's scope only.
#include <algorithm>

#include "backoffice/chart.h"
#include "backoffice/jobs_page.h"
#include "backoffice/report_job.h"
#include "backoffice/report_store.h"
#include "backoffice/sales.h"
#include "backoffice/sheet.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

namespace {

constexpr std::size_t kMostDays = 92;    // shown one by one on a page; more are shown by month
constexpr std::size_t kMostRows = 150;   // of a page; the files have all
constexpr std::size_t kMostBars = 12;    // of a chart that is not of time
constexpr std::size_t kMostYears = 10;
constexpr By kFilters[] = {By::unit, By::product, By::vat, By::way};

bool is_of_time(By by) { return by == By::day || by == By::month; }

std::string report_url(const std::string& path, const ReportAsked& asked) {
  std::string out = path + "?from=" + asked.period.from + "&to=" + asked.period.to + "&by=" + to_string(asked.by);
  for (const auto& [by, key] : asked.only) out += std::string("&") + to_string(by) + "=" + key;
  return out;
}

ReportAsked without_filter(const ReportAsked& asked, By filter) {
  ReportAsked out = asked;
  std::erase_if(out.only, [&](const auto& one) { return one.first == filter; });
  return out;
}

// Where a row leads: a day's products, a month's days, and of all else its days.
ReportAsked below_group(const ReportAsked& asked, const Sold& group) {
  ReportAsked out = without_filter(asked, asked.by);
  out.by = By::day;
  if (asked.by == By::day) {
    out.period = {group.key, group.key};
    out.by = By::product;
  } else if (asked.by == By::month) {
    const std::string first = group.key + "-01";
    out.period = {std::max(first, asked.period.from), std::min(day_after(first_of_month(first, 1), -1), asked.period.to)};
  } else {
    out.only.emplace_back(asked.by, group.key);
  }
  return out;
}

struct ReportPreset {
  const char* key;
  DayPeriod period;
};

std::vector<ReportPreset> presets_of(const std::string& today) {
  const std::string month = first_of_month(today), year = today.substr(0, 4);
  const std::string last_year = std::to_string(std::stoi(year) - 1);
  return {{"reports.today", {today, today}},
          {"reports.days_7", {day_after(today, -6), today}},
          {"reports.days_30", {day_after(today, -29), today}},
          {"reports.month", {month, today}},
          {"reports.last_month", {first_of_month(today, -1), day_after(month, -1)}},
          {"reports.year", {year + "-01-01", today}},
          {"reports.last_year", {last_year + "-01-01", last_year + "-12-31"}}};
}

struct ReportTyped {
  ReportAsked asked;
  web::Problems problems;
  std::string from, to;  // as typed
};

// What cannot be meant is replaced by the last 30 days, and said.
ReportTyped typed_in(const Call& call, const web::Form& form) {
  const std::string today = base::helsinki_date_iso(call.now);
  ReportTyped out{{parse_by(form.text("by")).value_or(By::day), {day_after(today, -29), today}, {}}, {}, form.text("from"), form.text("to")};
  if (!form.has("from") && !form.has("to")) {
    out.from = out.asked.period.from;
    out.to = out.asked.period.to;
  } else if (!is_day(out.from)) {
    out.problems.add("from", "report_day_invalid");
  } else if (!is_day(out.to)) {
    out.problems.add("to", "report_day_invalid");
  } else if (out.to < out.from) {
    out.problems.add("to", "report_period_backwards");
  } else if (days_of({out.from, std::min(out.to, day_after(out.from, 366 * static_cast<int>(kMostYears) + 1))}).size() > 366 * kMostYears) {
    out.problems.add("to", "report_period_long", {{"years", std::to_string(kMostYears)}});
  } else {
    out.asked.period = {out.from, out.to};
  }
  if (!is_day(out.from)) out.from.clear();  // a field of days holds nothing else
  if (!is_day(out.to)) out.to.clear();
  for (const By by : kFilters) {
    const std::string key = form.text(to_string(by));
    const bool is_plain = key.size() <= 97 && key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == std::string::npos;
    if (!key.empty() && is_plain) out.asked.only.emplace_back(by, key);
  }
  return out;
}

ReportTyped typed_by(const Call& call) {
  return typed_in(call, query_of(call));
}

std::string by_words(const Call& call, By by) { return call.say(std::string("reports.by_") + to_string(by)); }

std::string number_words(std::int64_t number) { return number < 0 ? "−" + std::to_string(-number) : std::to_string(number); }

view::Object figures_view(const Call& call, const Figures& figures) {
  return view::Object().set("quantity", number_words(figures.quantity)).set("net", base::format_money(figures.net(), call.lang)).set("vat", base::format_money(figures.vat, call.lang))
      .set("gross", base::format_money(figures.gross, call.lang)).set("is_nothing", figures.quantity == 0 && figures.gross == base::Cents(0));
}

view::Html chart_of(const Call& call, By by, const std::vector<Sold>& groups) {
  std::vector<ChartBar> bars;
  for (const auto& group : groups) bars.push_back({group.name, group.figures.gross});
  const std::string words = call.say("reports.chart", {{"by", by_words(call, by)}});
  if (is_of_time(by)) return time_chart(bars, words, call.lang);
  if (bars.size() > kMostBars) bars.resize(kMostBars);
  return bar_chart(bars, words, call.lang);
}

view::List rows_view(const Call& call, const std::string& here, const ReportAsked& asked, const std::vector<Sold>& groups) {
  view::List out;
  Figures others;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Sold& group = groups[i];
    if (i >= kMostRows) {
      others += group.figures;
      continue;
    }
    // A key that is empty (what was sold without a unit) is no filter.
    out.push_back(figures_view(call, group.figures).set("name", group.name).set("code", group.code).set("has_url", !group.key.empty()).set("url", report_url(here, below_group(asked, group))));
  }
  if (groups.size() > kMostRows) {
    out.push_back(figures_view(call, others).set("name", call.say("reports.others", {{"count", std::to_string(groups.size() - kMostRows)}})).set("code", "").set("has_url", false).set("url", ""));
  }
  return out;
}

base::Status set_choices(const Call& call, const std::string& here, const ReportAsked& asked, view::Object& data) {
  view::List presets, ways, filters;
  for (const auto& preset : presets_of(base::helsinki_date_iso(call.now))) {
    ReportAsked other = asked;
    other.period = preset.period;
    presets.push_back(view::Object().set("name", call.say(preset.key)).set("url", report_url(here, other)).set("is_here", preset.period.from == asked.period.from && preset.period.to == asked.period.to));
  }
  for (const By by : kAllBy) {
    ReportAsked other = asked;
    other.by = by;
    ways.push_back(view::Object().set("name", by_words(call, by)).set("url", report_url(here, other)).set("is_here", by == asked.by));
  }
  for (const auto& [by, key] : asked.only) {
    KK_LET(const std::string name, name_of_key(call, by, key));
    filters.push_back(view::Object().set("field", to_string(by)).set("key", key).set("words", by_words(call, by) + ": " + name).set("url", report_url(here, without_filter(asked, by))));
  }
  data.set("presets", std::move(presets)).set("ways", std::move(ways)).set("has_filters", !filters.empty()).set("filters", std::move(filters)).set("by", to_string(asked.by));
  return {};
}

// As asked, but one day is no chart of days, and a long time is told by month.
Sheet sheet_of(const Call& call, const ReportAsked& asked, const std::vector<Sold>& groups) {
  Sheet out;
  out.name = call.say("reports.sheet");
  const bool has_code = asked.by == By::product || asked.by == By::unit || asked.by == By::vat || asked.by == By::way;
  out.header = {by_words(call, asked.by)};
  if (has_code) out.header.push_back(call.say("reports.code"));
  for (const char* key : {"reports.quantity", "reports.net", "reports.vat", "reports.gross"}) out.header.push_back(call.say(key));
  for (const auto& group : groups) {
    std::vector<Cell> row;
    if (asked.by == By::day) row.emplace_back(DayCell{group.key});
    else row.emplace_back(group.name);
    if (has_code) row.emplace_back(group.code.empty() ? group.key : group.code);
    row.insert(row.end(), {group.figures.quantity, group.figures.net(), group.figures.vat, group.figures.gross});
    out.rows.push_back(std::move(row));
  }
  return out;
}

struct ReportFile {
  Sheet sheet;
  std::string name;
};

// ERRORS: invalid: the page would not have led here.
base::Result<ReportFile> report_file(const Call& call) {
  const ReportTyped typed = typed_by(call);
  if (!typed.problems.empty()) return base::fail(base::ErrorKind::invalid, "no such period");
  KK_LET(const auto groups, find_sales(call, typed.asked));
  return ReportFile{sheet_of(call, typed.asked, groups), std::string("sales-by-") + to_string(typed.asked.by) + "-" + typed.asked.period.from + "-" + typed.asked.period.to};
}

bool is_long_work(const ReportAsked& asked) { return days_of(asked.period).size() > kMostDays; }

// One's scopes, which a file of theirs is for.
std::string scopes_hash(const Call& call) {
  std::vector<std::string> all;
  for (const auto& scope : call.rights.scopes(staff::Right::reports_view)) all.push_back(std::string(staff::to_string(scope.kind)) + "/" + scope.id + "\n");
  std::sort(all.begin(), all.end());
  std::string text;
  for (const auto& one : all) text += one;
  return crypto::to_hex(crypto::as_bytes(crypto::sha256(text)));
}

// A short time's at once; what takes longer is asked for on the page.
base::Result<web::Response> file_at_once(const Call& call, bool as_csv) {
  const ReportTyped typed = typed_by(call);
  if (typed.problems.empty() && is_long_work(typed.asked)) return web::see_other(report_url(in(call.lang, reports_paths()), typed.asked));
  KK_LET(const ReportFile file, report_file(call));
  return as_csv ? csv_file(file.sheet, file.name) : xlsx_file(file.sheet, file.name);
}

}  // namespace

base::Status may_report(const Call& call, const Job& job) {
  const bool may = call.rights.any(staff::Right::reports_view) && (job.state != "done" || job.may == scopes_hash(call));
  return may ? base::Status() : base::fail(base::ErrorKind::denied, "no right to what the report shows");
}

base::Status run_report(Call& call, const Running& running) {
  KK_TRY(running.tell(0, 2));
  KK_LET(const ReportFile file, report_file(call));
  KK_TRY(running.tell(1, 2));
  const bool as_csv = running.job.asked.ends_with("&format=csv");
  KK_LET(const web::Response made, as_csv ? csv_file(file.sheet, file.name) : xlsx_file(file.sheet, file.name));
  return call.db.transact([&] { return finish_job(call.db, running.job, {made.body, file.name + (as_csv ? ".csv" : ".xlsx"), made.content_type, scopes_hash(call)}, call.now); });
}

const char* report_problem(const base::Error& error) { return error.kind == base::ErrorKind::denied ? "job_denied" : "job_broken"; }

base::Result<web::Response> post_report_file(Call& call) {
  const std::string format = call.form.text("format") == "csv" ? "csv" : "xlsx";
  const ReportTyped typed = typed_in(call, call.form);
  if (!typed.problems.empty()) return base::fail(base::ErrorKind::invalid, "no such period");
  return to_new_job(call, {kReport, report_url("", typed.asked).substr(1) + "&format=" + format});
}

base::Result<web::Response> show_reports(Call& call) {
  const ReportTyped typed = typed_by(call);
  const std::string here = in(call.lang, reports_paths());
  ReportAsked shown = typed.asked;
  const bool is_long = shown.by == By::day && days_of(shown.period).size() > kMostDays;
  if (is_long) shown.by = By::month;
  KK_LET(const auto groups, find_sales(call, shown));
  const Figures sum = sum_of(groups);
  view::Object data = figures_view(call, sum);
  KK_TRY(set_choices(call, here, typed.asked, data));
  const bool none = std::all_of(groups.begin(), groups.end(), [](const Sold& group) { return group.figures.quantity == 0 && group.figures.gross == base::Cents(0); });
  data.set("none", none).set("chart", none || groups.size() == 1 ? view::Html{} : chart_of(call, shown.by, groups)).set("rows", rows_view(call, here, shown, groups)).set("is_long", is_long);
  data.set("only_largest", !is_of_time(shown.by) && groups.size() > kMostBars).set("largest_words", call.say("reports.largest", {{"count", std::to_string(kMostBars)}}));
  const DayPeriod& period = typed.asked.period;
  data.set("period", period.from == period.to ? day_words(period.from, call.lang) : day_words(period.from, call.lang) + " – " + day_words(period.to, call.lang));
  data.set("action", here).set("typed_from", typed.from).set("typed_to", typed.to).set("by_title", by_words(call, shown.by));
  data.set("has_code", shown.by == By::product || shown.by == By::vat);
  data.set("csv_url", report_url(here + "/csv", typed.asked)).set("xlsx_url", report_url(here + "/xlsx", typed.asked));
  data.set("is_long_work", is_long_work(typed.asked)).set("file_action", below(here, "tiedosto", "fil", "file", call.lang));
  KK_TRY(set_jobs(call, {kReport}, data));
  typed.problems.fill(data, call.templates, call.lang, {"from", "to"});
  const std::string title = (typed.problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("reports.title");
  Paths here_by_lang = reports_paths();  // another language shows the same report
  for (auto& path : here_by_lang) path = report_url(path, typed.asked);
  return staff::show(call, {"backoffice/reports", title, here_by_lang}, std::move(data));
}

base::Result<web::Response> show_report_csv(Call& call) {
  return file_at_once(call, true);
}

base::Result<web::Response> show_report_xlsx(Call& call) {
  return file_at_once(call, false);
}

base::Status set_recent_sales(const Call& call, view::Object& data) {
  data.set("sales", false);
  if (!call.rights.any(staff::Right::reports_view)) return {};
  const std::string today = base::helsinki_date_iso(call.now);
  const ReportAsked asked{By::day, {day_after(today, -29), today}, {}};
  KK_LET(const auto groups, find_sales(call, asked));
  const std::string here = in(call.lang, reports_paths());
  data.set("sales", view::Object().set("chart", chart_of(call, By::day, groups)).set("rows", rows_view(call, here, asked, groups)).set("total", base::format_money(sum_of(groups).gross, call.lang)).set("url", report_url(here, asked)));
  return {};
}

}  // namespace backoffice
