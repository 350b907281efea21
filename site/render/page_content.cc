#include <toml++/toml.h>

#include <filesystem>

#include "lib/base/contact.h"
#include "render/content.h"
#include "render/hash.h"

namespace render {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

// Pages that the frame links to, with the text that holds their address.
constexpr std::array<std::pair<const char*, const char*>, 8> kLinked = {{{"help", "common.path_help"},
                                                                         {"terms", "common.path_terms"},
                                                                         {"contact", "common.path_contact"},
                                                                         {"privacy-shop", "common.path_privacy"},
                                                                         {"rights", "common.path_rights"},
                                                                         {"accessibility", "common.path_accessibility"},
                                                                         {"cookies", "common.path_cookies"},
                                                                         {"withdrawal", "common.path_withdrawal_info"}}};

std::string path_of(Lang lang, const Document& document) { return std::string("/") + base::to_string(lang) + "/" + document.slug; }

base::Status check_linked(const Context& context) {
  for (const auto& [name, key] : kLinked) {
    for (const auto lang : base::kLangs) {
      const auto& documents = context.documents[base::index(lang)];
      const auto found = documents.find(name);
      const auto wanted = context.templates.say(lang, key);
      if (found != documents.end() && path_of(lang, found->second) == wanted) continue;
      return fail(ErrorKind::broken, std::string("content/") + base::to_string(lang) + "/" + name + ".md: its address is not " +
                                         wanted + " as text " + key + " has it");
    }
  }
  return {};
}

// data_map.toml: what personal data each place holds, for the privacy notice.
base::Status load_data_map(Context& context) {
  const fs::path path = fs::path(context.instance.share) / "schema" / "data_map.toml";
  try {
    const auto map = toml::parse_file(path.string());
    const auto* rows = map["personal_data"].as_array();
    if (rows == nullptr) return fail(ErrorKind::broken, path.string() + ": no list personal_data");
    for (const auto& row : *rows) {
      std::map<std::string, base::Texts> out;
      for (const char* key : {"label", "purpose"}) {
        for (const auto lang : base::kLangs) {
          const auto words = toml::node_view(row)[key][base::to_string(lang)].value_or(std::string());
          if (words.empty()) {
            return fail(ErrorKind::broken, path.string() + ":" + std::to_string(row.source().begin.line) + ": no " + key + "." +
                                               base::to_string(lang));
          }
          out[key][lang] = words;
        }
      }
      context.personal_data.push_back(std::move(out));
    }
  } catch (const toml::parse_error& problem) {
    return fail(ErrorKind::broken, path.string() + ":" + std::to_string(problem.source().begin.line) + ": " +
                                       std::string(problem.description()));
  }
  return {};
}

std::string day_words(const std::string& iso, Lang lang) {
  const auto time = base::parse_helsinki(iso + "T12:00");
  return time ? base::format_date(*time, lang) : iso;
}

void add_register(Values& values, const std::string& prefix, const base::Register& from, Lang lang) {
  values.texts[prefix + "name"] = from.name[lang];
  values.texts[prefix + "controller"] = from.controller[lang];
  values.texts[prefix + "responsible"] = from.responsible[lang];
  values.texts[prefix + "contact"] = from.contact[lang];
  values.texts[prefix + "contact_email"] = from.contact_email;
  values.texts[prefix + "contact_phone"] = base::format_phone(from.contact_phone);
  values.texts[prefix + "dpo"] = from.dpo[lang];
  values.texts[prefix + "dpo_email"] = from.dpo_email;
  values.texts[prefix + "dpo_phone"] = base::format_phone(from.dpo_phone);
  values.texts[prefix + "updated"] = day_words(from.updated, lang);
}

Values values_of(const Context& context, Lang lang) {
  const auto& city = context.city;
  Values v;
  v.texts = {{"public_url", context.instance.public_url},
             {"city.name", city.name[lang]},
             {"city.shop_name", city.shop_name[lang]},
             {"city.legal_name", city.legal_name[lang]},
             {"city.business_id", city.business_id},
             {"city.street_address", city.street_address[lang]},
             {"city.postal_code", city.postal_code},
             {"city.town", city.town[lang]},
             {"city.email", city.email},
             {"city.phone", base::format_phone(city.phone)},
             {"city.help_hours", city.help_hours[lang]},
             {"city.website", city.website},
             {"city.security_contact", city.security_contact},
             {"payment.payee", city.payee},
             {"payment.hold_minutes", std::to_string(city.hold_minutes)},
             {"signup.hold_minutes", std::to_string(city.signup_hold_minutes)},
             {"signup.offer_hours", std::to_string(city.signup_offer_hours)},
             {"signup.lists_days_before", std::to_string(city.signup_lists_days_before)},
             {"age.full", std::to_string(city.age_full)},
             {"age.minor_value", std::to_string(city.age_minor_value)}};
  for (const auto& [name, number] : city.retention) v.texts["retention." + name] = std::to_string(number);
  add_register(v, "register.shop.", city.shop, lang);
  add_register(v, "register.recordings.", city.recordings, lang);
  v.flags["bilingual"] = city.bilingual;
  auto& rows = v.lists["personal_data"];
  for (const auto& row : context.personal_data) {
    rows.push_back({{"label", row.at("label")[lang]}, {"purpose", row.at("purpose")[lang]}});
  }
  return v;
}

std::optional<std::string> link_target(const Site& site, Lang lang, std::string_view link) {
  const std::string name(link.substr(5));
  if (link.starts_with("page:")) {
    const auto& documents = site.context.documents[base::index(lang)];
    const auto found = documents.find(name);
    return found == documents.end() ? std::nullopt : std::optional(path_of(lang, found->second));
  }
  static const std::map<std::string, std::string> kPaths = {{"front", "common.path_front"},     {"search", "common.path_search"},
                                                            {"cart", "common.path_cart"},       {"my-orders", "common.path_orders"},
                                                            {"withdraw", "common.path_withdraw"}};
  const auto found = kPaths.find(name);
  return found == kPaths.end() ? std::nullopt : std::optional(site.say(lang, found->second));
}

base::Result<std::string> show_document(const Site& site, Lang lang, const std::string& name) {
  const Document& document = site.context.documents[base::index(lang)].at(name);
  const auto values = values_of(site.context, lang);
  const auto filled = fill(document.body, values);
  const auto summary = fill(document.summary, values);
  if (!filled) return fail(filled.error());
  if (!summary) return fail(summary.error());
  KK_LET(view::Html html, markdown(*filled, [&](std::string_view link) { return link_target(site, lang, link); }));
  view::List updated;
  if (!document.updated.empty()) {
    updated.push_back(view::Object().set("words", site.say(lang, "content.updated", {{"when", day_words(document.updated, lang)}})));
  }
  view::Object data;
  data.set("crumbs", view::List{}).set("crumb", document.title).set("summary", *summary).set("content", std::move(html));
  data.set("updated", std::move(updated));
  Site::Head head{.title = document.title, .description = *summary};
  for (const auto other : base::kLangs) {
    head.paths[base::index(other)] = path_of(other, site.context.documents[base::index(other)].at(name));
  }
  return site.page("content/page", lang, head, std::move(data));
}

}  // namespace

