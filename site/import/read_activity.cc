// Activities: forms.toml, and the [[session]]s of a course, camp, event or swimming school.
#include <algorithm>

#include "import/read.h"

namespace import {

namespace fs = std::filesystem;
using base::Lang;

namespace {

constexpr int kMostMeetings = 200;

void read_choices(TomlReader& in, const std::vector<Lang>& langs, Question& out) {
  for (auto& table : in.tables("choice")) {
    Choice choice{table.code("code"), table.texts("label", 120, langs)};
    table.refuse_unknown();
    const bool known = std::any_of(out.choices.begin(), out.choices.end(), [&](const auto& other) { return other.code == choice.code; });
    if (known) table.wrong("code", "each choice once");
    out.choices.push_back(std::move(choice));
  }
  const bool chosen = out.type == "one_of" || out.type == "many_of";
  if (chosen == out.choices.empty()) in.wrong("type", chosen ? "a [[form.question.choice]] or more for " + out.type : "no choices for " + out.type);
}

Question read_question(TomlReader& in, const std::vector<Lang>& langs) {
  Question out;
  out.code = in.code("code");
  out.of = in.one_of("of", {"participant", "guardian", "contact"});
  out.type = in.one_of("type", {"short_text", "long_text", "number", "date", "one_of", "many_of", "yes_no", "consent"});
  out.data_class = in.one_of("class", {"plain", "contact", "child", "health"});
  out.required = in.optional_boolean("required", false);
  out.label = in.texts("label", 200, langs);
  out.hint = in.optional_texts("hint", 400, langs);
  read_choices(in, langs, out);
  // A sign-up must be possible without telling anything of one's health (GDPR Art. 9 and 7(4)).
  if (out.data_class == "health" && (out.required || out.of != "participant")) in.wrong("class", "health answers of participants, never required");
  in.refuse_unknown();
  return out;
}

// Meetings of one session: one, or by weekdays over some weeks, which begin with the first of them on `from` or after it.
void read_meetings(TomlReader& in, base::UtcTime now, Session& out) {
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
  if (!first || weekdays.empty()) return;
  auto begin = std::chrono::sys_days{*first};
  for (int i = 0; i < 7 && weekday_of(begin) != weekdays.front(); ++i) begin += std::chrono::days{1};
  for (int i = 0; i < weeks * 7; ++i) {
    const auto day = begin + std::chrono::days{i};
    if (std::find(weekdays.begin(), weekdays.end(), weekday_of(day)) == weekdays.end()) continue;
    const auto starts = helsinki_time(day, clock);
    if (!starts) return in.wrong("time", "a time such as \"18:00\"");
    out.meetings.push_back({*starts, *starts + length});
  }
  if (out.meetings.empty() || out.meetings.size() > kMostMeetings) in.wrong("weeks", "1 to 200 meetings");
}

void read_ages(TomlReader& in, base::UtcTime now, Session& out) {
  out.age_min = in.optional_number("age_min", 0, 120);
  out.age_max = in.optional_number("age_max", 0, 120);
  if (out.age_min && out.age_max && *out.age_min > *out.age_max) in.wrong("age_max", "age_min or more");
  if (out.age_min || out.age_max) out.age_on = in.day("age_on", now);
}

void read_sign_up(TomlReader& in, base::UtcTime now, Session& out) {
  const auto from = in.time("signup_from", now), until = in.time("signup_until", now), cancel = in.time("cancel_until", now);
  if (!from || !until || !cancel || out.meetings.empty()) return;
  out.signup_from = *from;
  out.signup_until = *until;
  out.cancel_until = *cancel;
  if (*from >= *until) in.wrong("signup_until", "a time after signup_from");
  if (*until > out.meetings.back().ends) in.wrong("signup_until", "a time before the last meeting ends");
  if (*cancel > out.meetings.front().starts) in.wrong("cancel_until", "a time before the first meeting");
}

}  // namespace

base::Status read_forms(const std::string& dir, const ReadOptions& options, Catalogue& out, Known& known) {
  const fs::path path = fs::path(dir) / "forms.toml";
  if (!fs::exists(path)) return {};
  KK_LET(const toml::table table, parse_toml(path));
  std::string error;
  TomlReader in(table, path.string(), error);
  const auto langs = languages_of(options.bilingual);
  for (auto& form_table : in.tables("form")) {
    Form form;
    form.code = form_table.code("code");
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

std::vector<Variant> read_sessions(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known) {
  std::vector<Variant> out;
  std::set<std::string> codes;
  for (auto& table : in.tables("session")) {
    Variant variant;
    Session session;
    variant.code = table.code("code");
    variant.name = table.optional_texts("name", 120, langs);
    variant.stock = table.number("seats", 0, 10'000);
    variant.prices = read_prices(table, known);
    session.waiting = table.number("waiting", 0, 10'000);
    session.minimum = table.optional_number("minimum", 0, 10'000).value_or(0);
    session.place = table.texts("place", 120, langs);
    session.address = table.text("address", 160);
    session.access = table.optional_texts("access", 300, langs);
    session.skill = table.optional_texts("skill", 200, langs);
    read_ages(table, now, session);
    read_meetings(table, now, session);
    read_sign_up(table, now, session);
    if (session.minimum > *variant.stock) table.wrong("minimum", "not more than the seats");
    table.refuse_unknown();
    if (!codes.insert(variant.code).second) table.wrong("code", "a code that no other session has");
    if (session.meetings.empty()) continue;
    variant.starts = session.meetings.front().starts;
    variant.ends = session.meetings.back().ends;
    variant.session = std::move(session);
    out.push_back(std::move(variant));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.starts < b.starts; });
  return out;
}

}  // namespace import
