// Activities: forms.toml, and the [[session]]s of a course, camp, event or swimming school.
#include <algorithm>

#include "lib/import/read.h"
#include "lib/catalogue/activity.h"

namespace import {

using base::Lang;

namespace {

void read_choices(TomlReader& in, const std::vector<Lang>& langs, Question& out) {
  for (auto& table : in.tables("choice")) {
    Choice choice{table.code("code"), table.texts("label", 120, langs)};
    table.refuse_unknown();
    const bool known = std::any_of(out.choices.begin(), out.choices.end(), [&](const auto& other) { return other.code == choice.code; });
    if (known) table.wrong("code", "each choice once");
    out.choices.push_back(std::move(choice));
  }
}

Question read_question(TomlReader& in, const std::vector<Lang>& langs) {
  Question out;
  out.code = in.code("code");
  out.of = in.one_of("of", catalogue::kOfWhom);
  out.type = in.one_of("type", catalogue::kQuestionTypes);
  out.data_class = in.one_of("class", catalogue::kDataClasses);
  out.required = in.optional_boolean("required", false);
  out.label = in.texts("label", 200, langs);
  out.hint = in.optional_texts("hint", 400, langs);
  out.purpose = in.optional_texts("purpose", 300, langs);
  out.retired = in.optional_boolean("retired", false);
  read_choices(in, langs, out);
  for (const auto& fault : catalogue::faults_of(out)) in.wrong(fault.field, fault.expected);
  in.refuse_unknown();
  return out;
}

void read_listed_meetings(TomlReader& in, base::UtcTime now, Session& out) {
  for (auto& table : in.tables("meeting")) {
    const auto starts = table.time("starts", now), ends = table.time("ends", now);
    table.refuse_unknown();
    if (!starts || !ends) continue;
    const bool apart = out.meetings.empty() || out.meetings.back().ends <= *starts;
    if (!apart) table.wrong("starts", "a time after the meeting before it");
    if (*ends <= *starts) table.wrong("ends", "a time after starts");
    out.meetings.push_back({*starts, *ends});
  }
  if (out.meetings.size() > catalogue::kMostMeetings) in.wrong("meeting", "1 to 200 meetings");
}

// Meetings of one session: listed, one, or by weekdays over some weeks.
void read_meetings(TomlReader& in, base::UtcTime now, Session& out) {
  if (in.has("meeting")) return read_listed_meetings(in, now, out);
  const std::chrono::minutes length{in.number("minutes", 5, 14 * 1440)};
  if (in.has("starts")) {
    const auto starts = in.time("starts", now);
    if (starts) out.meetings.push_back({*starts, *starts + length});
    return;
  }
  const auto weekdays = in.codes("weekdays");
  const auto first = in.day("from", now);
  const std::string clock = in.text("time", 5);
  const int weeks = in.number("weeks", 1, 60);
  check_weekdays(in, weekdays);
  const auto since = catalogue::parse_clock(clock);
  if (!since) return in.wrong("time", "a time such as \"18:00\"");
  if (!first) return;
  out.meetings = catalogue::meetings_of({std::chrono::sys_days{*first}, weekdays_of(weekdays), *since, length, weeks});
  if (out.meetings.empty() || out.meetings.size() > catalogue::kMostMeetings) in.wrong("weeks", "1 to 200 meetings");
}

void read_ages(TomlReader& in, base::UtcTime now, Session& out) {
  out.age_min = in.optional_number("age_min", 0, 120);
  out.age_max = in.optional_number("age_max", 0, 120);
  if (out.age_min || out.age_max) out.age_on = in.day("age_on", now);
}

void read_sign_up(TomlReader& in, base::UtcTime now, Session& out) {
  const auto from = in.time("signup_from", now), until = in.time("signup_until", now), cancel = in.time("cancel_until", now);
  if (!from || !until || !cancel || out.meetings.empty()) return;
  out.signup_from = *from;
  out.signup_until = *until;
  out.cancel_until = *cancel;
}

}  // namespace

base::Status read_forms(const Folder& folder, const ReadOptions& options, Catalogue& out, Known& known) {
  const std::string path = "forms.toml";
  if (folder.find(path) == nullptr) return {};
  KK_LET(const toml::table table, parse_toml(folder, path));
  std::string error;
  TomlReader in(table, folder.at + path, error);
  const auto langs = languages_of(options.bilingual);
  for (auto& form_table : in.tables("form")) {
    Form form;
    form.code = form_table.code("code");
    form.name = form_table.optional_text("name", 120);
    form.unit = form_table.optional_text("unit", 48);
    if (!form.unit.empty() && !known.units.contains(form.unit)) form_table.wrong("unit", "the code of a [[unit]] in catalogue.toml");
    std::set<std::string> codes;
    for (auto& question : form_table.tables("question")) {
      form.questions.push_back(read_question(question, langs));
      if (!codes.insert(form.questions.back().code).second) question.wrong("code", "each question once");
    }
    form_table.refuse_unknown();
    if (!known.forms.insert(form.code).second) form_table.wrong("code", "a code that no other form has");
    out.forms.push_back(std::move(form));
  }
  in.refuse_unknown();
  if (!error.empty()) return base::fail(base::ErrorKind::invalid, error);
  return {};
}

void read_sessions(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known, Product& out) {
  std::set<std::string> codes;
  for (auto& table : in.tables("session")) {
    Variant variant;
    Session session;
    variant.code = table.code("code");
    variant.name = table.optional_texts("name", 120, langs);
    variant.stock = table.number("seats", 0, 10'000);
    variant.prices = read_prices(table, now, known);
    session.waiting = table.number("waiting", 0, 10'000);
    session.minimum = table.optional_number("minimum", 0, 10'000).value_or(0);
    session.place = table.texts("place", 120, langs);
    session.address = table.text("address", 160);
    session.access = table.optional_texts("access", 300, langs);
    session.skill = table.optional_texts("skill", 200, langs);
    read_ages(table, now, session);
    read_meetings(table, now, session);
    read_sign_up(table, now, session);
    const std::string state = table.has("state") ? table.one_of("state", {"open", "closed", "cancelled", "draft"}) : "open";
    variant.active = !table.optional_boolean("ended", false) && state != "draft";
    for (const auto& fault : catalogue::faults_of(session, variant.stock.value_or(0))) table.wrong(fault.field, fault.expected);
    table.refuse_unknown();
    if (!codes.insert(variant.code).second) table.wrong("code", "a code that no other session has");
    if (session.meetings.empty()) continue;
    variant.starts = session.meetings.front().starts;
    variant.ends = session.meetings.back().ends;
    variant.session = std::move(session);
    if (state != "open") out.session_states[variant.code] = state;
    out.variants.push_back(std::move(variant));
  }
  sort_by_time(out.variants);
}

}  // namespace import