base::Status load_content(Context& context) {
  for (const auto lang : base::kLangs) {
    const fs::path dir = fs::path(context.instance.share) / "content" / base::to_string(lang);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(dir, error)) {
      if (entry.path().extension() != ".md") continue;
      KK_LET(auto document, read_document(entry.path().string()));
      context.documents[base::index(lang)][entry.path().stem().string()] = std::move(document);
    }
    if (error) return fail(ErrorKind::broken, dir.string() + ": " + error.message());
  }
  for (const auto lang : base::kLangs) {
    for (const auto& [name, document] : context.documents[0]) {
      if (!context.documents[base::index(lang)].contains(name)) {
        return fail(ErrorKind::broken, std::string("content/") + base::to_string(lang) + "/" + name + ".md is missing");
      }
    }
    if (context.documents[base::index(lang)].size() != context.documents[0].size()) {
      return fail(ErrorKind::broken, std::string("content/") + base::to_string(lang) + " has pages that fi lacks");
    }
  }
  KK_TRY(check_linked(context));
  return load_data_map(context);
}

void plan_content(const Site& site, std::vector<Page>& out) {
  for (const auto lang : base::kLangs) {
    for (const auto& [name, document] : site.context.documents[base::index(lang)]) {
      out.push_back({file_of(path_of(lang, document)), site.common, Packing::page,
                     [&site, lang, name = name] { return show_document(site, lang, name); }});
    }
  }
}

}  // namespace render
