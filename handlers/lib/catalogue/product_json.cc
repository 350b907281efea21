#include "lib/catalogue/product_json.h"

#include <nlohmann/json.hpp>
#include <map>

#include "lib/crypto/crypto.h"

namespace catalogue {

using base::fail;
using Json = nlohmann::ordered_json;

namespace {

Json of(const base::Texts& texts) {
  Json out = Json::object();
  for (const auto lang : base::kLangs) {
    if (!texts[lang].empty()) out[base::to_string(lang)] = texts[lang];
  }
  return out;
}

Json of(const std::vector<Price>& prices) {
  Json out = Json::object();
  for (const auto& price : prices) {
    out[price.group] = {{"cents", price.cents.value()}};
    if (price.next_from.empty()) continue;
    out[price.group]["next_from"] = price.next_from;
    out[price.group]["next_cents"] = price.next_cents.value();
  }
  return out;
}

Json of(const Variant& v) {
  Json out = {{"name", of(v.name)}, {"active", v.active}};
  if (v.starts) out["starts"] = base::to_iso(*v.starts);
  if (v.ends) out["ends"] = base::to_iso(*v.ends);
  if (!v.prices.empty()) out["prices"] = of(v.prices);
  return out;
}

// The plain fields, by name, for both ways.
template <typename P, typename Each>
void each_text(P& p, Each each) {
  each("code", p.code), each("kind", p.kind), each("category", p.category), each("unit", p.unit), each("vat", p.vat), each("withdrawal", p.withdrawal);
  each("cost_centre", p.cost_centre), each("ledger_account", p.ledger_account), each("state", p.state);
}
template <typename P, typename Each>
void each_flag(P& p, Each each) {
  each("consumer_contract", p.consumer_contract), each("minor_value", p.minor_value), each("holder_name", p.holder_name), each("topical", p.topical);
}
template <typename P, typename Each>
void each_number(P& p, Each each) {
  each("max_per_order", p.max_per_order), each("order", p.order);
}
template <typename P, typename Each>
void each_texts(P& p, Each each) {
  each("name", p.name), each("summary", p.summary), each("description", p.description), each("alt", p.alt), each("slug", p.slug), each("appeal", p.appeal);
}
template <typename P, typename Each>
void each_time(P& p, Each each) {
  each("shown_from", p.shown_from), each("sale_from", p.sale_from), each("sale_until", p.sale_until);
}

Json json_of(const Product& p) {
  Json out = Json::object();
  each_text(p, [&](const char* name, const auto& value) { out[name] = value; });
  each_flag(p, [&](const char* name, const auto& value) { out[name] = value; });
  each_number(p, [&](const char* name, const auto& value) { out[name] = value; });
  each_texts(p, [&](const char* name, const auto& value) { out[name] = of(value); });
  each_time(p, [&](const char* name, const auto& value) { if (value) out[name] = base::to_iso(*value); });
  if (p.days_valid) out["days_valid"] = *p.days_valid;
  if (p.uses) out["uses"] = *p.uses;
  if (p.benefit != "none") out["benefit"] = p.benefit;
  if (!p.image.empty()) out["image"] = crypto::to_hex(p.image);
  if (p.activity) out["activity"] = {{"type", p.activity->type}, {"form", p.activity->form}};
  out["deliveries"] = Json::object();
  for (const auto& way : p.deliveries) out["deliveries"][way] = true;
  out["prices"] = of(p.prices);
  out["variants"] = Json::object();
  for (const auto& v : p.variants) out["variants"][v.code] = of(v);
  return out;
}

base::Texts texts_of(const Json& json) {
  base::Texts out;
  for (const auto lang : base::kLangs) out[lang] = json.value(base::to_string(lang), std::string());
  return out;
}

std::vector<Price> prices_of(const Json& json) {
  std::vector<Price> out;
  for (const auto& [group, price] : json.items()) {
    out.push_back({group, base::Cents(price.at("cents").get<std::int64_t>()), price.value("next_from", std::string()), base::Cents(price.value("next_cents", std::int64_t{0}))});
  }
  return out;
}

std::optional<base::UtcTime> time_of(const Json& json, const char* name) {
  return json.contains(name) ? base::parse_utc(json.at(name).get<std::string>()) : std::nullopt;
}

Product product_of(const Json& json) {
  Product p;
  each_text(p, [&](const char* name, auto& value) { value = json.at(name).template get<std::string>(); });
  each_flag(p, [&](const char* name, auto& value) { value = json.at(name).template get<bool>(); });
  each_number(p, [&](const char* name, auto& value) { value = json.at(name).template get<int>(); });
  each_texts(p, [&](const char* name, auto& value) { value = texts_of(json.at(name)); });
  each_time(p, [&](const char* name, auto& value) { value = time_of(json, name); });
  if (json.contains("days_valid")) p.days_valid = json.at("days_valid").get<int>();
  if (json.contains("uses")) p.uses = json.at("uses").get<int>();
  p.benefit = json.value("benefit", std::string("none"));  // versions are older than it
  if (json.contains("image")) p.image = crypto::from_hex(json.at("image").get<std::string>()).value_or("");
  if (json.contains("activity")) p.activity = Activity{json.at("activity").at("type").get<std::string>(), json.at("activity").at("form").get<std::string>()};
  for (const auto& [way, yes] : json.at("deliveries").items()) p.deliveries.push_back(way);
  p.prices = prices_of(json.at("prices"));
  for (const auto& [code, v] : json.at("variants").items()) {
    p.variants.push_back({code, texts_of(v.at("name")), {}, time_of(v, "starts"), time_of(v, "ends"), v.contains("prices") ? prices_of(v.at("prices")) : std::vector<Price>(), {}, v.at("active").get<bool>()});
  }
  return p;
}

// What is compared: all but an activity's sessions, which have versions of their own.
Json compared(const Product& product) {
  Json out = json_of(product);
  if (product.kind == "activity") out.erase("variants");
  return out;
}

// Leaves by path. Empty objects count as nothing.
std::map<std::string, Json> leaves(const Product& product) {
  std::map<std::string, Json> out;
  const Json flat = compared(product).flatten();
  for (const auto& [path, value] : flat.items()) {
    if (!value.is_null()) out[path] = value;
  }
  return out;
}

std::string words(const std::map<std::string, Json>& all, const std::string& path) {
  const auto found = all.find(path);
  if (found == all.end()) return {};
  return found->second.is_string() ? found->second.get<std::string>() : found->second.dump();
}

// What was changed from `base` to `mine`, put onto `theirs`; null: it isn't there. What one has taken away and the other has changed is as mine is, whole.
Json merged(const Json& base, const Json& mine, const Json& theirs) {
  if (mine == base) return theirs;
  if (theirs == base || !mine.is_object() || !theirs.is_object()) return mine;
  const auto at = [](const Json& json, const std::string& key) { return json.is_object() && json.contains(key) ? json.at(key) : Json(); };
  Json out = Json::object();
  for (const auto* one : {&theirs, &mine}) {
    for (const auto& [key, value] : one->items()) {
      Json both = out.contains(key) ? Json() : merged(at(base, key), at(mine, key), at(theirs, key));
      if (!both.is_null()) out[key] = std::move(both);
    }
  }
  // A coming price and its day are one thing: half of it would be a price of nothing.
  if (out.contains("next_from") != out.contains("next_cents")) {
    for (const char* key : {"next_from", "next_cents"}) {
      out.erase(key);
      if (mine.contains(key)) out[key] = mine.at(key);
    }
  }
  return out;
}

template <typename Act>
auto guarded(Act act) -> base::Result<decltype(act())> {
  try {
    return act();
  } catch (const std::exception& problem) {
    return fail(base::ErrorKind::broken, std::string("a product's JSON: ") + problem.what());
  }
}

}  // namespace

std::string to_json(const Product& product) { return json_of(product).dump(); }

base::Result<Product> from_json(const std::string& json) {
  return guarded([&] { return product_of(Json::parse(json)); });
}

std::vector<Difference> differences(const Product& one, const Product& other) {
  const auto mine = leaves(one), theirs = leaves(other);
  std::vector<Difference> out;
  for (const auto& [path, value] : mine) {
    if (const auto found = theirs.find(path); found == theirs.end() || found->second != value) out.push_back({path, words(mine, path), words(theirs, path)});
  }
  for (const auto& [path, value] : theirs) {
    if (!mine.contains(path)) out.push_back({path, "", words(theirs, path)});
  }
  return out;
}

base::Result<Product> merge(const Product& base, const Product& mine, const Product& theirs) {
  return guarded([&] { return product_of(merged(compared(base), compared(mine), json_of(theirs))); });
}

}  // namespace catalogue
