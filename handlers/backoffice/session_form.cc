#include "backoffice/session_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "backoffice/edit_history.h"
#include "lib/base/contact.h"

namespace backoffice {

using base::Lang;
using base::UtcTime;

namespace {

constexpr const char* kTextFields[] = {"name", "place", "access", "skill"};

std::string in_lang(const std::string& field, Lang lang) { return field + "_" + base::to_string(lang); }

std::optional<std::chrono::sys_days> day_of(const std::string& typed) {
  const auto iso = base::parse_typed_day(typed);
  const auto noon = iso ? base::parse_utc(*iso + "T12:00") : std::nullopt;
  return noon ? std::optional(std::chrono::floor<std::chrono::days>(*noon)) : std::nullopt;
}

// "7.6.2027 9.00-16.00", or over days "12.2.2027 17.00-14.2.2027 15.00"; what ends before it begins, without a day of its own, ends on the next day.
std::optional<catalogue::Meeting> meeting_of(std::string line) {
  for (std::size_t dash; (dash = line.find("–")) != std::string::npos;) line.replace(dash, std::string("–").size(), "-");
  std::istringstream in(line);
  std::string day, hours, last_day, more;
  in >> day;
  while (in >> more) hours += (hours.empty() ? "" : " ") + more;
  const auto cut = std::min(hours.find('-'), hours.size());
  std::istringstream begins(hours.substr(0, cut)), ends(hours.substr(std::min(cut + 1, hours.size())));
  std::string from_clock, to_clock;
  begins >> from_clock, ends >> last_day;
  if (!(ends >> to_clock)) to_clock = std::exchange(last_day, "");
  const auto on = day_of(day), until = last_day.empty() ? on : day_of(last_day);
  const auto from = catalogue::parse_clock(from_clock), to = catalogue::parse_clock(to_clock);
  if (begins >> more || ends >> more || !on || !until || !from || !to || (last_day.empty() && *from == *to)) return std::nullopt;
  const bool next_day = last_day.empty() && *to < *from;
  const catalogue::Meeting out{base::helsinki_to_utc(*on, *from), base::helsinki_to_utc(*until + std::chrono::days{next_day ? 1 : 0}, *to)};
  return out.starts < out.ends ? std::optional(out) : std::nullopt;
}

std::string meeting_line(const catalogue::Meeting& meeting) {
  const bool same_day = base::helsinki_day(meeting.starts) == base::helsinki_day(meeting.ends);
  return typed_day(meeting.starts) + " " + typed_clock(meeting.starts) + "–" + (same_day ? "" : typed_day(meeting.ends) + " ") + typed_clock(meeting.ends) + "\n";
}

void check_ages(const Call& call, catalogue::Session& session, web::Problems& problems) {
  if (!call.form.text("age_min").empty()) session.age_min = check_number(call, "age_min", 0, 120, problems);
  if (!call.form.text("age_max").empty()) session.age_max = check_number(call, "age_max", 0, 120, problems);
  if (!session.age_min && !session.age_max) return;
  if (const auto day = check_day(call, "age_on", problems)) session.age_on = *day;
}

}  // namespace

base::Texts check_texts(const Call& call, const std::string& field, std::size_t max, bool required, web::Problems& problems) {
  base::Texts out;
  bool any = required;
  for (const auto lang : base::kLangs) any |= !call.form.text(in_lang(field, lang)).empty();
  const auto needed = catalogue::languages_of(call.city.bilingual);
  for (const auto lang : base::kLangs) {
    const std::string name = in_lang(field, lang), typed = call.form.text(name);
    if (typed.empty()) {
      if (any && std::find(needed.begin(), needed.end(), lang) != needed.end()) problems.add(name, required ? "text_required" : "text_in_all");
      continue;
    }
    const auto words = base::clean_text(typed, max);
    if (words) out[lang] = *words;
    else problems.add(name, "text_too_long", {{"max", std::to_string(max)}});
  }
  return out;
}

std::optional<int> check_number(const Call& call, const std::string& field, int least, int most, web::Problems& problems) {
  const auto number = call.form.number(field, least, most);
  if (!number) problems.add(field, "number_between", {{"from", std::to_string(least)}, {"to", std::to_string(most)}});
  return number ? std::optional<int>(static_cast<int>(*number)) : std::nullopt;
}

std::optional<std::chrono::sys_days> check_day(const Call& call, const std::string& field, web::Problems& problems) {
  const auto day = day_of(call.form.text(field));
  if (!day) problems.add(field, "day_invalid");
  return day;
}

std::optional<UtcTime> check_time(const Call& call, const std::string& field, web::Problems& problems) {
  const auto day = check_day(call, field + "_day", problems);
  const auto clock = catalogue::parse_clock(call.form.text(field + "_clock"));
  if (!clock) problems.add(field + "_clock", "clock_invalid");
  if (!day || !clock) return std::nullopt;
  return base::helsinki_to_utc(*day, *clock);
}

TypedSession check_session(const Call& call, web::Problems& problems) {
  TypedSession out;
  out.name = check_texts(call, "name", 120, false, problems);
  out.session.place = check_texts(call, "place", 120, true, problems);
  const auto address = base::clean_text(call.form.text("address"), 160);
  if (address) out.session.address = *address;
  else problems.add("address", "address_required");
  out.session.access = check_texts(call, "access", 300, false, problems);
  out.session.skill = check_texts(call, "skill", 200, false, problems);
  check_ages(call, out.session, problems);
  out.seats = check_number(call, "seats", 0, catalogue::kMostSeats, problems).value_or(0);
  out.session.waiting = check_number(call, "waiting", 0, catalogue::kMostSeats, problems).value_or(0);
  out.session.minimum = check_number(call, "minimum", 0, catalogue::kMostSeats, problems).value_or(0);
  const auto from = check_time(call, "signup_from", problems), until = check_time(call, "signup_until", problems), cancel = check_time(call, "cancel_until", problems);
  out.session.signup_from = from.value_or(UtcTime{});
  out.session.signup_until = until.value_or(UtcTime{});
  out.session.cancel_until = cancel.value_or(UtcTime{});
  return out;
}

void check_times(const TypedSession& typed, web::Problems& problems) {
  for (const auto& fault : catalogue::faults_of(typed.session, typed.seats)) {
    const std::string field = fault.field;
    problems.add(field.ends_with("_until") ? field + "_day" : field, "session_" + field);
  }
}

base::Result<std::vector<catalogue::Price>> check_prices(const Call& call, const PricesOf& of, web::Problems& problems) {
  const auto out = of.own.may ? read_prices(call, of.own.groups, fields_of(call.form), problems) : of.were;
  if (!out.empty() || !of.published || of.own.groups.empty()) return out;
  KK_LET(const auto shared, catalogue::load_prices(call.db, of.product, 0, base::helsinki_date_iso(call.now)));
  if (shared.empty()) problems.add("price_" + of.own.groups.front().code, "session_price_required");
  return out;
}

std::vector<catalogue::Meeting> check_meetings(const Call& call, web::Problems& problems) {
  std::vector<catalogue::Meeting> out;
  std::istringstream lines(call.form.text("meetings"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \r\t") == std::string::npos) continue;
    const auto one = meeting_of(line);
    if (!one) {
      problems.add("meetings", "meeting_line", {{"line", line}});
      return {};
    }
    out.push_back(*one);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.starts < b.starts; });
  const bool twice = std::adjacent_find(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.ends > b.starts; }) != out.end();
  if (out.empty() || out.size() > catalogue::kMostMeetings) problems.add("meetings", "meetings_count", {{"max", std::to_string(catalogue::kMostMeetings)}});
  else if (twice) problems.add("meetings", "meetings_overlap");
  return out;
}

