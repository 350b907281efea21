#include "backoffice/discount_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "backoffice/edit_history.h"
#include "backoffice/inputs.h"
#include "backoffice/session_form.h"
#include "lib/catalogue/discount.h"

namespace backoffice {

using base::Cents;
using staff::Right;

namespace {

constexpr std::size_t kMostDiscountName = 80;
constexpr int kMostCodeUses = 1'000'000;
constexpr const char* kDiscountFields[] = {"name_fi", "name_sv", "name_en", "percent", "amount", "scope", "product", "group", "from", "until", "code", "minimum", "max_uses"};

bool is_product_scope(const std::string& scope) { return scope.starts_with("product:"); }

// A percent or a sum, one of the two.
void check_amount(const Call& call, Discount& out, web::Problems& problems) {
  const std::string percent = call.form.text("percent"), amount = call.form.text("amount");
  if (percent.empty() == amount.empty()) return problems.add("percent", "discount_one_amount");
  if (!percent.empty()) {
    out.percent = check_number(call, "percent", 1, 100, problems);
    return;
  }
  const auto cents = base::parse_money(amount);
  if (!cents || (out.is_code && cents->value() == 0)) problems.add("amount", "discount_amount");
  out.cents = cents.value_or(Cents(0));
}

base::Status check_scope(const Call& call, Discount& out, web::Problems& problems) {
  out.scope = call.form.text("scope");
  const bool of_product = out.scope == "product:";
  if (of_product) out.scope += call.form.text("product");
  KK_LET(const auto place, place_of_scope(call.db, out.scope));
  if (!place) problems.add(of_product ? "product" : "scope", of_product ? "closure_product_unknown" : "discount_scope");
  else if (!call.rights.on(Right::prices_edit, *place)) problems.add(of_product ? "product" : "scope", "discount_not_yours");
  else out.place = *place;
  out.group = call.form.text("group");
  return {};
}

void check_days(const Call& call, const Discount& was, Discount& out, web::Problems& problems) {
  const auto from = check_day(call, "from", problems), until = check_day(call, "until", problems);
  const auto iso = [](const std::optional<std::chrono::sys_days>& day) { return day ? base::helsinki_date_iso(base::UtcTime(*day) + std::chrono::hours{12}) : std::string(); };
  out.from = iso(from);
  out.until = iso(until);
  // What was the lowest price before a campaign is known only if it begins when it is made, or later.
  const std::string today = base::helsinki_date_iso(call.now);
  if (from && !out.is_code && out.from < today && out.from != was.from) problems.add("from", "discount_from_past");
  if (from && until && *until < *from) problems.add("until", "discount_days");
  else if (until && out.until < today) problems.add("until", "discount_past");
}

void check_code(const Call& call, Discount& out, web::Problems& problems) {
  out.code = catalogue::plain_code(call.form.text("code"));
  if (out.code.empty()) problems.add("code", "discount_code", {{"from", std::to_string(catalogue::kShortestCode)}, {"to", std::to_string(catalogue::kLongestCode)}});
  if (const std::string typed = call.form.text("minimum"); !typed.empty()) {
    const auto cents = base::parse_money(typed);
    if (!cents) problems.add("minimum", "discount_amount");
    out.minimum = cents.value_or(Cents(0));
  }
  if (!call.form.text("max_uses").empty()) out.max_uses = check_number(call, "max_uses", 1, kMostCodeUses, problems);
}

bool sells_otherwise(const Discount& a, const Discount& b) { return a.scope != b.scope || a.group != b.group || a.percent != b.percent || a.cents != b.cents || a.from != b.from; }

std::string day_field(const std::string& iso) {
  if (iso.empty()) return {};
  const auto number = [&](std::size_t from, std::size_t length) { return std::stoi(iso.substr(from, length)); };
  return fmt::format("{}.{}.{}", number(8, 2), number(5, 2), number(0, 4));
}

Lists::Named scope_of_unit(const Call& call, const Lists::Named& one) { return {"unit:" + one.code, call.say("backoffice.scope_unit", {{"name", one.name}})}; }
Lists::Named scope_of_category(const Call& call, const Lists::Category& one) { return {"category:" + one.code, call.say("discounts.scope_category", {{"name", one.name}})}; }

// Where somebody may: the shop, units, categories, or one product.
std::vector<Lists::Named> scopes_for(const Call& call, const Lists& lists) {
  std::vector<Lists::Named> out;
  if (call.rights.on(Right::prices_edit, {})) out.push_back({"shop:", call.say("backoffice.scope_shop")});
  for (const auto& one : lists.units) {
    if (call.rights.on(Right::prices_edit, {.unit = one.code, .categories = {}, .product = "", .reg = ""})) out.push_back(scope_of_unit(call, one));
  }
  // Products of other units may lie in a category: it takes a right on the category itself.
  for (const auto& one : lists.categories) {
    if (call.rights.on(Right::prices_edit, {.unit = "", .categories = {one.code, one.parent}, .product = "", .reg = ""})) out.push_back(scope_of_category(call, one));
  }
  out.push_back({"product:", call.say("discounts.scope_product")});
  return out;
}

std::string discount_label(const Call& call, bool is_code, const std::string& field) {
  if (field == "name_fi" || field == "name_sv" || field == "name_en") return call.say("discounts.name") + ", " + call.say(std::string("backoffice.in_") + (field == "name_fi" ? "finnish" : field == "name_sv" ? "swedish" : "english"));
  if (field == "amount") return call.say(is_code ? "discounts.amount_code" : "discounts.amount_campaign");
  if (field == "product") return call.say("backoffice.closure_product");
  if (field == "state") return call.say("products.field_state");
  return call.say("discounts." + field);
}

// What was kept in words: "−20 %", "Hinta 12,50 €", where it applies.
std::string discount_value(const Call& call, const Lists& lists, bool is_code, const std::string& field, const std::string& value) {
  if (value.empty()) return value;
  const auto cents = base::parse_money(value);
  if (field == "percent") return call.say("discounts.percent_off", {{"percent", value}});
  if (field == "amount" && cents) return call.say(is_code ? "discounts.sum_off" : "discounts.price_is", {{"sum", base::format_money(*cents, call.lang)}});
  if (field == "minimum") return sum_words(call, value);
  if (field == "state") return call.say("discounts." + value);
  std::vector<Lists::Named> known;
  if (field == "group") known = lists.groups;
  if (field == "scope") {
    known = {{"shop:", call.say("backoffice.scope_shop")}, {"product:", call.say("discounts.one_product")}};
    for (const auto& one : lists.units) known.push_back(scope_of_unit(call, one));
    for (const auto& one : lists.categories) known.push_back(scope_of_category(call, one));
  }
  const auto named = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.code == value; });
  return named == known.end() ? value : named->name;
}

