#include "registrations/form_view.h"

#include <algorithm>

namespace registrations {

using view::List;
using view::Object;

namespace {

class Fields {
 public:
  Fields(const Call& call, const web::Form* typed, const web::Problems& problems) : call_(call), typed_(typed), problems_(problems) {}

  struct Text {
    std::string id, label, hint;
    const char* autocomplete = "off";
    const char* type = "text";
    const char* inputmode = "text";
    bool required = true, is_long = false, is_short = false;
  };
  void text(const Text& one) {
    Object out = base_of(one.id, one.label, one.hint, one.required);
    out.set("is_text", !one.is_long).set("is_long", one.is_long).set("value", typed(one.id)).set("autocomplete", one.autocomplete).set("type", one.type).set("inputmode", one.inputmode);
    out.set("is_short", one.is_short);
    list_.push_back(std::move(out));
  }

  struct Choice {
    std::string id, name, value, label, note, price;
    bool chosen = false;
  };
  void choices(const std::string& id, const std::string& label, const std::string& hint, bool required, bool many, const std::vector<Choice>& choices) {
    Object out = base_of(id, label, hint, required);
    List options;
    for (const auto& one : choices) {
      options.push_back(Object().set("id", options.empty() ? id : one.id).set("name", one.name).set("value", one.value).set("label", one.label).set("note", one.note).set("has_note", !one.note.empty())
                            .set("price", one.price).set("chosen", one.chosen));
    }
    out.set("is_one", !many).set("is_many", many).set("options", std::move(options));
    list_.push_back(std::move(out));
  }

  void tick(const std::string& id, const std::string& label, const std::string& hint) {
    Object out = base_of(id, label, hint, true);
    out.set("is_tick", true).set("chosen", typed_ != nullptr && typed_->ticked(id));
    list_.push_back(std::move(out));
  }

  void question(const Question& question, int participant) {
    using Type = Question::Type;
    const std::string id = question_field(participant, question);
    switch (question.type) {
      case Type::short_text: return text({id, question.label, question.hint, "off", "text", "text", question.required, false, false});
      case Type::long_text: return text({id, question.label, question.hint, "off", "text", "text", question.required, true, false});
      case Type::number: return text({id, question.label, question.hint, "off", "text", "numeric", question.required, false, true});
      case Type::date: return text({id, question.label, question.hint.empty() ? call_.say("signup.date_hint") : question.hint, "off", "text", "text", question.required, false, true});
      case Type::consent: return tick(id, question.label, question.hint);
      case Type::one_of:
      case Type::many_of:
      case Type::yes_no: break;
    }
    const bool many = question.type == Type::many_of;
    std::vector<Choice> list;
    for (const auto& choice : question.choices) {
      const std::string field = choice_field(participant, question, choice);
      const std::string label = question.type == Type::yes_no ? call_.say(choice.code == "yes" ? "signup.yes" : "signup.no") : choice.label;
      const bool chosen = typed_ != nullptr && (many ? typed_->ticked(field) : typed_->text(id) == choice.code);
      list.push_back({field, many ? field : id, many ? "1" : choice.code, label, "", "", chosen});
    }
    choices(id, question.label, question.hint, question.required, many, list);
  }

  std::string typed(const std::string& id) const { return typed_ == nullptr ? std::string() : typed_->text(id); }
  const web::Form* form() const { return typed_; }
  List take() { return std::move(list_); }

 private:
  Object base_of(const std::string& id, const std::string& label, const std::string& hint, bool required) const {
    const std::string message = problems_.message(call_.app.templates, call_.lang, id);
    Object out;
    out.set("id", id).set("label", label).set("hint", hint).set("has_hint", !hint.empty()).set("wrong", !message.empty()).set("message", message);
    out.set("described", !hint.empty() || !message.empty()).set("described_by", (hint.empty() ? "" : id + "-hint") + (hint.empty() || message.empty() ? "" : " ") + (message.empty() ? "" : id + "-wrong"));
    out.set("optional", !required).set("required", required);
    for (const char* kind : {"is_text", "is_long", "is_one", "is_many", "is_tick"}) out.set(kind, false);
    return out;
  }

