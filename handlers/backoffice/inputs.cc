#include "backoffice/inputs.h"

#include "lib/base/contact.h"

namespace backoffice {

view::Object input_view(const Call& call, const FormFields& fields, const web::Problems& problems, const Input& input) {
  const std::string& value = fields.text(input.id);
  const std::string message = problems.message(call.templates, call.lang, input.id);
  view::List options;
  for (const auto& one : input.options) options.push_back(view::Object().set("value", one.code).set("words", one.name).set("chosen", one.code == value));
  view::Object out;
  out.set("is_text", input.kind == Input::Kind::text).set("is_area", input.kind == Input::Kind::area).set("is_select", input.kind == Input::Kind::select).set("is_tick", input.kind == Input::Kind::tick);
  out.set("id", input.id).set("label", input.label).set("value", value).set("chosen", fields.ticked(input.id)).set("options", std::move(options));
  out.set("type", input.type).set("is_short", input.is_short).set("has_lang", !input.lang.empty()).set("lang", input.lang);
  out.set("has_hint", !input.hint.empty()).set("hint", input.hint).set("wrong", !message.empty()).set("message", message).set("missing", input.is_missing);
  out.set("described", !input.hint.empty() || !message.empty());
  out.set("described_by", (input.hint.empty() ? "" : input.id + "-hint") + std::string(input.hint.empty() || message.empty() ? "" : " ") + (message.empty() ? "" : input.id + "-wrong"));
  return out;
}

view::Object row_words_view(const Call& call, const web::Problems& problems, const RowWords& words) {
  const std::string message = problems.message(call.templates, call.lang, words.id);
  view::Object out;
  out.set("id", words.id).set("label", words.label).set("typed", words.came_back ? call.form.text("words") : "").set("is_long", words.is_long).set("wrong", !message.empty()).set("message", message);
  return out;
}

std::string staff_words(const Call& call, web::Problems& problems, const Reason& reason) {
  const auto words = base::clean_text(call.form.text(reason.field), reason.max);
  if (words) return *words;
  if (words.error() == base::TextProblem::too_long) problems.add(reason.id, "text_too_long", {{"max", std::to_string(reason.max)}});
  else problems.add(reason.id, words.error() == base::TextProblem::missing ? "reason_required" : "words_invalid");
  return {};
}

}  // namespace backoffice
