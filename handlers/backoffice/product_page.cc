// One product: made, changed, published, hidden, ended, copied.
#include "backoffice/product_page.h"

#include <algorithm>

#include "backoffice/form_store.h"
#include "backoffice/session_edit_store.h"
#include "lib/base/contact.h"
#include "lib/catalogue/rules.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using catalogue::Product;

namespace {

constexpr int kMostWeeksLater = 156;

bool may_price_on(const Call& call, const staff::Place& place) { return call.rights.on(staff::Right::prices_edit, place); }

base::Result<web::Response> shown_with(const Call& call, const ProductHere& here, FormFields fields, std::int64_t seen, web::Problems problems) {
  return product_page(call, here, {std::move(fields), seen, std::move(problems)});
}

// Of those that one may see: the form that an activity is given; and the one that it has.
base::Result<std::vector<Lists::Named>> forms_for(const Call& call, const std::string& now) {
  KK_LET(const auto forms, find_forms(call.db, call.lang));
  std::vector<Lists::Named> out;
  for (const auto& one : forms) {
    if (one.code == now || may_see(call.rights, one)) out.push_back({one.code, one.title()});
  }
  return out;
}

base::Result<web::Response> clash_page(const Call& call, const std::string& code, const Product& wish, std::int64_t seen) {
  KK_LET(const ProductHere here, product_here(call, code));
  KK_LET(const Clash clash, clash_of(call, here, wish, seen));
  const std::string picture = clash.both.image == here.stored.product.image ? "" : clash.both.image;
  KK_LET(auto page, product_page(call, here, {fields_of(clash.both, call.lang), here.stored.revision, {}, &clash, picture}));
  page.status = 409;
  return page;
}

// Makes it under a code of its own, and shows it; what this form has made already, as it is.
base::Result<web::Response> make_and_show(const Call& call, const CatalogueEdit& may, Product wish, const Save& save) {
  KK_LET(wish.code, free_code(call.db, wish.code.empty() ? wish.name[Lang::fi] : wish.code));
  auto saved = save_product(may, call, wish, save);
  KK_LET(const auto made, saved_by(call.db, form_key(call)));
  if (made) return web::see_other(in(call.lang, product_paths(*made)) + "?saved=1");
  if (!saved) return fail(std::move(saved).error());
  return fail(ErrorKind::conflict, "the code was taken");
}

// Of a form that changes the state alone.
base::Result<web::Response> set_product_state(Call& call, const char* state) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  Product wish = here.stored.product;
  wish.state = std::string(state) == "closed" ? state_off_sale(call, wish) : state;
  web::Problems problems;
  if (wish.state == "published") find_missing(call, wish, problems);
  if (!problems.empty()) return shown_with(call, here, fields_of(here.stored.product, call.lang), here.stored.revision, std::move(problems));
  return save_and_show(call, here, wish, {seen_by(call), state});
}

}  // namespace

bool is_in_shop(const Call& call, const std::string& state, const std::optional<base::UtcTime>& shown_from) { return state != "draft" && catalogue::is_shown(call.now, shown_from); }

const char* state_off_sale(const Call& call, const Product& product) { return catalogue::is_shown(call.now, product.shown_from) ? "closed" : "draft"; }

std::string product_state_words(const Call& call, const std::string& state, const std::optional<base::UtcTime>& shown_from) {
  if (state == "draft" || is_in_shop(call, state, shown_from)) return call.say("products.state_" + state);
  return call.say("products.coming_" + state, {{"when", base::format_date_time(*shown_from, call.lang)}});
}

bool has_choices_only(const std::string& kind) { return kind != "ticket" && kind != "activity"; }

Paths products_paths() { return {"/fi/tuotteet", "/sv/produkter", "/en/products"}; }
Paths new_product_paths() { return {"/fi/uusi-tuote", "/sv/ny-produkt", "/en/new-product"}; }
Paths product_paths(const std::string& code) { return {"/fi/tuotteet/" + code, "/sv/produkter/" + code, "/en/products/" + code}; }

