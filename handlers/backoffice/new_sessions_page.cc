// Opening sessions of an activity: one, the same again in later weeks, or a group for each weekday, from one form; as drafts or at once.
#include <algorithm>

#include "backoffice/session_edit_store.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr int kMostAtOnce = 60, kMostWeeks = 60;
constexpr const char* kWeekdayFields[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

Paths new_paths(const std::string& code) { return {"/fi/uudet-ryhmat/" + code, "/sv/nya-grupper/" + code, "/en/new-sessions/" + code}; }

struct Opening {
  ActivityRow activity;
  EditSessions may;
  OwnPrices prices;
};
// ERRORS: not_found; denied.
base::Result<Opening> opening(const Call& call) {
  KK_LET(auto activity, find_activity(call.db, call.lang, call.arg));
  if (!activity) return fail(ErrorKind::not_found, "no such activity");
  KK_LET(auto may, call.rights.permit<Right::activities_edit>(activity->place));
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  const bool may_price = call.rights.on(Right::prices_edit, activity->place);
  return Opening{std::move(*activity), std::move(may), {lists.groups, may_price}};
}

std::string weekday_name(int i, base::Lang lang) {  // 0: Monday; from a date's own words
  const std::string date = base::format_date(*base::parse_utc("2026-11-2" + std::to_string(3 + i) + "T12:00"), lang);
  return date.substr(0, date.find(' '));
}

view::List pattern_fields(const Call& call, const web::Form& typed, const web::Problems& problems) {
  web::Fields fields(call.templates, call.lang, &typed, problems);
  fields.text({.id = "from", .label = call.say("backoffice.first_day"), .hint = call.say("backoffice.day_hint"), .inputmode = "decimal", .is_short = true});
  std::vector<web::Fields::Choice> days;
  for (int i = 0; i < 7; ++i) days.push_back({kWeekdayFields[i], kWeekdayFields[i], "1", weekday_name(i, call.lang), "", "", typed.ticked(kWeekdayFields[i])});
  fields.choices({.id = "weekdays", .label = call.say("backoffice.weekdays"), .hint = call.say("backoffice.weekdays_hint"), .many = true}, days);
  fields.text({.id = "starts", .label = call.say("backoffice.starts"), .hint = call.say("backoffice.clock_hint"), .inputmode = "decimal", .is_short = true});
  fields.text({.id = "ends", .label = call.say("backoffice.ends"), .hint = "", .inputmode = "decimal", .is_short = true});
  fields.text({.id = "weeks", .label = call.say("backoffice.weeks"), .hint = call.say("backoffice.weeks_hint"), .inputmode = "numeric", .is_short = true});
  return fields.take();
}

view::List many_fields(const Call& call, const web::Form& typed, const web::Problems& problems) {
  web::Fields fields(call.templates, call.lang, &typed, problems);
  const auto choice = [&](const char* group, const char* value, const char* key, const char* note) {
    return web::Fields::Choice{std::string(group) + "_" + value, group, value, call.say(key), call.say(note), "", typed.text(group) == value};
  };
  fields.choices({.id = "split", .label = call.say("backoffice.split"), .hint = ""},
                 {choice("split", "together", "backoffice.split_together", "backoffice.split_together_note"), choice("split", "weekday", "backoffice.split_weekday", "backoffice.split_weekday_note")});
  fields.text({.id = "times", .label = call.say("backoffice.repeat"), .hint = call.say("backoffice.repeat_hint"), .inputmode = "numeric", .is_short = true});
  fields.text({.id = "step", .label = call.say("backoffice.repeat_step"), .hint = "", .inputmode = "numeric", .is_short = true});
  fields.choices({.id = "publish", .label = call.say("backoffice.publish"), .hint = ""},
                 {choice("publish", "draft", "backoffice.publish_draft", "backoffice.publish_draft_note"), choice("publish", "open", "backoffice.publish_open", "backoffice.publish_open_note")});
  return fields.take();
}

base::Result<web::Response> new_page(const Call& call, const Opening& at, const web::Form& typed, const web::Problems& problems) {
  view::Object data;
  set_session_fields(call, typed, problems, data);
  set_own_prices(call, at.prices, fields_of(typed), problems, data);
  data.set("pattern", pattern_fields(call, typed, problems)).set("many", many_fields(call, typed, problems)).set("once", typed.text("once")).set("name", at.activity.name);
  data.set("action", in(call.lang, new_paths(at.activity.code))).set("back_url", in(call.lang, activities_paths())).set("codes_hint", call.say("backoffice.name_codes"));
  problems.fill(data, call.templates, call.lang, {});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.sessions_new_title");
  return staff::show(call, {"backoffice/sessions_new", title, new_paths(at.activity.code)}, std::move(data));
}

// What the form's pattern is: nothing where something is wrong.
std::optional<catalogue::Pattern> check_pattern(const Call& call, web::Problems& problems) {
  catalogue::Pattern out;
  const auto from = check_day(call, "from", problems);
  if (from) out.from = *from;
  for (unsigned i = 0; i < 7; ++i) {
    if (call.form.ticked(kWeekdayFields[i])) out.weekdays.emplace_back((i + 1) % 7);
  }
  if (out.weekdays.empty()) problems.add("weekdays", "weekdays_required");
  const auto starts = catalogue::parse_clock(call.form.text("starts")), ends = catalogue::parse_clock(call.form.text("ends"));
  if (!starts) problems.add("starts", "clock_invalid");
  if (!ends || ends == starts) problems.add("ends", "clock_invalid");
  const auto weeks = check_number(call, "weeks", 1, kMostWeeks, problems);
  if (!from || out.weekdays.empty() || !starts || !ends || ends == starts || !weeks) return std::nullopt;
  out.clock = *starts;
  out.length = *ends - *starts + (*ends < *starts ? std::chrono::hours{24} : std::chrono::hours{0});
  out.weeks = *weeks;
  // The weeks begin with the first of the weekdays on that day or after it.
  std::sort(out.weekdays.begin(), out.weekdays.end(), [&](auto a, auto b) { return (a - std::chrono::weekday{out.from}) < (b - std::chrono::weekday{out.from}); });
  return out;
}

std::string with_codes(std::string text, const std::string& week, const std::string& day) {
  for (const auto& [code, value] : {std::pair<std::string, const std::string&>{"{week}", week}, {"{day}", day}}) {
    for (std::size_t at; (at = text.find(code)) != std::string::npos;) text.replace(at, code.size(), value);
  }
  return text;
}

int iso_week(std::chrono::sys_days day) {
  const auto thursday = day + std::chrono::days{3} - (std::chrono::weekday{day} - std::chrono::Monday);
  const auto year = std::chrono::year_month_day{thursday}.year();
  return static_cast<int>((thursday - std::chrono::sys_days{year / 1 / 1}).count() / 7) + 1;
}

// The same so many days later: its times to sign up and to cancel too, but when the sign-up opens stays.
TypedSession of_pattern(const TypedSession& typed, const catalogue::Pattern& pattern, int days) {
  TypedSession out = typed;
  out.session.meetings = catalogue::meetings_of(pattern);
  out.session.signup_until = catalogue::days_later(typed.session.signup_until, days);
  out.session.cancel_until = catalogue::days_later(typed.session.cancel_until, days);
  const auto first = out.session.meetings.front().starts;
  const auto day = std::chrono::sys_days{base::helsinki_day(first)};
  for (const auto lang : base::kLangs) {
    const std::string date = base::format_date(first, lang);
    out.name[lang] = with_codes(typed.name[lang], std::to_string(iso_week(day)), date.substr(0, date.find(' ')));
  }
  return out;
}

// The first is the form's own; each of the others is moved as its first meeting is.
std::vector<TypedSession> sessions_of(const Call& call, const TypedSession& typed, const catalogue::Pattern& pattern, web::Problems& problems) {
  const auto times = check_number(call, "times", 1, kMostAtOnce, problems), step = check_number(call, "step", 1, kMostWeeks, problems);
  if (!times || !step) return {};
  std::vector<catalogue::Pattern> groups = {pattern};
  if (call.form.text("split") == "weekday") {
    groups.clear();
    for (const auto weekday : pattern.weekdays) {
      groups.push_back(pattern);
      groups.back().weekdays = {weekday};
    }
  }
  std::vector<TypedSession> out;
  std::optional<std::chrono::sys_days> first;
  for (int i = 0; i < *times; ++i) {
    for (catalogue::Pattern group : groups) {
      group.from += std::chrono::days{7 * *step * i};
      const auto meetings = catalogue::meetings_of(group);
      const auto day = std::chrono::sys_days{base::helsinki_day(meetings.front().starts)};
      if (!first) first = day;
      if (meetings.size() > catalogue::kMostMeetings) problems.add("weeks", "meetings_count", {{"max", std::to_string(catalogue::kMostMeetings)}});
      out.push_back(of_pattern(typed, group, static_cast<int>((day - *first).count())));
    }
  }
  if (out.size() > static_cast<std::size_t>(kMostAtOnce)) problems.add("times", "sessions_count", {{"max", std::to_string(kMostAtOnce)}});
  return out;
}

}  // namespace

