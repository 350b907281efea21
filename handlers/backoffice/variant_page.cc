// One choice or time: its names, its time, a price of its own, and its stock with who moved it and why.
#include "backoffice/variant_page.h"

#include <algorithm>

#include "backoffice/called_off_store.h"
#include "backoffice/inputs.h"
#include "backoffice/paging.h"
#include "backoffice/stock_store.h"
#include "lib/catalogue/promises.h"
#include "lib/catalogue/rules.h"
#include "lib/catalogue/slots.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using catalogue::Product;
using catalogue::Variant;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kMostStockReason = 200, kMostWhyOff = 200;

struct VariantHere {
  ProductHere product;
  std::size_t at = 0;
  std::int64_t id = 0;
  const Variant& variant() const { return product.stored.product.variants[at]; }
  bool is_called_off() const { return product.stored.called_off[at]; }
};

// Of the address, in one's scope; sessions of activities have a page of their own. ERRORS: not_found; denied.
base::Result<VariantHere> variant_here(const Call& call) {
  const auto id = web::Form::from_pairs({{"id", call.arg}}).number("id", 1, 4'294'967'295);
  if (!id) return fail(ErrorKind::not_found, "no such variant");
  KK_LET(const db::Rows rows, call.db.query("SELECT p.code FROM variants v JOIN products p ON p.id = v.product_id WHERE v.id = ? AND p.kind <> 'activity'", *id));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such variant");
  KK_LET(ProductHere product, product_here(call, rows[0].text(0)));
  const auto found = std::find(product.stored.variants.begin(), product.stored.variants.end(), *id);
  const auto at = static_cast<std::size_t>(found - product.stored.variants.begin());
  return VariantHere{std::move(product), at, *id};
}

FormFields fields_of_variant(const Variant& v, Lang lang) {
  FormFields out = fields_of(v.prices, lang);
  for (const auto one : base::kLangs) out.set(std::string("name_") + base::to_string(one), v.name[one]);
  out.set("starts", time_field(v.starts)), out.set("ends", time_field(v.ends));
  out.set("active", v.active ? "1" : "");
  return out;
}

base::Status set_movements(const Call& call, const VariantHere& here, Object& data) {
  KK_LET(auto movements, find_movements(call.db, here.id, list_place(call).number()));
  const bool more = cut(movements, kMovementsPerPage);
  List out;
  for (const auto& one : movements) {
    out.push_back(Object().set("at", base::format_date_time(one.at, call.lang)).set("who", one.who.empty() ? call.say("products.nobody") : one.who).set("pieces", (one.pieces > 0 ? "+" : "") + std::to_string(one.pieces))
                      .set("capacity", std::to_string(one.capacity)).set("reason", one.reason));
  }
  data.set("paging", more_view(call, variant_paths(here.id), {"", more ? std::to_string(movements.back().id) : "", "movements"}, call.say("products.movements")));
  data.set("has_movements", !out.empty()).set("movements", std::move(out));
  return {};
}

// Calling a time off: while it is for sale, or somebody paid for it. What then becomes of its orders.
base::Status set_off(const Call& call, const VariantHere& here, const web::Problems& problems, Object& data) {
  const Variant& v = here.variant();
  SoldTime sold;
  if (v.starts && !here.is_called_off()) {
    KK_LET(sold, find_sold(call.db, here.id));
  }
  KK_LET(const auto off, find_called_off(call.db, here.id));
  data.set("is_off", off.has_value()).set("off_going", off && off->is_asking);
  data.set("off_said", off ? call.say("products.off_said", {{"when", base::format_date_time(off->at, call.lang)}, {"who", off->who}, {"reason", off->reason}}) : "");
  data.set("off_asked", off ? call.say("products.off_asked", {{"count", std::to_string(off->asked)}}) : "");
  data.set("may_call_off", v.starts && !off && (v.active || sold.orders > 0)).set("off_left", call.say("products.off_left", {{"count", std::to_string(sold.orders)}, {"sum", base::format_money(sold.cents, call.lang)}}));
  data.set("off_url", below(in(call.lang, variant_paths(here.id)), "peru", "stall-in", "call-off", call.lang)).set("why", row_words_view(call, problems, {"why_off", call.say("products.off_reason"), call.form.has("words")}));
  const auto& p = here.product.stored.product;
  data.set("sees_orders", call.rights.on(staff::Right::orders_view, place_of(here.product.lists, p.unit, p.category, p.code))).set("orders_url", in(call.lang, orders_paths()) + "?product=" + p.code + "&variant=" + std::to_string(here.id));
  return {};
}

struct VariantShown {
  FormFields fields;
  std::int64_t seen;  // the revision that `fields` were made on
  web::Problems problems = {};
  const Clash* clash = nullptr;
};
base::Result<web::Response> variant_page(const Call& call, const VariantHere& here, const VariantShown& shown) {
  const auto& [fields, seen, problems, clash] = shown;
  const auto& p = here.product.stored.product;
  const Variant& v = here.variant();
  const auto free = here.product.stored.free[here.at];
  Object data;
  List times, move;
  for (const char* field : {"starts", "ends"}) {
    if (v.starts) times.push_back(input_view(call, fields, problems, {.id = field, .label = call.say(std::string("products.field_") + field), .type = "datetime-local", .is_short = true}));
  }
  const bool may_sell = !here.is_called_off() || !problems.message(call.templates, call.lang, "active").empty();
  if (may_sell) times.push_back(input_view(call, fields, problems, {.kind = Input::Kind::tick, .id = "active", .label = call.say("products.field_active")}));
  move.push_back(input_view(call, fields, problems, {.id = "pieces", .label = call.say("products.field_pieces"), .hint = call.say("products.pieces_hint"), .is_short = true}));
  move.push_back(input_view(call, fields, problems, {.id = "reason", .label = call.say("products.field_reason")}));
  data.set("heading", variant_name(call, v)).set("product_name", p.name[call.lang].empty() ? p.name[Lang::fi] : p.name[call.lang]).set("product_url", in(call.lang, product_paths(p.code)));
  data.set("back_url", in(call.lang, variants_paths(p.code))).set("action", in(call.lang, variant_paths(here.id))).set("stock_url", below(in(call.lang, variant_paths(here.id)), "saldo", "saldo", "stock", call.lang));
  data.set("seen", std::to_string(seen)).set("key", crypto::random_token()).set("names", v.code == "-" ? List() : name_inputs(call, fields, problems)).set("times", std::move(times)).set("move", std::move(move));
  data.set("numbers", free ? call.say("products.free_of", {{"free", std::to_string(std::max<std::int64_t>(0, *free))}, {"capacity", std::to_string(*v.stock)}}) : call.say("products.not_counted_yet"));
  set_own_prices(call, {here.product.lists.groups, here.product.may_price}, fields, problems, data);
  set_clash(call, clash, data);
  KK_TRY(set_movements(call, here, data));
  data.set("late", ends_too_late(call, p, v));
  KK_TRY(set_off(call, here, problems, data));
  problems.fill(data, call.templates, call.lang, {});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + variant_name(call, v);
  return staff::show(call, {"backoffice/variant", title, variant_paths(here.id)}, std::move(data));
}

void read_into(const Call& call, const VariantHere& here, const FormFields& fields, Variant& out, web::Problems& problems) {
  if (out.code != "-") out.name = read_texts(call, "name", catalogue::kMostVariantName, fields, problems);
  const bool named = out.code != "-" && (!out.starts || std::any_of(base::kLangs.begin(), base::kLangs.end(), [&](auto lang) { return !out.name[lang].empty(); }));
  for (const auto lang : catalogue::languages_of(call.city.bilingual)) {
    const std::string field = std::string("name_") + base::to_string(lang);
    if (named && out.name[lang].empty()) problems.add(field, "product_required", {{"field", label_of(call, field)}});
  }
  if (out.starts) {
    const auto starts = read_time(call, "starts", fields, problems), ends = read_time(call, "ends", fields, problems);
    Variant wish = out;
    wish.starts = starts, wish.ends = ends;
    if (catalogue::breaks_time(out, wish, here.product.stored.is_sold(here.at))) problems.add("starts", "product_time_sold");
    else if (starts && ends && catalogue::may_last(*starts, *ends)) out.starts = starts, out.ends = ends;
    else if (problems.empty()) problems.add("ends", "product_lasts", {{"minutes", std::to_string(catalogue::kShortestSlot)}, {"days", std::to_string(catalogue::kLongestSlot / 1440)}});
  }
  out.active = fields.ticked("active");
  if (out.active && here.is_called_off()) problems.add("active", "product_called_off");
  out.prices = read_prices(call, here.product.lists.groups, fields, problems);
}

// The earliest moment at which it could be ordered.
base::UtcTime first_sale(const Call& call, const Product& product) { return std::max({call.now, product.shown_from.value_or(call.now), product.sale_from.value_or(call.now)}); }

}  // namespace