TypedSession moved(const TypedSession& from, int days) {
  TypedSession out = from;
  auto& s = out.session;
  for (auto& meeting : s.meetings) meeting = {catalogue::days_later(meeting.starts, days), catalogue::days_later(meeting.ends, days)};
  for (auto* time : {&s.signup_from, &s.signup_until, &s.cancel_until}) *time = catalogue::days_later(*time, days);
  // Ages count on the first day, or on a day of the calendar ("on 31 December"), which moves by whole years.
  if (s.age_on && !s.meetings.empty() && *s.age_on == base::helsinki_day(from.session.meetings.front().starts)) s.age_on = base::helsinki_day(s.meetings.front().starts);
  else if (s.age_on && !s.meetings.empty()) {
    const int years = base::helsinki_year(s.meetings.front().starts) - base::helsinki_year(from.session.meetings.front().starts);
    s.age_on = *s.age_on + std::chrono::years{years};
    if (!s.age_on->ok()) s.age_on = s.age_on->year() / std::chrono::February / std::chrono::last;
  }
  return out;
}

std::string typed_day(UtcTime time) {
  const auto day = base::helsinki_day(time);
  return fmt::format("{}.{}.{}", unsigned(day.day()), unsigned(day.month()), int(day.year()));
}

std::string typed_clock(UtcTime time) {
  const std::string words = base::format_clock(time, Lang::en);  // "9:05" or "09:05"
  const auto cut = words.find(':');
  return std::to_string(std::stoi(words.substr(0, cut))) + "." + words.substr(cut + 1);
}

