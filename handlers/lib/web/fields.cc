#include "lib/web/fields.h"

namespace web {

using view::List;
using view::Object;

void Fields::text(const Text& one) {
  Object out = base_of(one.id, one.label, one.hint, one.required);
  out.set("is_text", !one.is_long).set("is_long", one.is_long).set("value", typed(one.id)).set("autocomplete", one.autocomplete).set("type", one.type).set("inputmode", one.inputmode);
  out.set("is_short", one.is_short);
  list_.push_back(std::move(out));
}

void Fields::choices(const Choices& question, const std::vector<Choice>& choices) {
  Object out = base_of(question.id, question.label, question.hint, question.required);
  List options;
  for (const auto& one : choices) {
    options.push_back(Object().set("id", options.empty() ? question.id : one.id).set("name", one.name).set("value", one.value).set("label", one.label).set("note", one.note).set("has_note", !one.note.empty())
                          .set("price", one.price).set("chosen", one.chosen));
  }
  out.set("is_one", !question.many).set("is_many", question.many).set("options", std::move(options));
  list_.push_back(std::move(out));
}

void Fields::tick(const std::string& id, const std::string& label, const std::string& hint) {
  Object out = base_of(id, label, hint, true);
  out.set("is_tick", true).set("chosen", ticked(id));
  list_.push_back(std::move(out));
}

Object Fields::base_of(const std::string& id, const std::string& label, const std::string& hint, bool required) const {
  const std::string message = problems_.message(templates_, lang_, id);
  Object out;
  out.set("id", id).set("label", label).set("hint", hint).set("has_hint", !hint.empty()).set("wrong", !message.empty()).set("message", message);
  out.set("described", !hint.empty() || !message.empty()).set("described_by", (hint.empty() ? "" : id + "-hint") + (hint.empty() || message.empty() ? "" : " ") + (message.empty() ? "" : id + "-wrong"));
  out.set("optional", !required).set("required", required);
  for (const char* kind : {"is_text", "is_long", "is_one", "is_many", "is_tick"}) out.set(kind, false);
  return out;
}

}  // namespace web