  const Call& call_;
  const web::Form* typed_;
  const web::Problems& problems_;
  List list_;
};

void add_groups(const Call& call, const Session& session, int no, Fields& fields) {
  if (session.prices.size() < 2) return;
  const std::string id = field_of(no, "group");
  std::vector<Fields::Choice> choices;
  for (const auto& price : session.prices) {
    choices.push_back({id + "_" + price.group, id, price.group, price.name, price.proof, price.cents.value() == 0 ? call.say("signup.free") : base::format_money(price.cents, call.lang), fields.typed(id) == price.group});
  }
  fields.choices(id, call.say("signup.price_group"), "", true, false, choices);
}

}  // namespace

List health_view(const Call& call, const Session& session, int participant, const web::Form* typed, const web::Problems& problems) {
  Fields fields(call, typed, problems);
  for (const auto* question : questions_of(session, true)) {
    if (question->answer_class == AnswerClass::health) fields.question(*question, participant);
  }
  List list = fields.take();
  if (list.empty()) return {};
  Fields consent(call, typed, problems);
  if (call.app.city.health_by_consent) consent.tick(field_of(participant, "consent"), call.say("signup.health_consent"), "");
  return {Object().set("fields", std::move(list)).set("consent", consent.take()).set("by_task", !call.app.city.health_by_consent)};
}

List participants_view(const Call& call, const Session& session, int seats, const web::Form* typed, const web::Problems& problems) {
  List out;
  for (int no = 1; no <= seats; ++no) {
    Fields fields(call, typed, problems);
    fields.text({.id = field_of(no, "first_name"), .label = call.say("signup.first_name"), .hint = ""});
    fields.text({.id = field_of(no, "last_name"), .label = call.say("signup.last_name"), .hint = ""});
    fields.text({.id = field_of(no, "birth"), .label = call.say("signup.birth"), .hint = call.say("signup.date_hint"), .inputmode = "decimal", .is_short = true});
    add_groups(call, session, no, fields);
    for (const auto* question : questions_of(session, true)) {
      if (question->answer_class != AnswerClass::health) fields.question(*question, no);
    }
    out.push_back(Object().set("legend", seats == 1 ? call.say("signup.participant") : call.say("signup.participant_no", {{"n", std::to_string(no)}})).set("fields", fields.take())
                      .set("health", health_view(call, session, no, typed, problems)));
  }
  return out;
}

List family_view(const Call& call, const Session& session, const web::Form* typed, const web::Problems& problems) {
  Fields fields(call, typed, problems);
  if (!session.adults_only()) {
    fields.text({.id = "adult_name", .label = call.say("signup.guardian_name"), .hint = session.minors_only() ? "" : call.say("signup.guardian_hint"), .autocomplete = "name", .required = session.minors_only()});
  }
  fields.text({.id = "adult_phone", .label = call.say(session.minors_only() ? "signup.guardian_phone" : "signup.own_phone"), .hint = "", .autocomplete = "tel", .type = "tel", .inputmode = "tel"});
  fields.text({.id = "email", .label = call.say("signup.email"), .hint = call.say("signup.email_hint"), .autocomplete = "email", .type = "email", .inputmode = "email"});
  for (const auto* question : questions_of(session, false)) {
    if (question->of == Question::Of::guardian && !session.adults_only()) fields.question(*question, 0);
  }
  fields.tick("protected", call.say("signup.protected"), call.say("signup.protected_hint"));
  return fields.take();
}

List reached_view(const Call& call, const Session& session, const web::Form* typed, const web::Problems& problems) {
  Fields fields(call, typed, problems);
  fields.text({.id = "reach_name", .label = call.say("signup.reach_name"), .hint = "", .required = false});
  fields.text({.id = "reach_phone", .label = call.say("signup.reach_phone"), .hint = "", .type = "tel", .inputmode = "tel", .required = false});
  for (const auto* question : questions_of(session, false)) {
    if (question->of == Question::Of::contact) fields.question(*question, 0);
  }
  return fields.take();
}

}  // namespace registrations