web::Pairs to_pairs(const TypedSession& typed, Lang lang) {
  const auto& s = typed.session;
  web::Pairs out = {{"address", s.address}, {"seats", std::to_string(typed.seats)}, {"waiting", std::to_string(s.waiting)}, {"minimum", std::to_string(s.minimum)}};
  for (const auto one : base::kLangs) {
    const base::Texts* texts[] = {&typed.name, &s.place, &s.access, &s.skill};
    for (std::size_t i = 0; i < std::size(kTextFields); ++i) out.emplace_back(in_lang(kTextFields[i], one), (*texts[i])[one]);
  }
  if (s.age_min) out.emplace_back("age_min", std::to_string(*s.age_min));
  if (s.age_max) out.emplace_back("age_max", std::to_string(*s.age_max));
  if (s.age_on) out.emplace_back("age_on", fmt::format("{}.{}.{}", unsigned(s.age_on->day()), unsigned(s.age_on->month()), int(s.age_on->year())));
  for (const auto& [field, time] : {std::pair{"signup_from", s.signup_from}, {"signup_until", s.signup_until}, {"cancel_until", s.cancel_until}}) {
    out.emplace_back(std::string(field) + "_day", typed_day(time));
    out.emplace_back(std::string(field) + "_clock", typed_clock(time));
  }
  std::string lines;
  for (const auto& meeting : s.meetings) lines += meeting_line(meeting);
  out.emplace_back("meetings", lines);
  const FormFields prices = fields_of(typed.prices, lang);
  for (const auto& [name, value] : prices.all()) out.emplace_back(name, value);
  return out;
}

std::string session_label(const Call& call, const std::vector<Lists::Named>& groups, const std::string& field) {
  for (const char* prefix : {"price_", "next_", "from_"}) {
    for (const auto& group : groups) {
      if (field == prefix + group.code) return call.say(std::string("products.field_") + prefix + "of") + ", " + group.name;
    }
  }
  const std::string name = label_of(call, {{"name", "session_name"}, {"place", "session_place"}, {"address", "address"}, {"access", "session_access"}, {"skill", "session_skill"}, {"seats", "session_seats"},
      {"waiting", "session_waiting"}, {"minimum", "session_least"}, {"age_min", "age_min"}, {"age_max", "age_max"}, {"age_on", "age_on"}, {"meetings", "session_meetings"}, {"signup_from", "signup_from"}, {"signup_until", "signup_until"},
      {"cancel_until", "cancel_until"}}, field);
  return name.empty() ? field : name;
}

view::List three_fields(const Call& call, const web::Form& typed, const web::Problems& problems, const Three& three) {
  const auto& [field, required, is_long] = three;
  web::Fields fields(call.templates, call.lang, &typed, problems);
  constexpr const char* kIn[] = {"backoffice.in_finnish", "backoffice.in_swedish", "backoffice.in_english"};
  bool any = false;
  for (const auto lang : base::kLangs) any |= !typed.text(in_lang(field, lang)).empty();
  for (const auto lang : base::kLangs) {
    const bool missing = any && typed.text(in_lang(field, lang)).empty();
    fields.text({.id = in_lang(field, lang), .label = call.say(kIn[base::index(lang)]), .hint = missing ? call.say("backoffice.text_missing") : "", .required = required, .is_long = is_long});
  }
  return fields.take();
}

void set_session_fields(const Call& call, const web::Form& typed, const web::Problems& problems, view::Object& data) {
  for (const char* field : kTextFields) data.set(std::string("texts_") + field, three_fields(call, typed, problems, {field, std::string_view(field) == "place", std::string_view(field) == "access"}));
  const auto group = [&](const char* name, const std::vector<web::Fields::Text>& texts) {
    web::Fields fields(call.templates, call.lang, &typed, problems);
    for (const auto& one : texts) fields.text(one);
    data.set(name, fields.take());
  };
  const auto number = [&](const char* field, const char* key, bool required) { return web::Fields::Text{.id = field, .label = call.say(key), .hint = "", .inputmode = "numeric", .required = required, .is_short = true}; };
  const auto day = [&](const std::string& field, const char* key) { return web::Fields::Text{.id = field, .label = call.say(key), .hint = call.say("backoffice.day_hint"), .inputmode = "decimal", .is_short = true}; };
  const auto clock = [&](const std::string& field) { return web::Fields::Text{.id = field, .label = call.say("backoffice.clock"), .hint = call.say("backoffice.clock_hint"), .inputmode = "decimal", .is_short = true}; };
  group("address", {{.id = "address", .label = call.say("backoffice.address"), .hint = ""}});
  group("numbers", {number("seats", "backoffice.session_seats", true), number("waiting", "backoffice.session_waiting", true), number("minimum", "backoffice.session_least", true)});
  auto age_on = day("age_on", "backoffice.age_on");
  age_on.required = false;
  group("ages", {number("age_min", "backoffice.age_min", false), number("age_max", "backoffice.age_max", false), age_on});
  group("times", {day("signup_from_day", "backoffice.signup_from"), clock("signup_from_clock"), day("signup_until_day", "backoffice.signup_until"), clock("signup_until_clock"), day("cancel_until_day", "backoffice.cancel_until"), clock("cancel_until_clock")});
}

}  // namespace backoffice