Paths variant_paths(std::int64_t variant) {
  const std::string id = std::to_string(variant);
  return {"/fi/vaihtoehto/" + id, "/sv/variant/" + id, "/en/variant/" + id};
}

std::string variant_name(const Call& call, const Variant& v) {
  const std::string& name = v.name[call.lang].empty() ? v.name[Lang::fi] : v.name[call.lang];
  if (!v.starts) return name.empty() ? call.say("products.only_variant") : name;
  return base::format_period(*v.starts, *v.ends, call.lang) + (name.empty() ? "" : ", " + name);
}

bool ends_too_late(const Call& call, const Product& product, const Variant& variant) {
  return variant.ends && variant.active && ends_too_late(call, first_sale(call, product), *variant.ends);
}

bool ends_too_late(const Call& call, base::UtcTime sale_from, base::UtcTime ends) {
  const auto months = call.city.retention.find("orders_months");
  const auto first_order = base::helsinki_day(std::max(call.now, sale_from));
  const auto kept_until = first_order + std::chrono::months(months == call.city.retention.end() ? 12 : months->second);
  return ends >= base::helsinki_to_utc(kept_until.ok() ? kept_until : kept_until.year() / kept_until.month() / std::chrono::day{28}, std::chrono::minutes{0});
}

bool lasts_too_long(const Call& call, const Product& product) {
  if (!product.days_valid) return false;
  const base::UtcTime first_order = first_sale(call, product);
  return ends_too_late(call, first_order, first_order + std::chrono::days(*product.days_valid - 1));
}

