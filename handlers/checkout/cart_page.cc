#include <algorithm>
#include <map>

#include "checkout/app.h"
#include "checkout/basket.h"
#include "checkout/details.h"

namespace checkout {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

std::string product_path(const Offer& offer, Lang lang) {
  constexpr std::array<const char*, 3> kFolders = {"/fi/tuote/", "/sv/produkt/", "/en/product/"};
  return kFolders[base::index(lang)] + offer.slug;
}

std::string obstacle_words(const Call& call, const BasketLine& line) {
  switch (line.obstacle) {
    case Obstacle::none: return {};
    case Obstacle::gone: return call.say("checkout.line_gone");
    case Obstacle::not_held: return call.say("checkout.line_not_held");
    case Obstacle::closed: return call.say("checkout.line_closed", {{"reason", line.offer->closed}});
    case Obstacle::not_yet: return call.say("checkout.line_not_yet", {{"time", base::format_date_time(*line.offer->sale_from, call.lang)}});
    case Obstacle::ended: return call.say("checkout.line_ended");
    case Obstacle::sold_out: return call.say("checkout.line_sold_out");
    case Obstacle::too_few: return call.say("errors.quantity_stock", {{"left", std::to_string(line.left)}});
    case Obstacle::over_limit: return call.say("errors.quantity_limit", {{"max", std::to_string(line.left)}});
  }
  return {};
}

view::Object line_view(const Call& call, const BasketLine& line) {
  view::Object out;
  const Offer* offer = line.offer;
  const std::string words = obstacle_words(call, line);
  std::string note;
  if (offer != nullptr) {
    if (offer->starts) note = base::format_period(*offer->starts, *offer->ends, call.lang);
    if (!offer->variant_name.empty()) note = offer->variant_name + (note.empty() ? "" : ", " + note);
  }
  if (line.price != nullptr && line.cart.group != "everyone") note += (note.empty() ? "" : ", ") + line.price->group_name;
  out.set("key", line.cart.key());
  out.set("name", offer == nullptr ? call.say("checkout.unknown_product") : offer->name);
  out.set("has_link", offer != nullptr && offer->is_in_shop(call.now)).set("url", offer == nullptr ? "" : product_path(*offer, call.lang));
  out.set("note", note).set("has_note", !note.empty());
  out.set("proof", line.price != nullptr && line.price->proof).set("proof_text", line.price == nullptr ? "" : line.price->proof_text);
  out.set("is_signup", line.cart.registration != 0).set("signup_url", line.signup_token.empty() ? std::string() : registrations::page_path(call.lang, line.signup_token)).set("has_signup_url", !line.signup_token.empty());
  out.set("held_words", line.held_until && words.empty() ? call.say("checkout.line_held", {{"time", base::format_clock(*line.held_until, call.lang)}}) : std::string());
  out.set("quantity", std::to_string(line.cart.quantity));
  const auto money = [&](base::Cents cents) { return line.price == nullptr ? std::string() : base::format_money(cents, call.lang); };
  const bool reduced = line.price != nullptr && line.price->before;
  out.set("unit_price", money(line.price == nullptr ? base::Cents(0) : line.price->cents)).set("total", money(line.full()));
  out.set("reduced", reduced).set("before", reduced ? money(*line.price->before) : std::string());
  out.set("reduction", reduced ? call.say("storefront.reduction", {{"name", line.price->campaign}, {"sum", money(*line.price->before)}}) : std::string());
  out.set("wrong", !words.empty()).set("wrong_words", words);
  out.set("price_changed", line.price_changed);
  out.set("change_words", !line.price_changed ? std::string()
                                              : call.say("checkout.price_changed", {{"old", base::format_money(line.cart.seen, call.lang)},
                                                                                    {"new", base::format_money(line.price->cents, call.lang)}}));
  return out;
}

bool is_own_static_path(const std::string& path) {
  const bool in_language = path.starts_with("/fi/") || path.starts_with("/sv/") || path.starts_with("/en/");
  return in_language && path.size() < 300 && path.find("//") == std::string::npos && path.find('\\') == std::string::npos &&
         path.find('#') == std::string::npos && path.find_first_of(" \n\r\t") == std::string::npos;
}

// What was typed and is wrong: shown again as it was, with words.
struct Typed {
  std::map<std::string, std::string> quantities;  // line key -> text
  std::string code, code_words;
};

// Why a code takes nothing off; empty: it does.
std::string fault_words(const Call& call, const BasketCode& code) {
  if (code.fault == catalogue::CodeFault::none) return {};
  const auto from = base::helsinki_to_utc(std::chrono::year_month_day{code.from}, std::chrono::hours{12});
  return call.say(std::string("errors.code_") + catalogue::to_string(code.fault), {{"date", base::format_date(from, call.lang)}, {"sum", base::format_money(code.minimum, call.lang)}});
}

// The cart's code with its remove button, or the field for one; and the sums around it.
view::Object code_view(const Call& call, const Basket& basket, const Typed& typed) {
  const std::string wrong = basket.code.code.empty() ? typed.code_words : fault_words(call, basket.code);
  return view::Object()
      .set("code_url", cart_code_path(call.lang))
      .set("has_code", !basket.code.code.empty())
      .set("code", basket.code.code)
      .set("code_name", basket.code.name)
      .set("typed_code", typed.code)
      .set("code_problem", !wrong.empty())
      .set("code_words", wrong)
      .set("code_works", basket.code.off.value() > 0)
      .set("code_off", base::format_money(basket.code.off * -1, call.lang))
      .set("full_sum", base::format_money(basket.products + basket.code.off, call.lang));
}

view::List problems_of(const Call& call, const Basket& basket, const Typed& typed, bool full) {
  view::List out;
  const auto add = [&out](const std::string& field, const std::string& message) {
    out.push_back(view::Object().set("field", field).set("message", message));
  };
  if (full || call.request.query == "full=1") add("cart-lines", call.say("checkout.cart_full"));
  for (const auto& line : basket.lines) {
    const std::string key = line.cart.key();
    const std::string name = line.offer == nullptr ? call.say("checkout.unknown_product") : line.offer->name;
    const std::string words = typed.quantities.contains(key) ? call.say("errors.quantity_invalid") : obstacle_words(call, line);
    if (!words.empty()) add("q_" + key, name + ": " + words);
  }
  const std::string code = basket.code.code.empty() ? typed.code_words : fault_words(call, basket.code);
  if (!code.empty()) add("code", code);
  if (call.request.query == "changed=1") add("cart-lines", call.say("checkout.delivery_changed"));
  if (basket.too_large || call.request.query == "large=1") add("cart-lines", call.say("checkout.too_large"));
  return out;
}

base::Result<web::Response> cart_page(Call& call, const Cart& cart, const Typed& typed = {}) {
  KK_LET(const Basket basket, load_basket(call.db, call.offers, cart, call.lang, call.now));
  // From now on these prices are the ones that were shown; with longer ones a full cart may fit its cookie no more.
  web::Response cookies;
  const bool full = !cart.lines.empty() && !put_cart(cookies, call.app.cart_key, with_shown_prices(basket));
  view::Object data;
  view::List lines;
  for (const auto& line : basket.lines) {
    lines.push_back(line_view(call, line));
    if (const auto wrong = typed.quantities.find(line.cart.key()); wrong != typed.quantities.end()) {
      lines.back().set("quantity", wrong->second).set("wrong", true).set("wrong_words", call.say("errors.quantity_invalid"));
    }
  }
  view::List problems = problems_of(call, basket, typed, full);
  data.set("empty", lines.empty()).set("has_lines", !lines.empty()).set("orderable", basket.orderable());
  data.set("has_problems", !problems.empty());
  data.set("problems_title", problems.size() == 1 ? call.say("errors.summary_title_one")
                                                  : call.say("errors.summary_title", {{"n", std::to_string(problems.size())}}));
  data.set("problems", std::move(problems)).set("price_changed", basket.price_changed).set("lines", std::move(lines));
  data.set("has_goods", std::any_of(cart.lines.begin(), cart.lines.end(), [](const CartLine& line) { return line.registration == 0; }));
  data.set("sum", base::format_money(basket.products, call.lang)).merge(code_view(call, basket, typed));
  data.set("change_url", cart_change_path(call.lang)).set("details_url", details_path(call.lang));
  const std::string cookie = fill_token(call, data);
  KK_LET(web::Response out, call.frame.page("checkout/cart", call.lang, call.say("checkout.cart_title"), in_all(cart_path), data));
  set_token_cookie(out, cookie);
  for (auto& [name, value] : cookies.headers) out.header(name, value);
  return out;
}

struct Wanted {
  CartLine line;
  bool in_order = false;  // nothing stands in the way of ordering it
};

// What an add form asks for. ERRORS: invalid: a choice was left open, or is none; not_found: no such variant.
base::Result<Wanted> wanted_of(Call& call, const web::Form& form) {
  const auto variant = form.number("variant", 1, 4'294'967'295);
  const auto quantity = form.number("quantity", 1, kMaxQuantity);
  if (!variant || !quantity) return fail(ErrorKind::invalid, "no variant or quantity");
  KK_LET(Offers offers, call.offers.load(call.db, {*variant}, call.lang, call.now));
  const auto offer = offers.find(*variant);
  if (offer == offers.end()) return fail(ErrorKind::not_found, "no such variant");
  const auto& prices = offer->second.prices;
  const std::string typed = form.text("group");
  const auto price = typed.empty() && prices.size() == 1 ? prices.begin() : prices.find(typed);
  if (price == prices.end()) return fail(ErrorKind::invalid, "no such price group");
  Wanted out{{*variant, price->first, static_cast<int>(*quantity), price->second.cents}, false};
  Cart whole = cart_of(call.request, call.app.cart_key);
  whole.add(out.line);
  std::erase_if(whole.lines, [&](const CartLine& line) { return line.variant != out.line.variant; });
  out.in_order = !make_basket(whole, std::move(offers), call.now).has_obstacle;
  return out;
}

}  // namespace

base::Result<web::Response> show_cart(Call& call) { return cart_page(call, cart_of(call.request, call.app.cart_key)); }

base::Result<web::Response> post_add(Call& call) {
  KK_LET(const web::Form form, own_form(call, false));
  const std::string typed = form.text("back");
  const bool has_back = is_own_static_path(typed);
  const auto wanted = wanted_of(call, form);
  if (!wanted) {
    // The product's page says what it wants; only a form that is not its own is told off.
    if (wanted.error().kind == ErrorKind::invalid && has_back) return web::see_other(typed + "#main");
    return fail(wanted.error());
  }
  Cart cart = cart_of(call.request, call.app.cart_key);
  web::Response out = web::see_other(wanted->in_order && has_back ? typed + "#added" : cart_path(call.lang));
  if (cart.add(wanted->line) && put_cart(out, call.app.cart_key, cart)) return out;
  return web::see_other(cart_path(call.lang) + "?full=1");
}

base::Result<web::Response> post_change(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  Cart cart = cart_of(call.request, call.app.cart_key);
  const std::string remove = form.text("remove");
  Typed typed;
  for (const auto& line : Cart(cart).lines) {
    const std::string key = line.key();
    const auto quantity = form.number("q_" + key, 0, kMaxQuantity);
    if (key == remove) cart.set_quantity(key, 0);
    else if (quantity) cart.set_quantity(key, static_cast<int>(*quantity));
    else if (form.has("q_" + key)) typed.quantities[key] = form.text("q_" + key);
  }
  if (!typed.quantities.empty()) return cart_page(call, cart, typed);
  web::Response out = web::see_other(form.has("go_on") ? details_path(call.lang) : cart_path(call.lang));
  if (!put_cart(out, call.app.cart_key, cart)) return web::see_other(cart_path(call.lang) + "?full=1");
  return out;
}

// A code is put into the cart only when it takes something off what lies there now.
base::Result<web::Response> post_code(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  Cart cart = cart_of(call.request, call.app.cart_key);
  const std::string typed = form.text("code");
  cart.code = form.has("remove") ? std::string() : catalogue::plain_code(typed);
  if (!cart.code.empty()) {
    KK_LET(const Basket basket, load_basket(call.db, call.offers, cart, call.lang, call.now));
    cart.code = basket.code.fault == catalogue::CodeFault::none ? cart.code : std::string();
    if (cart.code.empty()) return cart_page(call, cart, {{}, typed, fault_words(call, basket.code)});
  } else if (!form.has("remove")) {
    return cart_page(call, cart, {{}, typed, call.say(typed.empty() ? "checkout.code_required" : "errors.code_unknown")});
  }
  web::Response out = web::see_other(cart_path(call.lang) + "#summary");
  if (!put_cart(out, call.app.cart_key, cart)) return web::see_other(cart_path(call.lang) + "?full=1");
  return out;
}

}  // namespace checkout
