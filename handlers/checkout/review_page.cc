#include <charconv>

#include "checkout/app.h"
#include "checkout/countries.h"
#include "checkout/details.h"
#include "checkout/gift_cards.h"
#include "checkout/order_make.h"
#include "checkout/plan.h"
#include "checkout/summary.h"
#include "lib/base/contact.h"
#include "lib/base/log.h"

namespace checkout {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

constexpr const char* kShownLabel = "shown.1";

// What the review showed, sealed into its form: what is ordered is what was shown, whatever happened to the
// cart in another tab.
struct Shown {
  Cart cart;
  Details details;
  base::Cents total, cards;
};

std::string seal_shown(const Call& call, const Shown& shown) {
  return crypto::seal_text(call.app.cart_key, kShownLabel,
                           std::to_string(shown.total.value()) + ":" + std::to_string(shown.cards.value()) + "\n" + print_cart(shown.cart) + "\n" + print_details(shown.details));
}

std::optional<Shown> open_shown(const Call& call, const std::string& sealed, std::string& plain) {
  const auto text = crypto::open_text(call.app.cart_key, kShownLabel, sealed);
  if (!text) return std::nullopt;
  plain = *text;
  const auto first = plain.find('\n');
  const auto second = plain.find('\n', first + 1);
  if (second == std::string::npos) return std::nullopt;
  std::int64_t cents = 0, cards = 0;
  const auto total = std::from_chars(plain.data(), plain.data() + first, cents);
  if (total.ptr != plain.data() + first) std::from_chars(total.ptr + 1, plain.data() + first, cards);
  const auto cart = parse_cart(std::string_view(plain).substr(first + 1, second - first - 1));
  const auto details = parse_details(std::string_view(plain).substr(second + 1));
  if (!cart || !details) return std::nullopt;
  return Shown{*cart, *details, base::Cents(cents), base::Cents(cards)};
}

int age_to_confirm(const Call& call, const Plan& plan) {
  return plan.minor_value_only ? call.app.city.age_minor_value : call.app.city.age_full;
}

view::Object contact_view(const Call& call, const orders::Contact& c) {
  return view::Object()
      .set("name", c.first_name + " " + c.last_name)
      .set("street_address", c.street_address)
      .set("postal_line", c.postal_code + (c.postal_code.empty() ? "" : " ") + c.town)
      .set("country", country_name(c.country, call.lang))
      .set("abroad", c.country != "FI")
      .set("phone", base::format_phone(c.phone))
      .set("email", c.email)
      .set("company", c.company)
      .set("has_company", !c.company.empty())
      .set("business_id", c.business_id)
      .set("has_business_id", !c.business_id.empty());
}

struct Form {
  bool terms = false, age = false;
  web::Problems problems;
  std::string code = {};  // of a gift card, as typed
};

base::Result<web::Response> review_page(Call& call, const Basket& basket, const Details& details, const Form& form) {
  Plan plan = make_plan(basket, details, call.lang);
  if (plan.total > base::kMaxOrderTotal) return web::see_other(cart_path(call.lang) + "?large=1");  // by its delivery alone
  view::Object data;
  KK_TRY(pay_with_cards(call, basket, plan, data));
  data.set("code", form.code);
  data.merge(order_sums(call, plan.lines, call.lang, gift_cards::sum_of(plan.cards))).set("buyer", contact_view(call, details.contact));
  data.set("button", order_button(plan, call.app.templates, call.lang));
  data.set("costs", plan.total.value() > 0).set("is_contract", !plan.statutory_only).set("order_words", plan.to_pay().value() > 0 && !plan.statutory_only);
  data.set("pays_online", plan.to_pay().value() > 0);
  data.set("payee_words", call.say("checkout.payee", {{"payee", call.app.city.payee}}));
  data.set("terms", form.terms).set("age", form.age);
  data.set("age_words", call.say("checkout.age_label", {{"age", std::to_string(age_to_confirm(call, plan))}}));
  form.problems.fill(data, call.app.templates, call.lang, {"terms", "age", "gift_card"});
  data.set("shown", seal_shown(call, {with_shown_prices(basket), details, plan.total, gift_cards::sum_of(plan.cards)}));
  data.set("action", order_post_path(call.lang)).set("cart_url", cart_path(call.lang)).set("details_url", details_path(call.lang));
  const std::string cookie = fill_token(call, data);
  const std::string title = (form.problems.empty() ? "" : call.say("checkout.error_prefix")) +
                            call.say(plan.total.value() > 0 ? "checkout.review_title" : "checkout.review_free_title");
  KK_LET(web::Response out, call.frame.page("checkout/review", call.lang, title, in_all(review_path), data));
  set_token_cookie(out, cookie);
  return out;
}

base::Result<Basket> basket_of(Call& call, const Cart& cart) { return load_basket(call.db, call.offers, cart, call.lang, call.now); }

// What was ordered leaves the cart; what another tab has put there since stays, and is a new cart.
web::Response after_order(Call& call, const Made& made, const Cart& ordered) {
  web::Response out = web::see_other(made.free_of_charge ? orders::order_path(call.lang, made.token) : orders::payment_path(call.lang, made.token));
  Cart rest = cart_of(call.request, call.app.cart_key);
  if (rest.id != ordered.id) return out;  // a new one already
  for (const auto& line : ordered.lines) {
    for (const auto& kept : Cart(rest).lines) {
      if (kept.key() == line.key()) rest.set_quantity(line.key(), kept.quantity - line.quantity);
    }
  }
  rest.id.clear();
  if (rest.code == ordered.code) rest.code.clear();
  rest.gift_cards.clear();
  put_cart(out, call.app.cart_key, rest);
  drop_details(out);
  return out;
}

// The cart has made an order with other content than this form's, in another tab: that one stands, and no second is made by
// accident. What lies in the cart stays there, as a new cart: who wants it can order it from there.
base::Result<web::Response> ordered_page(Call& call, const Made& made, const Cart& ordered) {
  const std::string case_code = crypto::random_code(8);
  base::log_info("cart_ordered_already", {{"case", case_code}, {"request", call.request.id}});
  view::Object data;
  data.set("order_url", orders::order_path(call.lang, made.token)).set("cart_url", cart_path(call.lang));
  data.set("case_words", call.say("errors.case_code", {{"code", case_code}}));
  KK_LET(web::Response out, call.frame.page("checkout/ordered", call.lang, call.say("checkout.ordered_title"), in_all(cart_path), data));
  out.status = 409;
  Cart rest = cart_of(call.request, call.app.cart_key);
  if (rest.id != ordered.id) return out;
  rest.id.clear();
  put_cart(out, call.app.cart_key, rest);
  return out;
}

base::Result<web::Response> tell_made(Call& call, const Made& made, const Cart& ordered) {
  if (made.as_wanted) return after_order(call, made, ordered);
  return ordered_page(call, made, ordered);
}

// One cart makes one order: its id is the order's idempotency key, and what its form showed is the order's content.
NewOrder order_of(const Call& call, const Cart& cart, const std::string& shown) {
  return {crypto::as_bytes(crypto::sha256("order.1 " + cart.id)).substr(0, 16),
          crypto::as_bytes(crypto::sha256(std::string(base::to_string(call.lang)) + "\n" + shown)), call.lang, 0, call.app.city.hold_minutes};
}

}  // namespace

