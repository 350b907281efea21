#include "render/product_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "render/words.h"

namespace render {
namespace {

using view::List;
using view::Object;

constexpr std::size_t kDaysShown = 7;     // days with times that are shown at once; the rest unfold
constexpr std::size_t kSlotsShown = 24;

// Whether all variants cost the same by group; else the prices stand on the variants.
bool one_price_list(const Product& product) {
  return std::all_of(product.prices.begin(), product.prices.end(), [](const auto& p) { return p.variant == 0; });
}

std::vector<std::string> groups_of(const Product& product, const State& state) {
  std::set<std::string> used;
  for (const auto& offer : state.offers) {
    for (const auto* price : prices_of(product, offer.variant->id)) used.insert(price->group);
  }
  return {used.begin(), used.end()};
}

std::string variant_price(const Site& site, Lang lang, const Product& product, const Variant& variant) {
  const auto prices = prices_of(product, variant.id);
  if (prices.empty()) return {};
  const auto low = std::min_element(prices.begin(), prices.end(), [](auto* a, auto* b) { return a->cents < b->cents; });
  const auto words = price_words(site.context.templates, lang, (*low)->cents);
  const bool same = std::all_of(prices.begin(), prices.end(), [&](auto* p) { return p->cents == (*low)->cents; });
  return same ? words : site.say(lang, "common.from") + " " + words;
}

List variant_options(const Site& site, Lang lang, const Product& product, const State& state) {
  List options;
  bool checked = false;
  for (const auto& offer : state.offers) {
    const Variant& v = *offer.variant;
    List note;
    if (v.free) note.push_back(Object().set("text", left_words(site.context.templates, lang, product, v)));
    options.push_back(Object()
                          .set("id", std::to_string(v.id))
                          .set("name", v.name[lang].empty() ? v.code : v.name[lang])
                          .set("note", std::move(note))
                          .set("checked", !checked && !offer.sold_out)
                          .set("disabled", offer.sold_out)
                          .set("price_shown", !one_price_list(product))
                          .set("price", variant_price(site, lang, product, v)));
    checked = checked || !offer.sold_out;
  }
  return options;
}

std::string slot_time(const Site& site, Lang lang, const Variant& v) {
  std::string time = last_moment(v) == *v.ends ? site.say(lang, "storefront.all_day")
                                               : base::format_clock(*v.starts, lang) + "–" + clock_alone(*v.ends, lang);
  return v.name[lang].empty() ? time : time + ", " + v.name[lang];
}

Object slot(const Site& site, Lang lang, const Product& product, const Offer& offer, bool checked) {
  const Variant& v = *offer.variant;
  auto note = left_words(site.context.templates, lang, product, v);
  if (!one_price_list(product)) note += ", " + variant_price(site, lang, product, v);
  return Object().set("id", std::to_string(v.id)).set("time", slot_time(site, lang, v)).set("note", note)
      .set("checked", checked).set("disabled", offer.sold_out);
}

// Times grouped by day; what comes later unfolds.
Object times(const Site& site, Lang lang, const Product& product, const State& state) {
  List days, later_days, slots;
  std::size_t shown = 0, later_count = 0;
  bool checked = false;
  std::string day;
  const auto close_day = [&] {
    if (slots.empty()) return;
    const bool now = days.empty() || (days.size() < kDaysShown && shown + slots.size() <= kSlotsShown && later_days.empty());
    (now ? shown : later_count) += slots.size();
    (now ? days : later_days).push_back(Object().set("day", day).set("slots", std::move(slots)));
    slots = {};
  };
  for (const auto& offer : state.offers) {
    if (!offer.variant->starts) continue;
    const auto this_day = base::format_date(*offer.variant->starts, lang);
    if (this_day != day) close_day();
    day = this_day;
    slots.push_back(slot(site, lang, product, offer, !checked && !offer.sold_out));
    checked = checked || !offer.sold_out;
  }
  close_day();
  List later;
  if (!later_days.empty()) {
    later.push_back(Object()
                        .set("words", site.say(lang, "storefront.later_times", {{"n", std::to_string(later_count)}}))
                        .set("days", std::move(later_days)));
  }
  return Object().set("days", std::move(days)).set("later", std::move(later));
}

List group_options(const Site& site, Lang lang, const Product& product, const std::vector<std::string>& used) {
  List options;
  const bool prices = one_price_list(product);
  for (const auto& group : site.catalogue.shared.groups) {
    if (std::find(used.begin(), used.end(), group.code) == used.end()) continue;
    List proof;
    if (group.proof) proof.push_back(Object().set("text", group.proof_words[lang]));
    Cents cents;
    std::string before;
    for (const auto& price : product.prices) {
      if (price.variant != 0 || price.group != group.code) continue;
      cents = price.cents;
      if (price.before) before = base::format_money(*price.before, lang);
    }
    options.push_back(Object()
                          .set("code", group.code)
                          .set("name", group.name[lang])
                          .set("checked", options.empty())
                          .set("proof", std::move(proof))
                          .set("price_shown", prices)
                          .set("reduced", !before.empty())
                          .set("before", before)
                          .set("price", price_words(site.context.templates, lang, cents)));
  }
  return options;
}

std::string schema_availability(Sale sale) {
  switch (sale) {
    case Sale::on: return "https://schema.org/InStock";
    case Sale::not_yet: return "https://schema.org/PreSale";
    case Sale::sold_out: return "https://schema.org/SoldOut";
    case Sale::ended:
    case Sale::closed:
    case Sale::paused:
    case Sale::no_times: return "https://schema.org/OutOfStock";
  }
  return {};
}

}  // namespace

List buy_form(const Site& site, Lang lang, std::size_t place) {
  const Product& product = site.product(place);
  const State& state = site.states[place];
  // One signs up for an activity; it isn't put in the cart from its page.
  if (state.sale != Sale::on || product.kind == "activity") return {};
  List one_variant, variants, all_times, one_group, groups;
  const bool dated = state.offers.front().variant->starts.has_value();
  if (dated) {
    all_times.push_back(times(site, lang, product, state));
  } else if (state.offers.size() == 1) {
    one_variant.push_back(Object().set("id", std::to_string(state.offers.front().variant->id)));
  } else {
    variants.push_back(Object()
                           .set("heading", site.say(lang, "storefront.choose_variant"))
                           .set("options", variant_options(site, lang, product, state)));
  }
  const auto used = groups_of(product, state);
  if (used.size() == 1) one_group.push_back(Object().set("code", used.front()));
  else groups.push_back(Object().set("options", group_options(site, lang, product, used)));
  auto max = product.max_per_order;
  if (state.free) max = std::min(max, std::max<std::int64_t>(1, *state.free));
  const auto limit = std::to_string(product.max_per_order);
  Object form;
  form.set("one_variant", std::move(one_variant)).set("variants", std::move(variants)).set("times", std::move(all_times));
  form.set("one_group", std::move(one_group)).set("groups", std::move(groups)).set("max", std::to_string(max));
  form.set("limit_words", site.say(lang, "storefront.limit", {{"n", limit}}));
  return {form};
}

List paused_view(Lang lang, const Texts* reason) {
  if (reason == nullptr) return {};
  return {Object().set("reason", (*reason)[lang])};
}

view::Html json_ld(const Site& site, Lang lang, std::size_t place) {
  const Product& product = site.product(place);
  const State& state = site.states[place];
  const auto& url = site.context.instance.public_url;
  nlohmann::ordered_json offer = {{"@type", state.low == state.high ? "Offer" : "AggregateOffer"}, {"priceCurrency", "EUR"}};
  if (state.low == state.high) {
    offer["price"] = base::plain_decimal(state.low);
  } else {
    offer["lowPrice"] = base::plain_decimal(state.low);
    offer["highPrice"] = base::plain_decimal(state.high);
    offer["offerCount"] = product.prices.size();
  }
  offer["availability"] = schema_availability(state.sale);
  offer["url"] = url + site.product_path(lang, product);
  offer["seller"] = {{"@type", "GovernmentOrganization"}, {"name", site.context.city.legal_name[lang]}};
  const nlohmann::ordered_json whole = {{"@context", "https://schema.org"}, {"@type", "Product"},
                                        {"name", product.text(lang).name}, {"description", product.text(lang).summary},
                                        {"sku", product.code}, {"image", url + site.card(lang, place).picture},
                                        {"offers", std::move(offer)}};
  return data_script(whole.dump());
}

view::Html data_script(const std::string& json) {
  std::string text;
  for (const char c : json) {
    if (c == '<') text += "\\u003c";
    else if (c == '>') text += "\\u003e";
    else if (c == '&') text += "\\u0026";
    else text += c;
  }
  return {"<script type=\"application/ld+json\">" + text + "</script>"};
}

}  // namespace render
