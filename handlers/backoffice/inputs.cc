#include "backoffice/inputs.h"

#include <algorithm>

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

view::List name_inputs(const Call& call, const FormFields& fields, const web::Problems& problems) {
  view::List out;
  for (const auto lang : base::kLangs) {
    const std::string code = base::to_string(lang);
    out.push_back(input_view(call, fields, problems, {.id = "name_" + code, .label = call.say("products.in_" + code), .lang = code}));
  }
  return out;
}

view::List price_inputs(const Call& call, const std::vector<Lists::Named>& groups, const FormFields& fields, const web::Problems& problems) {
  view::List out;
  for (const auto& group : groups) {
    view::List cells;
    for (const auto& [prefix, type] : {std::pair{"price_", "text"}, {"next_", "text"}, {"from_", "date"}}) {
      cells.push_back(input_view(call, fields, problems, {.id = prefix + group.code, .label = call.say(std::string("products.field_") + prefix + "of"), .type = type, .is_short = true}));
    }
    out.push_back(view::Object().set("group", group.name).set("cells", std::move(cells)));
  }
  return out;
}

void set_own_prices(const Call& call, const OwnPrices& own, const FormFields& fields, const web::Problems& problems, view::Object& data) {
  const bool any = std::any_of(own.groups.begin(), own.groups.end(), [&](const auto& group) { return !fields.text("price_" + group.code).empty() || !problems.message(call.templates, call.lang, "price_" + group.code).empty(); });
  data.set("may_price", own.may).set("shows_prices", any || !problems.empty()).set("own_prices", price_inputs(call, own.groups, fields, problems));
}

}  // namespace backoffice
