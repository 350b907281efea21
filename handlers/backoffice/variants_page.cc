// The choices or times of a product: which there are, what is left of them; one more, or many times at once.
#include <algorithm>

#include "backoffice/variant_page.h"
#include "lib/catalogue/rules.h"
#include "lib/catalogue/slots.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using catalogue::Product;
using catalogue::Variant;
using view::List;
using view::Object;

namespace {

using Kind = Input::Kind;
constexpr std::size_t kVariantsPerPage = 100, kMostVariants = 1000;
constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

const char* variant_state(const Product& product, const Variant& v, bool called_off) {
  if (v.active) return "products.variant_active";
  if (called_off) return "products.variant_off";
  return v.code != "-" && lacks_price(product, v) ? "products.variant_unpriced" : "products.variant_inactive";
}

// Those still to come, from the `first` on.
List rows_of(const Call& call, const ProductHere& here, std::size_t& next) {
  const auto& p = here.stored.product;
  List out;
  for (std::size_t i = next; i < p.variants.size(); ++i) {
    const Variant& v = p.variants[i];
    if (v.ends && *v.ends < call.now) continue;
    if (out.size() == kVariantsPerPage) {
      next = i;
      return out;
    }
    const auto free = here.stored.free[i];
    const std::string numbers = free ? call.say("products.free_of", {{"free", std::to_string(std::max<std::int64_t>(0, *free))}, {"capacity", std::to_string(*v.stock)}}) : call.say("products.not_counted");
    out.push_back(Object().set("name", variant_name(call, v)).set("url", in(call.lang, variant_paths(here.stored.variants[i]))).set("numbers", numbers).set("own_price", !v.prices.empty())
                      .set("state", call.say(variant_state(p, v, here.stored.called_off[i]))).set("late", ends_too_late(call, p, v)));
  }
  next = 0;
  return out;
}

struct VariantsShown {
  FormFields one = {}, many = {};  // of the form for one, and of that for many
  web::Problems problems = {};
  const Clash* clash = nullptr;
};
base::Result<web::Response> variants_page(const Call& call, const ProductHere& here, const VariantsShown& shown) {
  const auto& [one, many, problems, clash] = shown;
  const auto& p = here.stored.product;
  const bool dated = p.kind == "ticket";
  std::size_t next = static_cast<std::size_t>(query_of(call).number("from", 0, kMostVariants).value_or(0));
  Object data;
  List rows = rows_of(call, here, next);
  data.set("unpriced", query_of(call).ticked("unpriced"));
  const auto text = [&](const FormFields& fields, std::string id, const char* label, std::string type = "text") { return input_view(call, fields, problems, {.id = std::move(id), .label = call.say(label), .type = std::move(type), .is_short = true}); };
  List when, series, days;
  if (dated) when = {text(one, "starts", "products.field_starts", "datetime-local"), text(one, "minutes", "products.field_minutes")};
  when.push_back(text(one, "stock", dated ? "products.field_quota" : "products.field_stock"));
  series = {text(many, "first", "products.field_first", "date"), text(many, "weeks", "products.field_weeks"), text(many, "clock", "products.field_clock"), text(many, "length", "products.field_minutes"), text(many, "quota", "products.field_quota")};
  for (const char* day : kDays) days.push_back(input_view(call, many, problems, {.kind = Kind::tick, .id = std::string("day_") + day, .label = call.say(std::string("products.day_") + day)}));
  data.set("none", rows.empty()).set("rows", std::move(rows)).set("more", next > 0).set("more_url", in(call.lang, variants_paths(p.code)) + "?from=" + std::to_string(next));
  data.set("heading", p.name[call.lang].empty() ? p.name[Lang::fi] : p.name[call.lang]).set("back_url", in(call.lang, product_paths(p.code))).set("action", in(call.lang, variants_paths(p.code)));
  data.set("many_url", below(in(call.lang, product_paths(p.code)), "ajat", "tider", "times", call.lang)).set("dated", dated).set("seen", std::to_string(here.stored.revision));
  data.set("names", name_inputs(call, one, problems)).set("when", std::move(when)).set("series", std::move(series)).set("days", std::move(days)).set("new_words", call.say(dated ? "products.variant_new_time" : "products.variant_new"));
  set_clash(call, clash, data);
  problems.fill(data, call.templates, call.lang, {"day_mon"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("products.to_variants");
  return staff::show(call, {"backoffice/variants", title, variants_paths(p.code)}, std::move(data));
}

// A code that no other variant of the product has.
std::string free_variant_code(const Product& product, const std::string& wanted) {
  std::string code = wanted.substr(0, catalogue::kMostCode - 4);
  const auto taken = [&](const std::string& one) { return std::any_of(product.variants.begin(), product.variants.end(), [&](const auto& v) { return v.code == one; }); };
  for (int n = 2; taken(code); ++n) code = wanted.substr(0, catalogue::kMostCode - 4) + "-" + std::to_string(n);
  return code;
}

bool is_taken(const Product& product, const Variant& slot) {
  return std::any_of(product.variants.begin(), product.variants.end(), [&](const auto& v) { return v.active && v.starts == slot.starts; });
}

Variant read_variant(const Call& call, const Product& product, const FormFields& fields, web::Problems& problems) {
  Variant out;
  out.name = read_texts(call, "name", catalogue::kMostVariantName, fields, problems);
  const bool named = std::any_of(base::kLangs.begin(), base::kLangs.end(), [&](auto lang) { return !out.name[lang].empty(); });
  const auto needed = catalogue::languages_of(call.city.bilingual);
  for (const auto lang : needed) {
    const std::string field = std::string("name_") + base::to_string(lang);
    if ((named || product.kind != "ticket") && out.name[lang].empty()) problems.add(field, "product_required", {{"field", label_of(call, field)}});
  }
  out.stock = read_number(call, "stock", 0, catalogue::kMostStock, fields, problems);
  if (product.kind != "ticket") {
    const std::string slug = catalogue::slug_of(out.name[Lang::fi]);
    out.code = free_variant_code(product, slug.empty() ? "variant" : slug);
    return out;
  }
  out.starts = read_time(call, "starts", fields, problems);
  const auto minutes = read_number(call, "minutes", catalogue::kShortestSlot, catalogue::kLongestSlot, fields, problems);
  for (const char* field : {"starts", "minutes", "stock"}) {
    if (fields.text(field).empty()) problems.add(field, "product_required", {{"field", label_of(call, field)}});
  }
  if (!problems.empty()) return out;
  out.ends = *out.starts + std::chrono::minutes(*minutes);
  if (is_taken(product, out)) problems.add("starts", "product_time_taken");
  out.code = free_variant_code(product, catalogue::slot_code(*out.starts));
  return out;
}

std::vector<Variant> read_slots(const Call& call, const Product& product, const FormFields& fields, web::Problems& problems) {
  catalogue::Series series;
  for (const char* day : kDays) {
    if (fields.ticked(std::string("day_") + day)) series.weekdays.emplace_back(day);
  }
  if (series.weekdays.empty()) problems.add("day_mon", "product_choose", {{"field", call.say("products.field_days")}});
  const auto first = base::parse_helsinki(fields.text("first") + "T12:00");
  if (!first) problems.add("first", "product_required", {{"field", label_of(call, "first")}});
  else series.first = base::helsinki_day(*first);
  for (const char* field : {"weeks", "clock", "length", "quota"}) {
    if (fields.text(field).empty()) problems.add(field, "product_required", {{"field", label_of(call, field)}});
  }
  series.weeks = read_number(call, "weeks", 1, catalogue::kMostWeeks, fields, problems).value_or(1);
  series.length = std::chrono::minutes(read_number(call, "length", catalogue::kShortestSlot, catalogue::kLongestSeriesSlot, fields, problems).value_or(60));
  const auto quota = read_number(call, "quota", 0, catalogue::kMostStock, fields, problems);
  series.clock = fields.text("clock");
  auto slots = problems.empty() ? catalogue::slots_of(series) : std::vector<Variant>();
  if (!slots) problems.add("clock", "product_clock");
  if (!problems.empty()) return {};
  std::erase_if(*slots, [&](const auto& slot) { return is_taken(product, slot); });
  for (auto& slot : *slots) {
    slot.stock = quota;
    slot.code = free_variant_code(product, slot.code);
  }
  if (slots->empty()) problems.add("first", "product_no_new_times");
  if (product.variants.size() + slots->size() > kMostVariants) problems.add("weeks", "product_too_many", {{"max", std::to_string(kMostVariants)}});
  return *slots;
}

// With these. Times stand in order.
Product with_more(const Product& product, std::vector<Variant> more) {
  Product out = product;
  for (auto& one : more) one.active = out.state != "published" || !lacks_price(out, one);
  std::move(more.begin(), more.end(), std::back_inserter(out.variants));
  sell_by_choices(out);
  std::stable_sort(out.variants.begin(), out.variants.end(), [](const auto& a, const auto& b) { return a.starts < b.starts; });
  return out;
}

// Saves them besides those that there are; after a clash the page comes back with what was typed.
base::Result<web::Response> add_variants(const Call& call, const ProductHere& here, std::vector<Variant> more, VariantsShown shown) {
  const bool unpriced = here.stored.product.state == "published" && lacks_price(here.stored.product, more.front());
  KK_LET(const auto clash, save_variants(call, here, with_more(here.stored.product, std::move(more))));
  if (!clash) return web::see_other(in(call.lang, variants_paths(call.arg)) + (unpriced ? "?unpriced=1" : ""));
  KK_LET(const ProductHere now, product_here(call, call.arg));
  shown.clash = &*clash;
  KK_LET(auto page, variants_page(call, now, shown));
  page.status = 409;
  return page;
}

}  // namespace

Paths variants_paths(const std::string& product) {
  const Paths at = product_paths(product);
  return {at[0] + "/vaihtoehdot", at[1] + "/varianter", at[2] + "/variants"};
}

bool lacks_price(const Product& product, const Variant& variant) { return product.prices.empty() && variant.prices.empty(); }

void sell_by_choices(Product& product) {
  const bool has_choices = std::any_of(product.variants.begin(), product.variants.end(), [](const auto& v) { return v.active && v.code != "-"; });
  for (auto& v : product.variants) v.active &= !has_choices || v.code != "-";
}

base::Result<std::optional<Clash>> save_variants(const Call& call, const ProductHere& here, const Product& wish) {
  KK_LET(const bool saved, save_product(here.may, call, wish, {seen_by(call), ""}));
  if (saved) return std::optional<Clash>();
  KK_LET(const ProductHere now, product_here(call, wish.code));
  KK_LET(Clash clash, clash_of(call, now, wish, seen_by(call)));
  return std::optional(std::move(clash));
}

base::Result<web::Response> show_variants(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  return variants_page(call, here, {});
}

base::Result<web::Response> post_variant_new(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  if (here.stored.product.kind == "activity") return fail(ErrorKind::invalid, "sessions have a page of their own");
  KK_LET(const auto done, saved_by(call.db, form_key(call)));
  if (done) return to_variants(call);  // the form was sent twice: its time isn't taken by another
  const FormFields fields = fields_of(call.form);
  web::Problems problems;
  const Variant variant = read_variant(call, here.stored.product, fields, problems);
  if (problems.empty() && here.stored.product.variants.size() >= kMostVariants) problems.add("name_fi", "product_too_many", {{"max", std::to_string(kMostVariants)}});
  if (!problems.empty()) return variants_page(call, here, {fields, {}, problems});
  return add_variants(call, here, {variant}, {fields, {}});
}

base::Result<web::Response> post_slots_new(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  if (here.stored.product.kind != "ticket") return fail(ErrorKind::invalid, "times are for tickets");
  KK_LET(const auto done, saved_by(call.db, form_key(call)));
  if (done) return to_variants(call);
  const FormFields fields = fields_of(call.form);
  web::Problems problems;
  std::vector<Variant> slots = read_slots(call, here.stored.product, fields, problems);
  // So many to open one by one would help nobody.
  if (problems.empty() && here.stored.product.state == "published" && here.stored.product.prices.empty()) problems.add("first", "product_times_unpriced");
  if (!problems.empty()) return variants_page(call, here, {{}, fields, problems});
  return add_variants(call, here, std::move(slots), {{}, fields});
}

base::Result<web::Response> to_variants(Call& call) { return web::see_other(in(call.lang, variants_paths(call.arg))); }

}  // namespace backoffice