base::Result<web::Response> show_new_sessions(Call& call) {
  KK_LET(const Opening at, opening(call));
  const auto typed = web::Form::from_pairs({{"once", crypto::random_token()}, {"split", "together"}, {"publish", "draft"}, {"waiting", "0"}, {"minimum", "0"}, {"weeks", "1"}, {"times", "1"}, {"step", "1"}, {"signup_from_clock", "8.00"}, {"signup_until_clock", "23.59"}, {"cancel_until_clock", "23.59"}});
  return new_page(call, at, typed, {});
}

base::Result<web::Response> post_new_sessions(Call& call) {
  KK_LET(const Opening at, opening(call));
  const std::string once = call.form.text("once");
  if (!crypto::is_token(once)) return fail(ErrorKind::invalid, "the form is not whole");
  web::Problems problems;
  TypedSession typed = check_session(call, problems);
  KK_LET(typed.prices, check_prices(call, {at.activity.product, at.activity.state == "published", at.prices}, problems));
  const auto pattern = check_pattern(call, problems);
  std::vector<TypedSession> made;
  if (pattern) made = sessions_of(call, typed, *pattern, problems);
  for (const auto& one : made) {
    if (problems.empty()) check_times(one, problems);
  }
  if (!problems.empty()) return new_page(call, at, call.form, problems);
  const bool draft = call.form.text("publish") != "open";
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool known, is_made(call.db, once));
    if (known) return {};  // a form sent twice makes its sessions once
    int n = 0;
    for (const auto& one : made) KK_TRY(make_session(at.may, call.db, {at.activity.product, draft, once + "." + std::to_string(++n)}, one, call.now));
    return log_act(call, staff::Use::change, "activity", at.activity.code, std::to_string(n) + (draft ? " drafts made" : " sessions opened"));
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, activities_paths()));
}

}  // namespace backoffice
