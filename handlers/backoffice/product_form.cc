#include "backoffice/product_form.h"

#include <algorithm>

#include "lib/base/contact.h"
#include "lib/base/utf8.h"
#include "lib/catalogue/rules.h"

namespace backoffice {

using base::Lang;
using catalogue::Price;
using catalogue::Product;

namespace {

constexpr const char* kTexts[] = {"name", "summary", "description", "alt", "appeal"};

std::string in_language(const std::string& name, Lang lang) { return name + "_" + base::to_string(lang); }

void set_prices(const std::vector<Price>& prices, Lang lang, FormFields& out) {
  for (const auto& price : prices) {
    out.set("price_" + price.group, money_field(price.cents, lang));
    if (price.next_from.empty()) continue;
    out.set("next_" + price.group, money_field(price.next_cents, lang));
    out.set("from_" + price.group, price.next_from);
  }
}

bool is_known(const std::vector<Lists::Named>& list, const std::string& code) {
  return std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.code == code; });
}

void wrong(const Call& call, const std::string& field, const char* key, web::Problems& problems) { problems.add(field, key, {{"field", label_of(call, field)}}); }

std::string read_line(const Call& call, const std::string& field, std::size_t most, const FormFields& fields, web::Problems& problems) {
  const std::string& typed = fields.text(field);
  if (typed.empty()) return {};
  const auto clean = base::clean_text(typed, most);
  if (clean) return *clean;
  problems.add(field, clean.error() == base::TextProblem::too_long ? "product_too_long" : "product_one_line", {{"field", label_of(call, field)}, {"max", std::to_string(most)}});
  return typed;
}

std::string read_needed(const Call& call, const std::string& field, std::size_t most, const FormFields& fields, web::Problems& problems) {
  if (fields.text(field).empty()) wrong(call, field, "product_required", problems);
  return read_line(call, field, most, fields, problems);
}

// One of a list, which has no default.
std::string read_choice(const Call& call, const std::string& field, bool known, const FormFields& fields, web::Problems& problems) {
  if (!known) wrong(call, field, "product_choose", problems);
  return fields.text(field);
}

void read_basics(const Call& call, const Lists& lists, const FormFields& fields, Product& out, web::Problems& problems) {
  const std::string category = fields.text("category"), withdrawal = fields.text("withdrawal");
  const bool known = std::any_of(lists.categories.begin(), lists.categories.end(), [&](const auto& one) { return one.code == category && !one.has_children; });
  out.category = read_choice(call, "category", known, fields, problems);
  out.unit = read_choice(call, "unit", is_known(lists.units, fields.text("unit")), fields, problems);
  out.vat = read_choice(call, "vat", is_known(lists.vat_codes, fields.text("vat")), fields, problems);
  const bool allowed = std::any_of(catalogue::kWithdrawals.begin(), catalogue::kWithdrawals.end(), [&](const char* one) { return withdrawal == one; });
  out.withdrawal = read_choice(call, "withdrawal", allowed, fields, problems);
  if (out.kind == "activity") {
    const std::string type = fields.text("activity_type");
    const bool is_type = std::find(catalogue::kActivityTypes.begin(), catalogue::kActivityTypes.end(), type) != catalogue::kActivityTypes.end();
    out.activity = {read_choice(call, "activity_type", is_type, fields, problems), read_choice(call, "form_code", is_known(lists.forms, fields.text("form_code")), fields, problems)};
  }
  const std::string benefit = fields.text("benefit").empty() ? "none" : fields.text("benefit");  // most products have none: a new one needs no choice
  out.benefit = read_choice(call, "benefit", std::any_of(catalogue::kBenefits.begin(), catalogue::kBenefits.end(), [&](const char* one) { return benefit == one; }), fields, problems);
  if (fields.text("benefit").empty()) out.benefit = benefit;
  out.cost_centre = read_needed(call, "cost_centre", catalogue::kMostAccount, fields, problems);
  out.ledger_account = read_needed(call, "ledger_account", catalogue::kMostAccount, fields, problems);
  if (fields.text("max_per_order").empty()) wrong(call, "max_per_order", "product_required", problems);
  out.max_per_order = read_number(call, "max_per_order", 1, catalogue::kMostPerOrder, fields, problems).value_or(1);
  out.days_valid = read_number(call, "days_valid", 1, catalogue::kMostDaysValid, fields, problems);
  out.uses = read_number(call, "uses", 1, catalogue::kMostUses, fields, problems);
  out.order = read_number(call, "order", -100000, 100000, fields, problems).value_or(0);
  out.shown_from = read_time(call, "shown_from", fields, problems);
  out.sale_from = read_time(call, "sale_from", fields, problems);
  out.sale_until = read_time(call, "sale_until", fields, problems);
  out.consumer_contract = !fields.ticked("fee");
  out.minor_value = fields.ticked("minor_value");
  out.holder_name = fields.ticked("holder_name");
  out.topical = fields.ticked("topical");
  out.deliveries.clear();
  for (const auto& way : lists.deliveries) {
    if (fields.ticked("delivery_" + way.code)) out.deliveries.push_back(way.code);
  }
  if (out.deliveries.empty()) wrong(call, "delivery", "product_choose", problems);
}