// Of its history. A percent and a sum are one thing: what it takes off. REQUIRES: `lists` outlives it.
EditWords discount_edit_words(const Call& call, const Lists& lists, bool is_code) {
  return {[&call, is_code](const std::string& field) { return field == "percent" || field == "amount" ? call.say("discounts.amount") : discount_label(call, is_code, field); },
          [&call, &lists, is_code](const std::string& field, const std::string& value) { return discount_value(call, lists, is_code, field, value); }};
}

web::Pairs pairs_of(const Discount& one, base::Lang lang) {
  const FormFields fields = fields_of(one, lang);
  return {fields.all().begin(), fields.all().end()};
}

Subject subject_of(const Discount& one) { return {one.is_code ? "discount_code" : "campaign", std::to_string(one.id)}; }

}  // namespace

Paths discount_paths(const std::string& key) {
  Paths out = discounts_paths();
  for (auto& path : out) path += "/" + key;
  return out;
}

FormFields fields_of(const Discount& one, base::Lang lang) {
  FormFields out;
  for (const auto each : base::kLangs) out.set(std::string("name_") + base::to_string(each), one.name[each]);
  if (one.percent) out.set("percent", std::to_string(*one.percent));
  else if (!one.scope.empty()) out.set("amount", money_field(one.cents, lang));
  out.set("scope", is_product_scope(one.scope) ? "product:" : one.scope);
  if (is_product_scope(one.scope)) out.set("product", one.scope.substr(8));
  out.set("group", one.group);
  out.set("from", day_field(one.from));
  out.set("until", day_field(one.until));
  out.set("code", one.code);
  if (one.minimum.value() > 0) out.set("minimum", money_field(one.minimum, lang));
  if (one.max_uses) out.set("max_uses", std::to_string(*one.max_uses));
  return out;
}

FormFields typed_discount(const web::Form& form) {
  FormFields out;
  for (const char* field : kDiscountFields) out.set(field, form.text(field));
  return out;
}

base::Result<Discount> check_discount(const Call& call, const Discount& was, web::Problems& problems) {
  Discount out;
  out.is_code = was.is_code;
  out.id = was.id;
  out.name = check_texts(call, "name", kMostDiscountName, true, problems);
  check_amount(call, out, problems);
  KK_TRY(check_scope(call, out, problems));
  check_days(call, was, out, problems);
  if (out.is_code) check_code(call, out, problems);
  if (was.id != 0 && was.state(base::helsinki_date_iso(call.now)) == Discount::State::over) problems.add("until", "discount_over");
  else if (was.id != 0 && !was.is_code && was.state(base::helsinki_date_iso(call.now)) == Discount::State::on && sells_otherwise(was, out)) problems.add("percent", "discount_begun");
  for (const auto lang : base::kLangs) {
    if (out.name[lang].empty()) out.name[lang] = out.name[base::Lang::fi];  // a shop that is not bilingual
  }
  return out;
}

