#include "registrations/answers.h"

#include <algorithm>

#include "lib/base/contact.h"

namespace registrations {

namespace {

constexpr std::size_t kMaxShort = 200, kMaxLong = 500;
constexpr int kMinor = 18;

// `key`: the beginning of the texts' names, "email_".
std::string problem_key(const std::string& key, base::TextProblem problem) {
  return key + (problem == base::TextProblem::missing ? "required" : base::to_string(problem));
}

// "phone_required" for base::PhoneProblem and so on: the texts of the checkout's phone field.
const char* phone_key(base::PhoneProblem problem) {
  switch (problem) {
    case base::PhoneProblem::missing: return "phone_required";
    case base::PhoneProblem::emergency: return "phone_emergency";
    case base::PhoneProblem::too_long: return "phone_too_long";
    case base::PhoneProblem::invalid:
    case base::PhoneProblem::too_short: return "phone_invalid";
  }
  return "phone_invalid";
}

// One question's answer; empty where nothing was answered.
std::vector<std::string> answer_of(const web::Form& form, const Question& question, int participant, web::Problems& problems) {
  using Type = Question::Type;
  const std::string field = question_field(participant, question);
  const std::size_t before = problems.count();
  std::vector<std::string> out;
  switch (question.type) {
    case Type::many_of:
      for (const auto& choice : question.choices) {
        if (form.ticked(choice_field(participant, question, choice))) out.push_back(choice.code);
      }
      break;
    case Type::one_of:
    case Type::yes_no: {
      const std::string chosen = form.text(field);
      const bool known = std::any_of(question.choices.begin(), question.choices.end(), [&](const auto& choice) { return choice.code == chosen; });
      if (known) out.push_back(chosen);
      else if (!chosen.empty()) problems.add(field, "answer_invalid", {{"question", question.label}});
      break;
    }
    case Type::consent:
      if (form.ticked(field)) out.push_back("yes");
      break;
    case Type::number: {
      const std::string typed = form.text(field);
      const auto number = form.number(field, -999'999'999, 999'999'999);
      if (number) out.push_back(std::to_string(*number));
      else if (!typed.empty()) problems.add(field, "answer_number", {{"question", question.label}});
      break;
    }
    case Type::date: {
      const std::string typed = form.text(field);
      const auto day = base::parse_typed_day(typed);
      if (day) out.push_back(*day);
      else if (!typed.empty()) problems.add(field, "answer_date", {{"question", question.label}});
      break;
    }
    case Type::short_text:
    case Type::long_text: {
      const std::size_t max = question.type == Type::long_text ? kMaxLong : kMaxShort;
      std::string typed = form.text(field);
      std::replace_if(typed.begin(), typed.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
      const auto text = base::clean_text(typed, max);
      if (text) out.push_back(*text);
      else if (text.error() == base::TextProblem::too_long) problems.add(field, "answer_too_long", {{"question", question.label}, {"max", std::to_string(max)}});
      else if (text.error() == base::TextProblem::invalid) problems.add(field, "answer_invalid", {{"question", question.label}});
      break;
    }
  }
  if (out.empty() && question.required && problems.count() == before) problems.add(field, "answer_required", {{"question", question.label}});
  return out;
}

void check_birth(const web::Form& form, const Session& session, int no, base::UtcTime now, Participant& out, web::Problems& problems) {
  const std::string field = field_of(no, "birth"), typed = form.text(field);
  const auto day = base::parse_typed_day(typed);
  if (!day) return problems.add(field, typed.empty() ? "birth_required" : "birth_invalid");
  if (*day > base::helsinki_date_iso(now) || age_on(*day, base::helsinki_date_iso(now)) > 120) return problems.add(field, "birth_invalid");
  out.birth = *day;
  if (session.age_on.empty()) return;
  const int age = age_on(*day, session.age_on);
  if ((session.age_min && age < *session.age_min) || (session.age_max && age > *session.age_max)) {
    problems.add(field, session.age_min && session.age_max ? "birth_not_between" : session.age_min ? "birth_too_young" : "birth_too_old",
                 {{"from", std::to_string(session.age_min.value_or(0))}, {"to", std::to_string(session.age_max.value_or(0))}, {"age", std::to_string(age)}});
  }
}

std::string name_of(const web::Form& form, const std::string& field, const std::string& key, web::Problems& problems) {
  const auto name = base::parse_name(form.text(field));
  if (name) return *name;
  problems.add(field, problem_key(key, name.error()), {{"max", "50"}});
  return {};
}

Participant check_participant(const web::Form& form, const Session& session, int no, bool by_consent, base::UtcTime now, web::Problems& problems) {
  Participant out;
  out.first_name = name_of(form, field_of(no, "first_name"), std::string("participant_first_name_"), problems);
  out.last_name = name_of(form, field_of(no, "last_name"), std::string("participant_last_name_"), problems);
  check_birth(form, session, no, now, out, problems);
  const std::string group_field = field_of(no, "group"), group = form.text(group_field);
  const auto price = std::find_if(session.prices.begin(), session.prices.end(), [&](const auto& one) { return one.group == group || session.prices.size() == 1; });
  if (price != session.prices.end()) out.group = price->group;
  else problems.add(group_field, "price_group_required");
  for (const auto* question : questions_of(session, true)) {
    if (question->answer_class == AnswerClass::health) continue;
    auto answer = answer_of(form, *question, no, problems);
    if (!answer.empty()) out.answers[question->answer_class][question->code] = std::move(answer);
  }
  Answers health = check_health(form, session, no, by_consent, out.consents, problems);
  if (!health.empty()) out.answers[AnswerClass::health] = std::move(health);
  return out;
}

// A name and a phone number that go together: both or none, or both needed.
void check_person(const web::Form& form, const std::string& name_field, const std::string& phone_field, const std::string& name_key, bool name_needed, bool phone_needed, std::string& name, std::string& phone,
                  web::Problems& problems) {
  const std::string typed_name = form.text(name_field), typed_phone = form.text(phone_field);
  if (name_needed || !typed_name.empty()) name = name_of(form, name_field, name_key, problems);
  if (!phone_needed && typed_phone.empty()) return;
  const auto parsed = base::parse_phone(typed_phone);
  if (parsed) phone = *parsed;
  else problems.add(phone_field, phone_key(parsed.error()));
}

bool is_minor(const Participant& participant, const Session& session) {
  return !participant.birth.empty() && age_on(participant.birth, base::helsinki_date_iso(session.starts)) < kMinor;
}

void check_family(const web::Form& form, const Session& session, Filled& out, web::Problems& problems) {
  out.is_protected = form.ticked("protected");
  const bool has_minor = session.minors_only() || std::any_of(out.participants.begin(), out.participants.end(), [&](const auto& one) { return is_minor(one, session); });
  check_person(form, "adult_name", "adult_phone", std::string("guardian_name_"), has_minor, !out.is_protected, out.adult_name, out.adult_phone, problems);
  const std::string email = form.text("email");
  if (!email.empty() || !out.is_protected) {
    const auto parsed = base::parse_email(email);
    if (parsed) out.email = *parsed;
    else problems.add("email", parsed.error() == base::TextProblem::missing ? "signup_email_required" : problem_key(std::string("email_"), parsed.error()), {{"max", "200"}});
    const auto better = parsed ? base::email_suggestion(*parsed) : std::nullopt;
    if (better && form.text("email_asked") != *parsed) problems.add("email", "email_typo", {{"suggestion", *better}});
  }
  const bool somebody = !form.text("reach_name").empty() || !form.text("reach_phone").empty();
  check_person(form, "reach_name", "reach_phone", std::string("reach_name_"), somebody, somebody, out.reach_name, out.reach_phone, problems);
  for (const auto* question : questions_of(session, false)) {
    if (question->of == Question::Of::guardian && !has_minor) continue;
    auto answer = answer_of(form, *question, 0, problems);
    if (!answer.empty()) out.answers[question->answer_class][question->code] = std::move(answer);
  }
}

}  // namespace

base::Cents Filled::total(const Session& session) const {
  base::Cents out;
  for (const auto& one : participants) {
    for (const auto& price : session.prices) {
      if (price.group == one.group) out += price.cents;
    }
  }
  return out;
}

bool Filled::has_health() const {
  return std::any_of(participants.begin(), participants.end(), [](const auto& one) { return one.answers.contains(AnswerClass::health); });
}

std::string field_of(int participant, const std::string& name) { return participant == 0 ? "f_" + name : "p" + std::to_string(participant) + "_" + name; }
std::string question_field(int participant, const Question& question) { return field_of(participant, "q_" + question.code); }
std::string choice_field(int participant, const Question& question, const Question::Choice& choice) { return question_field(participant, question) + "_" + choice.code; }

std::vector<const Question*> questions_of(const Session& session, bool of_participants) {
  std::vector<const Question*> out;
  for (const auto& question : session.questions) {
    if ((question.of == Question::Of::participant) == of_participants) out.push_back(&question);
  }
  return out;
}

Answers check_health(const web::Form& form, const Session& session, int participant, bool by_consent, bool& consents, web::Problems& problems) {
  Answers out;
  for (const auto* question : questions_of(session, true)) {
    if (question->answer_class != AnswerClass::health) continue;
    auto answer = answer_of(form, *question, participant, problems);
    if (!answer.empty()) out[question->code] = std::move(answer);
  }
  const std::string consent = field_of(participant, "consent");
  consents = form.ticked(consent);
  if (!by_consent || out.empty() || consents) return out;
  problems.add(consent, "health_consent_required");
  return {};
}

Filled check_form(const web::Form& form, const Session& session, int seats, bool by_consent, base::UtcTime now, web::Problems& problems) {
  Filled out;
  for (int no = 1; no <= seats; ++no) out.participants.push_back(check_participant(form, session, no, by_consent, now, problems));
  check_family(form, session, out, problems);
  return out;
}

}  // namespace registrations
