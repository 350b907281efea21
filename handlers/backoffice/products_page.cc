// The products of one's scope: found by unit, category, kind, state and words.
#include <algorithm>

#include "backoffice/paging.h"
#include "backoffice/product_page.h"
#include "lib/catalogue/rules.h"

namespace backoffice {

using view::List;
using view::Object;

namespace {

constexpr std::array<const char*, 4> kProductStates = {"draft", "coming", "published", "closed"};

ProductsAsked products_asked(const Call& call) {
  const web::Form form = query_of(call);
  ProductsAsked out{call.now, form.text("unit"), form.text("category"), form.text("kind"), form.text("state"), form.text("q").substr(0, 240), form.text("stock") == "low" ? std::optional(call.city.stock_low_pieces) : std::nullopt, form.text("after")};
  for (auto* code : {&out.unit, &out.category, &out.kind, &out.state, &out.after}) {
    if (!catalogue::is_code_text(*code)) code->clear();
  }
  return out;
}

List choices(const std::vector<Lists::Named>& all, const std::string& chosen) {
  List out;
  for (const auto& one : all) out.push_back(Object().set("value", one.code).set("words", one.name).set("chosen", one.code == chosen));
  return out;
}

}  // namespace

base::Result<web::Response> show_products(Call& call) {
  const ProductsAsked asked = products_asked(call);
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  KK_LET(auto found, find_products(call.db, call.lang, call.rights.scopes(staff::Right::catalogue_edit), asked));
  const bool more = found.size() > kProductsPerPage;
  if (more) found.resize(kProductsPerPage);
  List rows, makes;
  for (const auto& one : found) {
    std::string missing;
    for (const auto lang : one.missing) missing += (missing.empty() ? "" : ", ") + call.say(std::string("products.in_") + base::to_string(lang));
    rows.push_back(Object().set("name", one.name).set("url", in(call.lang, product_paths(one.code))).set("kind", call.say("products.kind_" + one.kind)).set("category", one.category).set("unit", one.unit)
                       .set("state", product_state_words(call, one.state, one.shown_from)).set("is_hidden", !is_in_shop(call, one.state, one.shown_from)).set("lacks", !missing.empty()).set("missing", call.say("products.missing_texts", {{"languages", missing}})).set("left", one.low));
  }
  std::vector<Lists::Named> kinds, states, categories;
  for (const char* one : catalogue::kKinds) kinds.push_back({one, call.say(std::string("products.kind_") + one)});
  for (const char* one : kProductStates) states.push_back({one, call.say(std::string("products.state_") + one)});
  for (const auto& one : lists.categories) categories.push_back({one.code, one.name});
  for (const auto& one : kinds) makes.push_back(Object().set("name", one.name).set("url", in(call.lang, new_product_paths()) + "?kind=" + one.code));
  const std::string here = in(call.lang, products_paths());
  Object data;
  data.set("may_files", call.rights.on(staff::Right::catalogue_edit, {})).set("files_url", in(call.lang, catalogue_files_paths()));
  data.set("action", here).set("units", choices(lists.units, asked.unit)).set("categories", choices(categories, asked.category)).set("kinds", choices(kinds, asked.kind)).set("states", choices(states, asked.state));
  data.set("stocks", choices({{"low", call.say("products.stock_low", {{"pieces", std::to_string(call.city.stock_low_pieces)}})}}, asked.low ? "low" : "")).set("low", asked.low.has_value());
  data.set("search", asked.words).set("none", rows.empty()).set("rows", std::move(rows)).set("makes", std::move(makes)).set("more", more);
  const web::Pairs again = {{"unit", asked.unit}, {"category", asked.category}, {"kind", asked.kind}, {"state", asked.state}, {"q", asked.words}, {"stock", asked.low ? "low" : ""}, {"after", more ? found.back().code : ""}};
  data.set("more_url", more ? here + "?" + web::urlencoded(again) : "");
  return staff::show(call, {"backoffice/products", call.say("products.title"), products_paths()}, std::move(data));
}

}  // namespace backoffice