void read_words(const Call& call, const FormFields& fields, Product& out, web::Problems& problems) {
  out.name = read_texts(call, "name", catalogue::kMostName, fields, problems);
  out.summary = read_texts(call, "summary", catalogue::kMostSummary, fields, problems);
  for (const auto lang : base::kLangs) {
    const std::string field = in_language("description", lang);
    // A form trims: what differs by that alone wasn't changed.
    if (fields.text(field) != web::Form::from_pairs({{field, out.description[lang]}}).text(field)) out.description[lang] = fields.text(field);
    if (out.description[lang].size() > catalogue::kMostDescription) problems.add(field, "product_too_long", {{"field", label_of(call, field)}, {"max", std::to_string(catalogue::kMostDescription)}});
  }
  out.alt = read_texts(call, "alt", catalogue::kMostAlt, fields, problems);
  out.appeal = read_texts(call, "appeal", catalogue::kMostAppeal, fields, problems);
  for (const auto lang : base::kLangs) {  // a text stands in its name's row
    const bool nameless = out.name[lang].empty() && (lang == Lang::fi || !out.summary[lang].empty() || !out.description[lang].empty());
    if (nameless) wrong(call, in_language("name", lang), "product_required", problems);
  }
}

void tell(const Call& call, catalogue::Fault fault, web::Problems& problems) {
  switch (fault) {
    case catalogue::Fault::sale_ends_before: return problems.add("sale_until", "product_sale_ends_before");
    case catalogue::Fault::sale_ends_unseen: return problems.add("sale_until", "product_sale_ends_unseen");
    case catalogue::Fault::pass_as_dated: return problems.add("withdrawal", "product_pass_as_dated");
    case catalogue::Fault::days_of_no_pass: return problems.add("days_valid", "product_days_of_no_pass");
    case catalogue::Fault::uses_of_no_pass: return problems.add("uses", "product_uses_of_no_pass");
    case catalogue::Fault::card_vat: return problems.add("vat", "product_card_vat");
    case catalogue::Fault::card_withdrawal: return problems.add("withdrawal", "product_card_withdrawal");
    case catalogue::Fault::card_as_fee: return problems.add("fee", "product_card_as_fee");
    case catalogue::Fault::card_free: return problems.add("prices", "product_card_free");
    case catalogue::Fault::benefit_of_other: return problems.add("benefit", "product_benefit_of_other");
    case catalogue::Fault::no_price: return wrong(call, "prices", "product_missing", problems);
    case catalogue::Fault::no_variant: return wrong(call, "variants", "product_missing", problems);
  }
}

}  // namespace

const std::string& FormFields::text(const std::string& name) const {
  static const std::string kNone;
  const auto found = values_.find(name);
  return found == values_.end() ? kNone : found->second;
}

std::string label_of(const Call& call, const std::string& field) {
  for (const char* name : kTexts) {
    for (const auto lang : base::kLangs) {
      if (field == in_language(name, lang)) return call.say(std::string("products.field_") + name) + ", " + call.say(std::string("products.in_") + base::to_string(lang));
    }
  }
  for (const char* prefix : {"price_", "next_", "from_"}) {
    if (field.starts_with(prefix)) return call.say(std::string("products.field_") + prefix + "of");
  }
  return call.say("products.field_" + field);
}

std::string money_field(base::Cents cents, Lang lang) {
  std::string out = base::plain_decimal(cents);
  if (lang != Lang::en) std::replace(out.begin(), out.end(), '.', ',');
  return out;
}

std::string time_field(const std::optional<base::UtcTime>& time) { return time ? base::helsinki_date_iso(*time) + "T" + base::format_clock(*time, Lang::en) : ""; }

FormFields fields_of(const Product& p, Lang lang) {
  FormFields out;
  out.set("category", p.category), out.set("unit", p.unit), out.set("vat", p.vat), out.set("withdrawal", p.withdrawal), out.set("benefit", p.benefit);
  out.set("cost_centre", p.cost_centre), out.set("ledger_account", p.ledger_account);
  if (p.max_per_order > 0) out.set("max_per_order", std::to_string(p.max_per_order));
  if (p.order != 0) out.set("order", std::to_string(p.order));
  if (p.days_valid) out.set("days_valid", std::to_string(*p.days_valid));
  if (p.uses) out.set("uses", std::to_string(*p.uses));
  out.set("shown_from", time_field(p.shown_from)), out.set("sale_from", time_field(p.sale_from)), out.set("sale_until", time_field(p.sale_until));
  const auto tick = [&](const char* name, bool yes) { out.set(name, yes ? "1" : ""); };
  tick("fee", !p.consumer_contract), tick("minor_value", p.minor_value), tick("holder_name", p.holder_name), tick("topical", p.topical);
  for (const auto& way : p.deliveries) out.set("delivery_" + way, "1");
  if (p.activity) out.set("activity_type", p.activity->type), out.set("form_code", p.activity->form);
  for (const auto one : base::kLangs) {
    out.set(in_language("name", one), p.name[one]), out.set(in_language("summary", one), p.summary[one]), out.set(in_language("description", one), p.description[one]);
    out.set(in_language("alt", one), p.alt[one]), out.set(in_language("appeal", one), p.appeal[one]);
  }
  set_prices(p.prices, lang, out);
  return out;
}

