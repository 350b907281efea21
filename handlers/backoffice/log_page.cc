// The use log for the data protection officer and the auditor: search, and whether its chain holds. Reading it is written into it.
#include "backoffice/app.h"
#include "backoffice/days.h"
#include "lib/base/csv.h"

namespace backoffice {

using base::fail;

namespace {

constexpr int kPerPage = 50;
constexpr int kMostExported = 50000;
constexpr const char* kActs[] = {"view", "search", "open", "play", "export", "change", "delete", "grant", "login", "refused"};

struct Asked {
  std::string login, act, kind, from, to;
  std::string after;  // "2026-11-17": the row after which to go on
};

Asked asked_by(const web::Form& form) {
  Asked out{form.text("person"), form.text("act"), form.text("kind"), form.text("from"), form.text("to"), form.text("after")};
  const auto plain = [](std::string& text) {
    if (text.size() > 48 || text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") != std::string::npos) text.clear();
  };
  plain(out.login);
  plain(out.kind);
  plain(out.act);
  if (!is_day(out.from)) out.from.clear();
  if (!is_day(out.to)) out.to.clear();
  return out;
}

Asked asked_of(const Call& call) {
  return asked_by(query_of(call));
}

// It is of all the shop.
base::Status may_read_log(const Call& call) {
  KK_TRY(call.rights.permit<staff::Right::log_read>({}));
  return {};
}

constexpr const char* kOrder = " ORDER BY l.month DESC, l.seq DESC LIMIT ";

db::Statement select(const char* columns, const Asked& asked) {
  db::Statement out = db::statement(std::string("SELECT ") + columns + " FROM use_log l LEFT JOIN staff s ON s.id = l.staff_id WHERE 1 = 1");
  const auto where = [&](const char* condition, const std::string& value) {
    if (value.empty()) return;
    out.sql += condition;
    out.params.emplace_back(value);
  };
  where(" AND s.login = ?", asked.login);
  where(" AND l.what = ?", asked.act);
  where(" AND l.object_kind = ?", asked.kind);
  where(" AND l.at_utc >= ?", asked.from);
  where(" AND l.at_utc < ? + INTERVAL 1 DAY", asked.to);
  const auto cut = asked.after.rfind('-');
  if (cut != std::string::npos && cut == 7) {
    out.sql += " AND (l.month, l.seq) < (?, ?)";
    out.params.emplace_back(asked.after.substr(0, cut));
    out.params.emplace_back(asked.after.substr(cut + 1));
  }
  return out;
}

// What check_use_log found, which names it in English.
std::string problem_words(const Call& call, const std::string& problem) {
  constexpr std::pair<const char*, const char*> kProblems[] = {{"missing", "backoffice.log_missing"}, {"changed", "backoffice.log_changed"}, {"cut off", "backoffice.log_cut_off"}, {"more than the head knows", "backoffice.log_too_many"},
                                                               {"without a head", "backoffice.log_headless"}, {"not the head", "backoffice.log_other_head"}, {"not anchored to the month before", "backoffice.log_not_anchored"}};
  for (const auto& [name, key] : kProblems) {
    if (problem == name) return call.say(key);
  }
  return call.say("sales.system_says", {{"words", problem}});
}

// The kinds of what was asked for; never its words.
std::string kinds_of(const Asked& asked) {
  std::string out;
  for (const auto& [name, value] : {std::pair{"person", asked.login}, {"act", asked.act}, {"kind", asked.kind}, {"from", asked.from}, {"to", asked.to}}) {
    if (!value.empty()) out += (out.empty() ? "by " : " ") + std::string(name);
  }
  return out.empty() ? "all" : out;
}

base::Result<web::Response> log_page(const Call& call, const Asked& asked, const std::string& checked, const web::Problems& problems = {}) {
  const db::Statement statement = select("l.month, l.seq, l.at_utc, s.name, l.staff_id, l.address, l.what, l.object_kind, l.object_id, l.why, l.result", asked);
  KK_LET(const db::Rows rows, call.db.run_query(statement.sql + kOrder + std::to_string(kPerPage + 1), statement.params));
  view::List list;
  for (std::size_t i = 0; i < rows.size() && i < kPerPage; ++i) {
    const auto& row = rows[i];
    const std::string who = !row.is_null(3) ? row.text(3) : row.is_null(4) ? call.say("backoffice.log_nobody") : "#" + std::to_string(row.integer(4));
    list.push_back(view::Object().set("at", base::format_date_time_seconds(row.time(2).value_or(call.now), call.lang)).set("who", who).set("address", row.text(5))
                       .set("act", call.say("backoffice.act_" + row.text(6))).set("object", row.text(7) + (row.text(8).empty() ? "" : " " + row.text(8))).set("why", row.text(9))
                       .set("result", row.text(10)).set("place", row.text(0) + "-" + std::to_string(row.integer(1))));
  }
  view::Object data;
  const std::string here = in(call.lang, log_paths());
  view::List acts;
  for (const char* act : kActs) acts.push_back(view::Object().set("value", act).set("name", call.say(std::string("backoffice.act_") + act)).set("chosen", asked.act == act));
  data.set("action", here).set("check_url", below(here, "tarkista", "kontrollera", "check", call.lang)).set("acts", std::move(acts));
  data.set("typed_act", asked.act).set("typed_person", asked.login).set("typed_kind", asked.kind).set("typed_from", asked.from).set("typed_to", asked.to);
  data.set("none", list.empty()).set("rows", std::move(list)).set("checked", checked).set("is_checked", !checked.empty());
  data.set("may_export", call.rights.on(staff::Right::log_export, {})).set("export_url", below(here, "vie", "exportera", "export", call.lang));
  data.set("export_words", call.say("backoffice.log_export_words", {{"count", std::to_string(kMostExported)}}));
  problems.fill(data, call.templates, call.lang, {"from"});
  const bool more = rows.size() > kPerPage;
  data.set("more", more).set("more_url", more ? here + "?person=" + asked.login + "&act=" + asked.act + "&kind=" + asked.kind + "&from=" + asked.from + "&to=" + asked.to + "&after=" +
                                                    rows[kPerPage - 1].text(0) + "-" + std::to_string(rows[kPerPage - 1].integer(1))
                                              : "");
  return staff::show(call, {"backoffice/log", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.log_title"), log_paths()}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_log(Call& call) {
  KK_TRY(may_read_log(call));
  const Asked asked = asked_of(call);
  KK_TRY(log_act(call, staff::Use::search, "use_log", "", kinds_of(asked)));
  return log_page(call, asked, "");
}

base::Result<web::Response> post_check_log(Call& call) {
  KK_TRY(may_read_log(call));
  KK_TRY(log_act(call, staff::Use::view, "use_log", "", "checked"));
  KK_LET(const db::Rows wrong, call.db.query("CALL check_use_log()"));
  KK_LET(const db::Rows anchor, call.db.query("SELECT anchored_utc, broken_utc FROM use_log_anchor"));
  const auto anchored = anchor.at(0).time(0);
  std::string words = call.say("backoffice.log_holds") + " " +
                      (anchored ? call.say("backoffice.log_anchored", {{"time", base::format_date_time(*anchored, call.lang)}}) : call.say("backoffice.log_never_anchored"));
  if (!anchor[0].is_null(1)) words = call.say("backoffice.log_anchor_broken");
  if (!wrong.empty()) words = call.say("backoffice.log_broken", {{"place", wrong[0].text(0) + "-" + std::to_string(wrong[0].integer(1))}, {"problem", problem_words(call, wrong[0].text(2))}});
  return log_page(call, asked_of(call), words);
}

base::Result<web::Response> post_export_log(Call& call) {
  KK_TRY(call.rights.permit<staff::Right::log_export>({}));
  Asked asked = asked_by(call.form);
  asked.after.clear();
  const db::Statement statement = select("CONCAT(l.month, '-', l.seq), l.at_utc, COALESCE(l.staff_id, ''), COALESCE(s.login, ''), l.address, l.what, l.object_kind, l.object_id, l.why, l.result, LOWER(HEX(l.hash))", asked);
  KK_LET(const db::Rows rows, call.db.run_query(statement.sql + kOrder + std::to_string(kMostExported + 1), statement.params));
  if (rows.size() > static_cast<std::size_t>(kMostExported)) {
    web::Problems problems;
    problems.add("from", "log_too_long", {{"count", std::to_string(kMostExported)}});
    return log_page(call, asked, "", problems);
  }
  KK_TRY(log_act(call, staff::Use::export_, "use_log", "", std::to_string(rows.size()) + " rows"));
  web::Response out;
  out.content_type = "text/csv; charset=utf-8";
  out.header("Content-Disposition", "attachment; filename=\"use-log-" + base::helsinki_date_iso(call.now) + ".csv\"");
  out.body = base::kCsvStart + base::csv_line({"place", "at_utc", "staff_id", "login", "address", "what", "object_kind", "object_id", "why", "result", "hash"});
  for (const auto& row : rows) {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < 11; ++i) fields.push_back(i == 1 ? base::to_iso(row.time(1).value_or(call.now)) : row.text(i));
    out.body += base::csv_line(fields);
  }
  return out;
}

}  // namespace backoffice
