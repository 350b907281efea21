#include "mailer/letter.h"

#include <nlohmann/json.hpp>

#include "lib/base/contact.h"
#include "lib/view/view.h"
#include "mailer/kinds.h"
#include "mailer/layout.h"

namespace mailer {

using base::ErrorKind;
using base::fail;
using base::Lang;
using nlohmann::json;
using view::Object;

struct Letters::Impl {
  base::City city;
  std::string public_url;
  view::Templates templates;
  std::array<Terms, 3> terms;

  // What the frame and any mail may print.
  Object common(Lang lang) const {
    Object out;
    out.set("lang", base::to_string(lang)).set("shop_name", city.shop_name[lang]);
    out.set("brand", to_hex_colour(city.brand)).set("highlight", to_hex_colour(city.highlight));
    out.set("brand_light", to_hex_colour(city.brand_light));
    out.set("front_url", public_url + templates.say(lang, "common.path_front"));
    out.set("my_orders_url", public_url + templates.say(lang, "common.path_orders"));
    out.set("withdraw_url", public_url + templates.say(lang, "common.path_withdraw"));
    out.set("seller_name", city.legal_name[lang]).set("business_id", city.business_id);
    out.set("street_address", city.street_address[lang]);
    out.set("postal_code", city.postal_code).set("town", city.town[lang]);
    out.set("city_email", city.email).set("city_phone", base::format_phone(city.phone));
    out.set("help_hours", city.help_hours[lang]);
    return out;
  }
};

Letters::Letters() = default;
Letters::Letters(Letters&&) noexcept = default;
Letters& Letters::operator=(Letters&&) noexcept = default;
Letters::~Letters() = default;

base::Result<Letters> Letters::load(const base::Instance& instance, const base::City& city) {
  KK_LET(view::Templates templates, view::Templates::load(instance.share, {"mail"}));
  std::array<Terms, 3> terms;
  for (const auto lang : base::kLangs) {
    KK_LET(terms[base::index(lang)], load_terms(instance, city, templates, lang));
  }
  Letters out;
  out.impl_ = std::unique_ptr<Impl>(new Impl{city, instance.public_url, std::move(templates), std::move(terms)});
  for (const auto& kind : kKinds) {
    for (const auto lang : base::kLangs) {
      if (const auto tried = out.write(kind.name, lang, kind.specimen); !tried) {
        return fail(ErrorKind::broken, std::string("mail ") + kind.name + " in " + to_string(lang) + ": " + tried.error().detail);
      }
    }
  }
  return out;
}

base::Result<Letter> Letters::write(std::string_view kind_name, Lang lang, std::string_view bytes) const {
  const Kind* kind = find_kind(kind_name);
  if (kind == nullptr) return fail(ErrorKind::broken, "no such kind of mail");
  const json parsed = json::parse(bytes, nullptr, false);  // no exceptions
  if (!parsed.is_object()) return fail(ErrorKind::broken, "data are no JSON object");
  std::string problem;
  const Data data(parsed, problem);
  const auto& templates = impl_->templates;
  const Filled filled = kind->fill(Context{templates, impl_->city, impl_->terms[base::index(lang)], lang}, data);
  Object values = impl_->common(lang);
  values.set("subject", filled.subject).set("case_code", data.text("case_code"));
  values.merge(filled.values);
  if (!problem.empty()) return fail(ErrorKind::broken, "data lack " + problem);

  const std::string name = std::string("mail/") + kind->name;
  KK_LET(const std::string html, templates.render(name, lang, values));
  KK_LET(const std::string text, templates.render(name + ".txt", lang, values));
  Letter out;
  out.subject = filled.subject;
  KK_LET(out.html, templates.render("mail/frame", lang, values.set("body", view::Html{html})));
  KK_LET(const std::string framed, templates.render("mail/frame.txt", lang, values.set("body", text)));
  out.text = lay_out_text(framed);
  return out;
}

std::string case_code_of(std::string_view data) {
  const json parsed = json::parse(data, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("case_code") || !parsed["case_code"].is_string()) return {};
  return parsed["case_code"].get<std::string>().substr(0, 9);
}

}  // namespace mailer