FormFields fields_of(const std::vector<Price>& prices, Lang lang) {
  FormFields out;
  set_prices(prices, lang, out);
  return out;
}

FormFields fields_of(const web::Form& form) {
  FormFields out;
  for (const auto& [name, value] : form.pairs()) out.set(name, value);
  return out;
}

FormFields typed_fields(const web::Form& form, const Product& product, bool with_prices, Lang lang) {
  FormFields out;
  for (const auto& [name, value] : form.pairs()) {
    const bool of_price = name.starts_with("price_") || name.starts_with("next_") || name.starts_with("from_");
    if (!of_price || with_prices) out.set(name, value);
  }
  if (!with_prices) set_prices(product.prices, lang, out);
  return out;
}

std::optional<int> read_number(const Call& call, const std::string& name, int least, int most, const FormFields& fields, web::Problems& problems) {
  if (fields.text(name).empty()) return std::nullopt;
  const auto number = web::Form::from_pairs({{name, fields.text(name)}}).number(name, least, most);
  if (number) return static_cast<int>(*number);
  problems.add(name, "product_number", {{"field", label_of(call, name)}, {"least", std::to_string(least)}, {"most", std::to_string(most)}});
  return std::nullopt;
}

std::optional<base::UtcTime> read_time(const Call& call, const std::string& name, const FormFields& fields, web::Problems& problems) {
  if (fields.text(name).empty()) return std::nullopt;
  const auto time = base::parse_helsinki(fields.text(name));
  if (!time) wrong(call, name, "product_time", problems);
  return time;
}

base::Texts read_texts(const Call& call, const std::string& name, std::size_t most, const FormFields& fields, web::Problems& problems) {
  base::Texts out;
  for (const auto lang : base::kLangs) out[lang] = read_line(call, in_language(name, lang), most, fields, problems);
  return out;
}

std::vector<Price> read_prices(const Call& call, const std::vector<Lists::Named>& groups, const FormFields& fields, web::Problems& problems) {
  std::vector<Price> out;
  const std::string today = base::helsinki_date_iso(call.now);
  for (const auto& group : groups) {
    const std::string now = fields.text("price_" + group.code), next = fields.text("next_" + group.code), from = fields.text("from_" + group.code);
    if (now.empty() && next.empty() && from.empty()) continue;
    const auto refuse = [&](const char* field, const char* key) { problems.add(field + group.code, key, {{"group", group.name}}); };
    const auto cents = base::parse_money(now), coming = base::parse_money(next);
    if (!cents) {
      refuse("price_", "product_money");
      continue;
    }
    Price price{group.code, *cents};
    if (next.empty() != from.empty()) refuse(next.empty() ? "next_" : "from_", "product_next_both");
    else if (!next.empty() && !coming) refuse("next_", "product_money");
    else if (!from.empty() && !base::parse_helsinki(from + "T12:00")) refuse("from_", "product_day");
    else if (!from.empty()) price.next_from = from, price.next_cents = *coming;
    out.push_back(catalogue::in_effect(std::move(price), today));
  }
  return out;
}

void read_fields(const Call& call, const Lists& lists, const FormFields& fields, Product& out, web::Problems& problems) {
  read_words(call, fields, out, problems);
  read_basics(call, lists, fields, out, problems);
  out.prices = read_prices(call, lists.groups, fields, problems);
  if (!problems.empty()) return;
  for (const auto fault : catalogue::faults_of(out)) {
    if (fault != catalogue::Fault::no_price && fault != catalogue::Fault::no_variant) tell(call, fault, problems);
  }
}

void find_missing(const Call& call, const Product& p, web::Problems& problems) {
  const auto need = [&](const char* name, const base::Texts& texts) {
    for (const auto lang : catalogue::languages_of(call.city.bilingual)) {
      if (texts[lang].empty()) wrong(call, in_language(name, lang), "product_missing", problems);
    }
  };
  need("name", p.name);
  need("summary", p.summary);
  need("description", p.description);
  if (!p.image.empty()) need("alt", p.alt);
  if (!p.consumer_contract) need("appeal", p.appeal);
  for (const auto fault : catalogue::faults_of(p)) tell(call, fault, problems);
}

}  // namespace backoffice
