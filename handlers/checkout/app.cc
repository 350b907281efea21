#include "checkout/app.h"

#include "lib/orders/order.h"

namespace checkout {

using base::ErrorKind;
using base::fail;
using base::by_lang;
using base::Lang;
using web::Method;

namespace {

base::Result<web::Response> to(Call&, const std::string& path) { return web::see_other(path); }

}  // namespace

std::string Call::say(std::string_view key, web::Problems::Values values) const { return app.templates.say(lang, key, values); }

std::string cart_path(Lang lang) { return by_lang(lang, "/fi/ostoskori", "/sv/varukorg", "/en/cart"); }
std::string cart_change_path(Lang lang) { return by_lang(lang, "/fi/ostoskori/muuta", "/sv/varukorg/andra", "/en/cart/change"); }
std::string cart_code_path(Lang lang) { return by_lang(lang, "/fi/ostoskori/koodi", "/sv/varukorg/kod", "/en/cart/code"); }
std::string details_path(Lang lang) { return by_lang(lang, "/fi/kassa/tiedot", "/sv/kassan/uppgifter", "/en/checkout/details"); }
std::string review_path(Lang lang) { return by_lang(lang, "/fi/kassa/vahvistus", "/sv/kassan/granska", "/en/checkout/review"); }
std::string order_post_path(Lang lang) { return by_lang(lang, "/fi/kassa/tilaa", "/sv/kassan/bestall", "/en/checkout/order"); }

std::string gift_card_post_path(Lang lang) { return by_lang(lang, "/fi/kassa/lahjakortti", "/sv/kassan/presentkort", "/en/checkout/gift-card"); }
std::string balance_path(Lang lang) { return by_lang(lang, "/fi/lahjakortti", "/sv/presentkort", "/en/gift-card"); }

std::array<std::string, 3> in_all(std::string (*path)(Lang)) { return {path(Lang::fi), path(Lang::sv), path(Lang::en)}; }

base::Result<web::Form> own_form(const Call& call, bool with_token) {
  if (!web::from_own_page(call.request, call.app.instance.public_url)) return fail(ErrorKind::denied, "not posted from our own page");
  KK_LET(web::Form form, web::Form::parse(call.request));
  if (with_token && !call.app.guard.valid(call.request, form)) return fail(ErrorKind::denied, "the form's token is not right");
  return form;
}

base::Result<Posted> own_form_or_old(const Call& call) {
  KK_LET(web::Form form, own_form(call, false));
  const bool fresh = call.app.guard.valid(call.request, form);
  return Posted{std::move(form), fresh};
}

std::string fill_token(const Call& call, view::Object& data) {
  auto issued = call.app.guard.issue(call.request);
  data.set("form_token", issued.field);
  return issued.new_cookie;
}

void set_token_cookie(web::Response& response, const std::string& new_cookie) {
  if (!new_cookie.empty()) response.cookie({.name = web::kFormCookie, .value = new_cookie});
}

const std::vector<web::Route<Call>>& routes() {
  static const std::vector<web::Route<Call>> kRoutes = {
      {Method::get, "cart", {"/fi/ostoskori", "/sv/varukorg", "/en/cart"}, show_cart},
      {Method::post, "cart_add", {"/fi/ostoskori/lisaa", "/sv/varukorg/lagg-till", "/en/cart/add"}, post_add},
      // A form's address opened by itself (reloaded, copied) leads to the page of the form.
      {Method::get, "to_cart", {"/fi/ostoskori/lisaa", "/sv/varukorg/lagg-till", "/en/cart/add"}, [](Call& call) { return to(call, cart_path(call.lang)); }},
      {Method::get, "to_cart", {"/fi/ostoskori/muuta", "/sv/varukorg/andra", "/en/cart/change"}, [](Call& call) { return to(call, cart_path(call.lang)); }},
      {Method::get, "to_review", {"/fi/kassa/tilaa", "/sv/kassan/bestall", "/en/checkout/order"}, [](Call& call) { return to(call, review_path(call.lang)); }},
      {Method::get, "to_order", {"/fi/tilaus/*/peru", "/sv/bestallning/*/annullera", "/en/order/*/cancel"}, [](Call& call) { return to(call, orders::order_path(call.lang, call.arg)); }},
      {Method::post, "cart_change", {"/fi/ostoskori/muuta", "/sv/varukorg/andra", "/en/cart/change"}, post_change},
      {Method::post, "cart_code", {"/fi/ostoskori/koodi", "/sv/varukorg/kod", "/en/cart/code"}, post_code},
      {Method::get, "to_cart", {"/fi/ostoskori/koodi", "/sv/varukorg/kod", "/en/cart/code"}, [](Call& call) { return to(call, cart_path(call.lang)); }},
      {Method::get, "details", {"/fi/kassa/tiedot", "/sv/kassan/uppgifter", "/en/checkout/details"}, show_details},
      {Method::post, "details", {"/fi/kassa/tiedot", "/sv/kassan/uppgifter", "/en/checkout/details"}, post_details},
      {Method::get, "review", {"/fi/kassa/vahvistus", "/sv/kassan/granska", "/en/checkout/review"}, show_review},
      {Method::post, "order", {"/fi/kassa/tilaa", "/sv/kassan/bestall", "/en/checkout/order"}, post_order},
      {Method::post, "gift_card", {"/fi/kassa/lahjakortti", "/sv/kassan/presentkort", "/en/checkout/gift-card"}, post_gift_card},
      {Method::get, "to_review", {"/fi/kassa/lahjakortti", "/sv/kassan/presentkort", "/en/checkout/gift-card"}, [](Call& call) { return to(call, review_path(call.lang)); }},
      {Method::get, "balance", {"/fi/lahjakortti", "/sv/presentkort", "/en/gift-card"}, show_balance},
      {Method::post, "balance", {"/fi/lahjakortti", "/sv/presentkort", "/en/gift-card"}, post_balance},
      {Method::get, "order_page", {"/fi/tilaus/*", "/sv/bestallning/*", "/en/order/*"}, show_order},
      {Method::post, "cancel", {"/fi/tilaus/*/peru", "/sv/bestallning/*/annullera", "/en/order/*/cancel"}, post_cancel},
      {Method::post, "accept", {"/fi/tilaus/*/hyvaksy", "/sv/bestallning/*/godkann", "/en/order/*/accept"}, post_accept},
      {Method::get, "to_order", {"/fi/tilaus/*/hyvaksy", "/sv/bestallning/*/godkann", "/en/order/*/accept"}, [](Call& call) { return to(call, orders::order_path(call.lang, call.arg)); }},
      {Method::get, "receipt", {"/fi/tilaus/*/kuitti", "/sv/bestallning/*/kvitto", "/en/order/*/receipt"}, show_receipt},
      {Method::get, "ticket", {"/fi/lippu/*", "/sv/biljett/*", "/en/ticket/*"}, show_ticket},
      {Method::get, "order_withdrawal", {"/fi/tilaus/*/peruuta", "/sv/bestallning/*/frantrad", "/en/order/*/withdraw"}, show_order_withdrawal},
      {Method::post, "order_withdrawal", {"/fi/tilaus/*/peruuta", "/sv/bestallning/*/frantrad", "/en/order/*/withdraw"}, post_order_withdrawal},
      {Method::get, "withdrawal", {"/fi/peruuta", "/sv/frantrad", "/en/withdraw"}, show_withdrawal},
      {Method::post, "withdrawal", {"/fi/peruuta", "/sv/frantrad", "/en/withdraw"}, post_withdrawal},
      {Method::get, "my_orders", {"/fi/tilaukseni", "/sv/mina-bestallningar", "/en/my-orders"}, show_my_orders},
      {Method::post, "my_orders", {"/fi/tilaukseni", "/sv/mina-bestallningar", "/en/my-orders"}, post_my_orders},
  };
  return kRoutes;
}

}  // namespace checkout