base::Result<web::Response> show_variant(Call& call) {
  KK_LET(const VariantHere here, variant_here(call));
  return variant_page(call, here, {fields_of_variant(here.variant(), call.lang), here.product.stored.revision});
}

base::Result<web::Response> post_variant(Call& call) {
  KK_LET(const VariantHere here, variant_here(call));
  Product prices;
  prices.prices = here.variant().prices;
  const FormFields fields = typed_fields(call.form, prices, here.product.may_price, call.lang);
  Product wish = here.product.stored.product;
  web::Problems problems;
  read_into(call, here, fields, wish.variants[here.at], problems);
  if (here.variant().code != "-" && !here.variant().active) sell_by_choices(wish);
  if (problems.empty() && wish.state == "published") find_missing(call, wish, problems);
  if (!problems.empty()) return variant_page(call, here, {fields, seen_by(call), problems});
  KK_LET(const auto clash, save_variants(call, here.product, wish));
  if (!clash) return web::see_other(in(call.lang, variant_paths(here.id)));
  KK_LET(const VariantHere now, variant_here(call));
  const auto& both = clash->both.variants;
  const auto same = std::find_if(both.begin(), both.end(), [&](const Variant& one) { return one.code == now.variant().code; });
  KK_LET(auto page, variant_page(call, now, {same == both.end() ? fields : fields_of_variant(*same, call.lang), now.product.stored.revision, {}, &*clash}));
  page.status = 409;
  return page;
}

base::Result<web::Response> post_stock(Call& call) {
  KK_LET(const VariantHere here, variant_here(call));
  FormFields fields = fields_of_variant(here.variant(), call.lang);
  for (const char* field : {"pieces", "reason"}) fields.set(field, call.form.text(field));
  web::Problems problems;
  std::string typed = fields.text("pieces");
  if (typed.starts_with("+")) typed.erase(0, 1);
  if (typed.starts_with("−")) typed.replace(0, std::string_view("−").size(), "-");
  const auto pieces = web::Form::from_pairs({{"pieces", typed}}).number("pieces", -catalogue::kMostStock, catalogue::kMostStock);
  if (!pieces || *pieces == 0) problems.add("pieces", "stock_pieces");
  const std::string reason = staff_words(call, problems, {"reason", kMostStockReason, "reason"});
  if (!crypto::is_token(call.form.text("key"))) return fail(ErrorKind::invalid, "no form's key");
  if (!problems.empty()) return variant_page(call, here, {fields, here.product.stored.revision, problems});
  const std::string key = crypto::as_bytes(crypto::sha256(call.form.text("key"))).substr(0, 16);
  const auto moved = move_stock(here.product.may, call, here.product.stored.product.code, here.id, {key, static_cast<int>(*pieces), reason});
  if (!moved && moved.error().kind == ErrorKind::conflict) {
    problems.add("pieces", "stock_too_few");
    return variant_page(call, here, {fields, here.product.stored.revision, problems});
  }
  if (!moved) return fail(moved.error());
  return web::see_other(in(call.lang, variant_paths(here.id)));
}

// Nobody buys it any more, and payments asks back what was paid. The last time of a product takes it off the shop.
base::Result<web::Response> post_call_off_time(Call& call) {
  KK_LET(const VariantHere here, variant_here(call));
  if (!here.variant().starts) return fail(ErrorKind::invalid, "not a time");
  KK_LET(const auto done, saved_by(call.db, form_key(call)));
  if (done || here.is_called_off()) return web::see_other(in(call.lang, variant_paths(here.id)));
  web::Problems problems;
  const std::string reason = staff_words(call, problems, {"why_off", kMostWhyOff});
  if (!crypto::is_token(call.form.text("key"))) return fail(ErrorKind::invalid, "no form's key");
  if (!problems.empty()) return variant_page(call, here, {fields_of_variant(here.variant(), call.lang), here.product.stored.revision, problems});
  Product wish = here.product.stored.product;
  wish.variants[here.at].active = false;
  if (wish.state == "published" && std::none_of(wish.variants.begin(), wish.variants.end(), [](const Variant& v) { return v.active; })) wish.state = state_off_sale(call, wish);
  const auto off = [&](const catalogue::Stored&) { return call_off(here.product.may, call, here.id, reason); };
  KK_LET(const bool saved, save_product(here.product.may, call, wish, {here.product.stored.revision, "called_off", off}));
  if (!saved) return fail(ErrorKind::conflict, "changed meanwhile");
  return web::see_other(in(call.lang, variant_paths(here.id)));
}

base::Result<web::Response> to_variant(Call& call) { return web::see_other(std::string(base::by_lang(call.lang, "/fi/vaihtoehto/", "/sv/variant/", "/en/variant/")) + call.arg); }

}  // namespace backoffice