base::Status keep_discount_edits(const Call& call, const Discount& was, const Discount& one) {
  return keep_edits(call, subject_of(was), edits_of(pairs_of(was, base::Lang::fi), pairs_of(one, base::Lang::fi)));
}

base::Status keep_discount_end(const Call& call, const Discount& was) {
  const bool on = was.state(base::helsinki_date_iso(call.now)) == Discount::State::on;
  return keep_edits(call, subject_of(was), {{"state", on ? "on" : "coming", "ended_at_once"}});
}

base::Result<view::List> discount_differences(const Call& call, const Discount& now, const Discount& typed) {
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  const EditWords words = discount_edit_words(call, lists, now.is_code);
  view::List out;
  for (const auto& [field, value] : differing(pairs_of(now, call.lang), pairs_of(typed, call.lang))) {
    // Beside a percent that stands there the sum that doesn't says nothing, nor does a product beside a scope.
    if (value.empty() && (field == "percent" || field == "amount" || field == "product")) continue;
    out.push_back(view::Object().set("name", words.name(field)).set("value", value.empty() ? "–" : words.value(field, value)));
  }
  return out;
}

base::Result<view::Object> discount_view(const Call& call, const Discount& was, const FormFields& fields, const web::Problems& problems) {
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  const auto view = [&](const std::vector<Input>& inputs) {
    view::List out;
    for (const auto& one : inputs) out.push_back(input_view(call, fields, problems, one));
    return out;
  };
  const auto say = [&](const char* key) { return call.say(std::string("discounts.") + key); };
  const auto label = [&](const std::string& field) { return discount_label(call, was.is_code, field); };
  const auto text = [&](const std::string& id, std::string hint = {}) { return Input{.id = id, .label = label(id), .hint = std::move(hint), .is_short = true}; };
  std::vector<Input> names;
  for (const auto lang : base::kLangs) {
    const std::string code = base::to_string(lang);
    names.push_back({.id = "name_" + code, .label = call.say(std::string("backoffice.in_") + (lang == base::Lang::fi ? "finnish" : lang == base::Lang::sv ? "swedish" : "english")), .lang = code});
  }
  view::Object out;
  out.set("names", view(names));
  out.set("amounts", view({text("percent"), text("amount")}));
  out.set("facts", view({{.kind = Input::Kind::select, .id = "scope", .label = label("scope"), .options = scopes_for(call, lists)}, text("product", say("product_hint")),
                         {.kind = Input::Kind::select, .id = "group", .label = label("group"), .hint = say("group_hint"), .options = lists.groups}}));
  out.set("days", view({text("from", say("day_hint")), text("until", say("day_hint"))}));
  out.set("is_code", was.is_code).set("code_fields", view(!was.is_code ? std::vector<Input>() : std::vector<Input>{text("code", say("code_hint")), text("max_uses", say("max_uses_hint")), text("minimum", say("minimum_hint"))}));
  KK_TRY(set_history(call, {subject_of(was), discount_paths(was.key()), discount_edit_words(call, lists, was.is_code)}, out));
  return out;
}

std::string amount_words(const Call& call, const Discount& one) {
  if (one.percent) return call.say("discounts.percent_off", {{"percent", std::to_string(*one.percent)}});
  return call.say(one.is_code ? "discounts.sum_off" : "discounts.price_is", {{"sum", base::format_money(one.cents, call.lang)}});
}

std::string scope_words(const Call& call, const Discount& one) { return one.scope == "shop:" ? call.say("backoffice.scope_shop") : one.scope_name; }

base::Result<std::vector<std::string>> effect_words(const Call& call, const Discount& one) {
  KK_LET(const Touched touched, find_touched(call.db, call.lang, one, std::max(one.from, base::helsinki_date_iso(call.now))));
  std::vector<std::string> out;
  for (const auto& product : touched.some) {
    const Cents price = one.percent ? catalogue::percent_off(product.price, *one.percent) : one.is_code ? std::max(Cents(0), product.price - one.cents) : std::min(product.price, one.cents);
    out.push_back(call.say("discounts.effect", {{"name", product.name}, {"from", base::format_money(product.price, call.lang)}, {"to", base::format_money(price, call.lang)}}));
  }
  out.push_back(call.say(touched.products == 1 ? "discounts.effect_one" : "discounts.effect_count", {{"n", std::to_string(touched.products)}}));
  return out;
}

}  // namespace backoffice
