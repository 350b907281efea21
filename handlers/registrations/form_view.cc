#include "registrations/form_view.h"

#include "lib/web/fields.h"

namespace registrations {

using view::List;
using view::Object;

namespace {

using web::Fields;

// Its hint, and why it is asked.
std::string hint_of(const Call& call, const Question& question) {
  std::string hint = question.type == Question::Type::date && question.hint.empty() ? call.say("signup.date_hint") : question.hint;
  if (!question.purpose.empty()) hint += (hint.empty() ? "" : " ") + call.say("signup.purpose", {{"purpose", question.purpose}});
  return hint;
}

void add_question(const Call& call, const Question& question, int participant, Fields& fields) {
  using Type = Question::Type;
  const std::string id = question_field(participant, question), hint = hint_of(call, question);
  switch (question.type) {
    case Type::short_text: return fields.text({.id = id, .label = question.label, .hint = hint, .required = question.required});
    case Type::long_text: return fields.text({.id = id, .label = question.label, .hint = hint, .required = question.required, .is_long = true});
    case Type::number: return fields.text({.id = id, .label = question.label, .hint = hint, .inputmode = "numeric", .required = question.required, .is_short = true});
    case Type::date: return fields.text({.id = id, .label = question.label, .hint = hint, .required = question.required, .is_short = true});
    case Type::consent: return fields.tick(id, question.label, hint);
    case Type::one_of:
    case Type::many_of:
    case Type::yes_no: break;
  }
  const bool many = question.type == Type::many_of;
  std::vector<Fields::Choice> list;
  for (const auto& choice : question.choices) {
    const std::string field = choice_field(participant, question, choice);
    const std::string label = question.type == Type::yes_no ? call.say(choice.code == "yes" ? "signup.yes" : "signup.no") : choice.label;
    list.push_back({field, many ? field : id, many ? "1" : choice.code, label, "", "", many ? fields.ticked(field) : fields.typed(id) == choice.code});
  }
  fields.choices({.id = id, .label = question.label, .hint = hint, .required = question.required, .many = many}, list);
}

void add_groups(const Call& call, const Session& session, int no, Fields& fields) {
  if (session.prices.size() < 2) return;
  const std::string id = field_of(no, "group");
  std::vector<Fields::Choice> choices;
  for (const auto& price : session.prices) {
    choices.push_back({id + "_" + price.group, id, price.group, price.name, price.proof, price.cents.value() == 0 ? call.say("signup.free") : base::format_money(price.cents, call.lang), fields.typed(id) == price.group});
  }
  fields.choices({.id = id, .label = call.say("signup.price_group"), .hint = ""}, choices);
}

}  // namespace

List health_view(const Call& call, const Session& session, int participant, const web::Form* typed, const web::Problems& problems) {
  Fields fields(call.app.templates, call.lang, typed, problems);
  for (const auto* question : questions_of(session, true)) {
    if (question->answer_class == AnswerClass::health) add_question(call, *question, participant, fields);
  }
  List list = fields.take();
  if (list.empty()) return {};
  Fields consent(call.app.templates, call.lang, typed, problems);
  if (call.app.city.health_by_consent) consent.tick(field_of(participant, "consent"), call.say("signup.health_consent"), "");
  return {Object().set("fields", std::move(list)).set("consent", consent.take()).set("by_task", !call.app.city.health_by_consent)};
}

List participants_view(const Call& call, const Session& session, int seats, const web::Form* typed, const web::Problems& problems) {
  List out;
  for (int no = 1; no <= seats; ++no) {
    Fields fields(call.app.templates, call.lang, typed, problems);
    fields.text({.id = field_of(no, "first_name"), .label = call.say("signup.first_name"), .hint = ""});
    fields.text({.id = field_of(no, "last_name"), .label = call.say("signup.last_name"), .hint = ""});
    fields.text({.id = field_of(no, "birth"), .label = call.say("signup.birth"), .hint = call.say("signup.date_hint"), .inputmode = "decimal", .is_short = true});
    add_groups(call, session, no, fields);
    for (const auto* question : questions_of(session, true)) {
      if (question->answer_class != AnswerClass::health) add_question(call, *question, no, fields);
    }
    out.push_back(Object().set("legend", seats == 1 ? call.say("signup.participant") : call.say("signup.participant_no", {{"n", std::to_string(no)}})).set("fields", fields.take())
                      .set("health", health_view(call, session, no, typed, problems)));
  }
  return out;
}

List family_view(const Call& call, const Session& session, const web::Form* typed, const web::Problems& problems) {
  Fields fields(call.app.templates, call.lang, typed, problems);
  if (!session.adults_only()) {
    fields.text({.id = "adult_name", .label = call.say("signup.guardian_name"), .hint = session.minors_only() ? "" : call.say("signup.guardian_hint"), .autocomplete = "name", .required = session.minors_only()});
  }
  fields.text({.id = "adult_phone", .label = call.say(session.minors_only() ? "signup.guardian_phone" : "signup.own_phone"), .hint = "", .autocomplete = "tel", .type = "tel", .inputmode = "tel"});
  fields.text({.id = "email", .label = call.say("signup.email"), .hint = call.say("signup.email_hint"), .autocomplete = "email", .type = "email", .inputmode = "email"});
  for (const auto* question : questions_of(session, false)) {
    if (question->of == Question::Of::guardian && !session.adults_only()) add_question(call, *question, 0, fields);
  }
  fields.tick("protected", call.say("signup.protected"), call.say("signup.protected_hint"));
  return fields.take();
}

List reached_view(const Call& call, const Session& session, const web::Form* typed, const web::Problems& problems) {
  Fields fields(call.app.templates, call.lang, typed, problems);
  fields.text({.id = "reach_name", .label = call.say("signup.reach_name"), .hint = "", .required = false});
  fields.text({.id = "reach_phone", .label = call.say("signup.reach_phone"), .hint = "", .type = "tel", .inputmode = "tel", .required = false});
  for (const auto* question : questions_of(session, false)) {
    if (question->of == Question::Of::contact) add_question(call, *question, 0, fields);
  }
  return fields.take();
}

}  // namespace registrations
