// Product pages and the availability file beside each.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/base/contact.h"
#include "lib/base/payment_way.h"
#include "render/activity_view.h"
#include "render/hash.h"
#include "render/product_view.h"
#include "render/site.h"
#include "render/words.h"

namespace render {
namespace {

using view::List;
using view::Object;

std::array<std::string, 3> paths_of(const Site& site, const Product& product) {
  std::array<std::string, 3> out;
  for (const auto lang : base::kLangs) {
    if (product.has(lang)) out[base::index(lang)] = site.product_path(lang, product);
  }
  return out;
}

List crumbs(const Site& site, Lang lang, const Product& product) {
  List out;
  const auto* category = site.catalogue.shared.category(product.category);
  const auto* parent = site.catalogue.shared.category(category->parent);
  for (const auto* c : {parent, category}) {
    if (c != nullptr) out.push_back(Object().set("url", site.category_path(lang, *c)).set("name", c->name[lang]));
  }
  return out;
}

void set_seller(const Site& site, Lang lang, const Product& product, Object& data) {
  const auto unit = site.catalogue.shared.units.find(product.unit);
  List phone, email;
  std::string name;
  if (unit != site.catalogue.shared.units.end()) {
    name = unit->second.name[lang];
    if (!unit->second.phone.empty()) {
      phone.push_back(Object().set("href", "tel:" + unit->second.phone).set("text", base::format_phone(unit->second.phone)));
    }
    if (!unit->second.email.empty()) email.push_back(Object().set("text", unit->second.email));
  }
  data.set("unit", name).set("unit_phone", std::move(phone)).set("unit_email", std::move(email));
}

void set_terms(const Site& site, Lang lang, const Product& product, Object& data) {
  List deliveries, validity;
  for (const auto& way : site.catalogue.shared.deliveries) {
    if (std::find(product.deliveries.begin(), product.deliveries.end(), way.code) == product.deliveries.end()) continue;
    List detail;
    if (!way.detail[lang].empty()) detail.push_back(Object().set("text", way.detail[lang]));
    deliveries.push_back(Object()
                             .set("name", way.name[lang])
                             .set("price_shown", way.cents > Cents(0))
                             .set("price", base::format_money(way.cents, lang))
                             .set("detail", std::move(detail)));
  }
  if (product.days_valid) {
    const bool year = *product.days_valid == 365;
    validity.push_back(Object().set("words", year ? site.say(lang, "storefront.valid_year")
                                                  : site.say(lang, "storefront.valid_days", {{"n", std::to_string(*product.days_valid)}})));
  }
  if (product.uses) validity.push_back(Object().set("words", site.say(lang, *product.uses == 1 ? "storefront.valid_once" : "storefront.valid_times", {{"n", std::to_string(*product.uses)}})));
  data.set("deliveries", std::move(deliveries)).set("has_validity", !validity.empty()).set("validity", std::move(validity)).set("holder", product.holder_name);
  const auto ways = site.context.city.benefit_ways.find(product.benefit);
  List benefit;
  if (ways != site.context.city.benefit_ways.end() && !ways->second.empty()) {
    std::string names;
    for (const auto& way : ways->second) names += (names.empty() ? "" : ", ") + base::payment_way(way, "");
    const std::string kind = product.kind == "activity" ? "_adults" : "";
    benefit.push_back(Object().set("words", site.say(lang, "storefront.benefit_" + product.benefit + kind, {{"ways", names}})));
  }
  data.set("benefit", std::move(benefit)).set("gift_card", product.kind == "gift_card");
  const bool fee = !product.consumer_contract;  // a statutory fee: an appeal, no withdrawal
  const bool right = !fee && product.withdrawal != "none_dated_leisure";
  data.set("withdrawal_heading", site.say(lang, fee ? "storefront.appeal" : "storefront.withdrawal"));
  data.set("withdrawal_words", fee ? product.appeal[lang] : site.say(lang, "storefront.withdrawal_" + product.withdrawal));
  data.set("withdrawal_link", right);
}

// What the law wants beside a price that a campaign has lowered (lib/catalogue/campaign.h).
List reduction_of(const Site& site, Lang lang, const Price* price) {
  if (price == nullptr || !price->before) return {};
  return {Object().set("words", site.say(lang, "storefront.reduction", {{"name", price->campaign[lang]}, {"sum", base::format_money(*price->before, lang)}}))};
}

base::Result<std::string> show_product(const Site& site, Lang lang, std::size_t i) {
  const Product& product = site.product(i);
  const Card& card = site.card(lang, i);
  const auto& text = product.text(lang);
  Object data;
  data.set("crumbs", crumbs(site, lang, product)).set("crumb", text.name);
  data.set("name", text.name).set("summary", text.summary).set("path", card.url);
  data.set("picture", card.picture).set("picture_alt", product.alt[lang]);
  data.set("reduced", !card.before.empty()).set("before", card.before).set("reduction", reduction_of(site, lang, site.states[i].lowest));
  data.set("price", card.price).set("from", card.from).set("status", card.status).set("status_words", card.status_words);
  data.set("vat_words", vat_words(site.context.templates, lang, site.catalogue.shared.vat.at(product.vat)));
  data.set("as_of", site.say(lang, "storefront.as_of", {{"when", base::format_date_time(site.catalogue.as_of, lang)}}));
  KK_LET(view::Html description, markdown(text.description));
  data.set("description", std::move(description));
  data.set("buy", buy_form(site, lang, i)).set("paused", paused_view(lang, product.paused ? &*product.paused : nullptr));
  set_terms(site, lang, product, data);
  set_seller(site, lang, product, data);
  const bool is_activity = product.kind == "activity";
  data.set("is_activity", is_activity).set("is_bought", !is_activity).set("sessions", sessions(site, lang, i)).set("asked", asked(site, lang, product));
  data.set("json_ld", is_activity ? events_json_ld(site, lang, i) : json_ld(site, lang, i));
  return site.page("storefront/product", lang,
                   {.title = text.name, .description = text.summary, .picture = card.picture, .paths = paths_of(site, product)},
                   std::move(data));
}

const char* sale_name(Sale sale) {
  switch (sale) {
    case Sale::on: return "on_sale";
    case Sale::not_yet: return "not_yet";
    case Sale::ended: return "ended";
    case Sale::closed: return "closed";
    case Sale::paused: return "paused";
    case Sale::sold_out: return "sold_out";
    case Sale::no_times: return "no_times";
  }
  return "";
}

nlohmann::json availability(const Site& site, std::size_t i) {
  const State& state = site.states[i];
  auto variants = nlohmann::json::array();
  for (const auto& offer : state.offers) {
    nlohmann::json one = {{"id", offer.variant->id}, {"sold_out", offer.sold_out}};
    one["free"] = offer.variant->free ? nlohmann::json(*offer.variant->free) : nlohmann::json();
    variants.push_back(std::move(one));
  }
  return {{"product", site.product(i).id}, {"state", sale_name(state.sale)}, {"variants", std::move(variants)}};
}

}  // namespace

void plan_products(const Site& site, std::vector<Page>& out) {
  for (std::size_t i = 0; i < site.catalogue.products.size(); ++i) {
    const Product& product = site.product(i);
    for (const auto lang : base::kLangs) {
      if (!site.shown(lang, i)) continue;
      const auto input = Hash().add(site.common).add(product.version).add(site.states[i].fingerprint)
                             .add(site.card(lang, i).fingerprint).value();
      out.push_back({file_of(site.product_path(lang, product)), input, Packing::page,
                     [&site, lang, i] { return show_product(site, lang, i); }});
      for (const auto& variant : product.variants) {
        if (!variant.session) continue;
        out.push_back({calendar_path(site, lang, product, variant).substr(1), Hash().add(product.version).value(), Packing::page,
                       [&site, lang, &product, &variant]() -> base::Result<std::string> { return calendar(site, lang, product, variant); }});
      }
    }
    auto json = availability(site, i);
    const auto input = hash_of(json.dump());
    out.push_back({"saatavuus/" + std::to_string(product.id) + ".json", input, Packing::page,
                   [&site, json = std::move(json)]() mutable -> base::Result<std::string> {
                     json["as_of"] = base::to_iso(site.catalogue.as_of);
                     return json.dump();
                   }});
  }
}

}  // namespace render