base::Result<ProductHere> product_here(const Call& call, const std::string& code) {
  KK_LET(Lists lists, find_lists(call.db, call.lang, call.now));
  KK_LET(auto stored, find_product(call, code));
  if (!stored) return fail(ErrorKind::not_found, "no such product");
  const auto place = place_of(lists, stored->product.unit, stored->product.category, code);
  KK_LET(auto may, call.rights.permit<staff::Right::catalogue_edit>(place));
  if (stored->product.activity) {
    KK_LET(lists.forms, forms_for(call, stored->product.activity->form));
  }
  return ProductHere{std::move(lists), std::move(*stored), std::move(may), may_price_on(call, place), call.rights.on(staff::Right::activities_edit, place)};
}

std::int64_t seen_by(const Call& call) { return call.form.number("seen", 1, 4'294'967'295).value_or(0); }

base::Result<Clash> clash_of(const Call& call, const ProductHere& here, const Product& wish, std::int64_t seen) {
  KK_LET(const auto base, find_version(call.db, here.stored.id, seen));
  KK_LET(const auto now, find_version(call.db, here.stored.id, here.stored.revision));
  Clash out{now ? now->who : "", base::format_date_time(now ? now->at : call.now, call.lang), here.lists.groups, {}, {}, wish};
  if (base) {
    if (auto both = catalogue::merge(base->product, wish, here.stored.product)) out.both = std::move(*both);
    out.theirs = catalogue::differences(base->product, here.stored.product);
  }
  out.mine = catalogue::differences(out.both, here.stored.product);
  return out;
}

void check_place(const Call& call, const ProductHere& here, const Product& wish, web::Problems& problems) {
  const auto place = place_of(here.lists, wish.unit, wish.category, here.stored.id == 0 ? "" : wish.code);
  if (!call.rights.on(staff::Right::catalogue_edit, place)) problems.add("unit", "product_not_yours");
  else if (wish.prices != here.stored.product.prices && !may_price_on(call, place)) problems.add("unit", "product_prices_not_yours");
}

base::Result<ProductHere> new_product_here(const Call& call, const std::string& kind) {
  const bool known = std::any_of(catalogue::kKinds.begin(), catalogue::kKinds.end(), [&](const char* one) { return kind == one; });
  if (!known) return fail(ErrorKind::not_found, "no such kind");
  KK_LET(Lists lists, find_lists(call.db, call.lang, call.now));
  const auto scopes = call.rights.scopes(staff::Right::catalogue_edit);
  const bool may_make = std::any_of(scopes.begin(), scopes.end(), [](const auto& one) { return one.kind != staff::Scope::Kind::product; });
  if (!may_make) return fail(ErrorKind::denied, "of one product alone");
  const staff::Scope& scope = *std::find_if(scopes.begin(), scopes.end(), [](const auto& one) { return one.kind != staff::Scope::Kind::product; });
  KK_LET(auto may, call.rights.permit<staff::Right::catalogue_edit>({.unit = scope.id, .categories = {scope.id}, .product = "", .reg = ""}));
  catalogue::Stored stored;
  stored.product.kind = kind;
  if (kind == "activity") {
    KK_LET(lists.forms, forms_for(call, ""));
  }
  return ProductHere{std::move(lists), std::move(stored), std::move(may), call.rights.any(staff::Right::prices_edit)};
}

base::Status check_form(const Call& call, const ProductHere& here, const Product& wish, web::Problems& problems) {
  if (!wish.activity || here.stored.id == 0) return {};
  KK_LET(const bool answered, answered_by_another(call.db, here.stored.id, wish.activity->form));
  if (answered) problems.add("form_code", "form_activity_answered");
  return {};
}

base::Result<web::Response> save_and_show(const Call& call, const ProductHere& here, const Product& wish, const Save& save) {
  KK_LET(const bool saved, save_product(here.may, call, wish, save));
  if (!saved) return clash_page(call, wish.code, wish, save.seen);
  return web::see_other(in(call.lang, product_paths(wish.code)) + "?saved=1");
}

base::Result<web::Response> show_product(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  return shown_with(call, here, fields_of(here.stored.product, call.lang), here.stored.revision, {});
}

base::Result<web::Response> post_product(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  const FormFields fields = typed_fields(call.form, here.stored.product, here.may_price, call.lang);
  Product wish = here.stored.product;
  web::Problems problems;
  read_fields(call, here.lists, fields, wish, problems);
  if (problems.empty()) check_place(call, here, wish, problems);
  if (problems.empty()) KK_TRY(check_form(call, here, wish, problems));
  if (problems.empty() && wish.state == "published") find_missing(call, wish, problems);
  if (!problems.empty()) return shown_with(call, here, fields, seen_by(call), std::move(problems));
  return save_and_show(call, here, wish, {seen_by(call), ""});
}

base::Result<web::Response> show_new_product(Call& call) {
  KK_LET(const ProductHere here, new_product_here(call, query_of(call).text("kind")));
  return shown_with(call, here, {}, 0, {});
}

base::Result<web::Response> post_new_product(Call& call) {
  KK_LET(const ProductHere here, new_product_here(call, call.form.text("kind")));
  const FormFields fields = typed_fields(call.form, here.stored.product, here.may_price, call.lang);
  Product wish = here.stored.product;
  web::Problems problems;
  read_fields(call, here.lists, fields, wish, problems);
  const auto stock = read_number(call, "stock", 0, catalogue::kMostStock, fields, problems);
  if (problems.empty()) check_place(call, here, wish, problems);
  if (!problems.empty()) return shown_with(call, here, fields, 0, std::move(problems));
  if (has_choices_only(wish.kind)) {
    wish.variants.emplace_back();
    wish.variants[0].code = "-";
    wish.variants[0].stock = stock;
  }
  return make_and_show(call, here.may, std::move(wish), {0, "made"});
}

base::Result<web::Response> post_publish_product(Call& call) { return set_product_state(call, "published"); }
base::Result<web::Response> post_hide_product(Call& call) { return set_product_state(call, "draft"); }
base::Result<web::Response> post_end_product(Call& call) { return set_product_state(call, "closed"); }

// A draft with everything but dated times and the time of its publication; its prices only by who may set prices. Of an activity's sessions, if wanted, those that are to come, so many weeks later.
base::Result<web::Response> post_copy_product(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  Product wish = here.stored.product;
  wish.state = "draft";
  wish.topical = false;
  wish.shown_from.reset();
  std::erase_if(wish.variants, [](const auto& variant) { return variant.starts || !variant.active; });
  const auto weeks = call.form.number("weeks", 0, kMostWeeksLater);
  web::Problems problems;
  if (wish.kind == "activity" && call.form.ticked("sessions") && !weeks) problems.add("weeks", "number_between", {{"from", "0"}, {"to", std::to_string(kMostWeeksLater)}});
  if (!problems.empty()) return shown_with(call, here, fields_of(here.stored.product, call.lang), here.stored.revision, std::move(problems));
  if (!here.may_price) {
    wish.prices.clear();
    for (auto& variant : wish.variants) variant.prices.clear();
  }
  for (const auto lang : base::kLangs) {
    if (!wish.name[lang].empty()) wish.name[lang] = base::clean_text(call.templates.say(lang, "products.copy_name", {{"name", wish.name[lang]}}), catalogue::kMostName).value_or(wish.name[lang]);
  }
  const auto place = place_of(here.lists, wish.unit, wish.category, "");
  KK_LET(const auto may, call.rights.permit<staff::Right::catalogue_edit>(place));
  Save save{0, "made"};
  if (wish.kind == "activity" && call.form.ticked("sessions")) {
    if (!crypto::is_token(call.form.text("once"))) return fail(ErrorKind::invalid, "the form is not whole");
    KK_LET(const auto sessions, call.rights.permit<staff::Right::activities_edit>(place));
    save.also = [&call, &here, sessions, days = static_cast<int>(*weeks * 7)](const catalogue::Stored& made) { return copy_sessions(sessions, call, {here.stored.id, made.id, days, call.form.text("once"), here.may_price}); };
  }
  return make_and_show(call, may, std::move(wish), save);
}

base::Result<web::Response> to_product(Call& call) { return web::see_other(in(call.lang, product_paths(call.arg))); }

}  // namespace backoffice