base::Result<web::Response> show_review(Call& call) {
  const Cart cart = cart_of(call.request, call.app.cart_key);
  KK_LET(const Basket basket, basket_of(call, cart));
  if (!basket.orderable() || basket.price_changed) return web::see_other(cart_path(call.lang));
  const auto details = details_of(call.request, call.app.cart_key, call.now);
  if (!details || !details_fit(*details, basket)) return web::see_other(details_path(call.lang));
  Form form;
  if (call.request.query == "card=1") form.problems.add("gift_card", "gift_card_changed");
  return review_page(call, basket, *details, form);
}

base::Result<web::Response> post_gift_card(Call& call) {
  KK_LET(const web::Form typed, own_form(call));
  Cart cart = cart_of(call.request, call.app.cart_key);
  web::Response out = web::see_other(review_path(call.lang) + "#gift-cards");
  if (const auto place = typed.number("remove", 1, static_cast<std::int64_t>(cart.gift_cards.size()))) {
    cart.gift_cards.erase(cart.gift_cards.begin() + (*place - 1));
    if (!put_cart(out, call.app.cart_key, cart)) return fail(ErrorKind::broken, "a cart that became smaller is too large");
    return out;
  }
  KK_LET(const Basket basket, basket_of(call, cart));
  const auto details = details_of(call.request, call.app.cart_key, call.now);
  if (!basket.orderable() || basket.price_changed || !details || !details_fit(*details, basket)) return web::see_other(review_path(call.lang));
  Form again{false, false, {}, typed.text("code")};
  KK_TRY(add_gift_card(call, make_plan(basket, *details, call.lang), again.code, cart, again.problems));
  if (again.problems.empty() && !put_cart(out, call.app.cart_key, cart)) again.problems.add("gift_card", "gift_card_too_many");
  return again.problems.empty() ? base::Result<web::Response>(std::move(out)) : review_page(call, basket, *details, again);
}

base::Result<web::Response> post_order(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  std::string plain;
  const auto shown = open_shown(call, form.text("shown"), plain);
  if (!shown || shown->cart.id.empty()) return fail(ErrorKind::invalid, "the review's form is not whole");
  KK_LET(const Basket basket, basket_of(call, shown->cart));
  Form again{form.ticked("terms"), form.ticked("age"), {}};
  NewOrder order = order_of(call, shown->cart, plain);
  // An order that this cart has made already stands, whatever has become of prices and stock since; else the cart tells,
  // line by line, what has.
  const auto made_or_cart = [&](const char* why) -> base::Result<web::Response> {
    KK_LET(const auto made, find_made(call.db, order));
    return made ? tell_made(call, *made, shown->cart) : web::see_other(cart_path(call.lang) + why);
  };
  // Another order was faster with a gift card: the review shows what is left to pay now.
  const auto card_changed = [&]() -> base::Result<web::Response> {
    KK_LET(const auto made, find_made(call.db, order));
    return made ? tell_made(call, *made, shown->cart) : web::see_other(review_path(call.lang) + "?card=1");
  };
  if (!basket.orderable() || basket.price_changed) return made_or_cart("");
  if (!details_fit(shown->details, basket)) return made_or_cart("?changed=1");
  Plan plan = make_plan(basket, shown->details, call.lang);
  if (plan.total != shown->total) return made_or_cart("?changed=1");  // by delivery or a discount code
  KK_TRY(choose_cards(call.db, basket.gift_cards, plan, call.now));
  if (gift_cards::sum_of(plan.cards) != shown->cards) return card_changed();
  order.age_confirmed = age_to_confirm(call, plan);
  if (!again.terms) again.problems.add("terms", "terms_required");
  if (!again.age) again.problems.add("age", "age_required", {{"age", std::to_string(order.age_confirmed)}});
  if (!again.problems.empty()) return review_page(call, basket, shown->details, again);
  KK_LET(const auto outcome, make_order(call.db, order, shown->details.contact, plan, call.now));
  if (const auto* made = std::get_if<Made>(&outcome)) return tell_made(call, *made, shown->cart);
  return std::holds_alternative<CardMeanwhile>(outcome) ? card_changed() : made_or_cart("");
}

}  // namespace checkout
