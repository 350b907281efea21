// Goal: whatever is in a cart, the sums of basket, order lines and VAT are the same whole cents (P17), a cart comes back from
// its cookie as it went, and nothing that stands in the way of an order is overlooked.
#include <rapidcheck.h>

#include "checkout/basket.h"
#include "checkout/plan.h"
#include "unit/catch.h"

namespace {

using base::Cents;
using checkout::Basket;
using checkout::Cart;
using checkout::Obstacle;
using checkout::Offers;

constexpr base::UtcTime kNow{std::chrono::hours{500'000}};

checkout::DeliveryWay way(const std::string& code, int cents) { return {code, code, code, {}, Cents(cents), "standard", {}, 255}; }

checkout::Offer offer_of(std::int64_t variant) {
  checkout::Offer out;
  out.variant = variant;
  out.product = variant;
  out.product_code = "p" + std::to_string(variant);
  out.variant_code = "-";
  out.kind = "goods";
  out.name = "thing";
  out.published = true;
  out.max_per_order = checkout::kMaxQuantity;
  out.vat_code = "standard";
  out.vat_per_mille = 255;
  out.withdrawal = orders::Withdrawal::goods_14d;
  out.deliveries = {way("collect", 0)};
  return out;
}

struct Case {
  Cart cart;
  Offers offers;
};

Case any_case() {
  Case out;
  const int lines = *rc::gen::inRange(1, 51);
  for (int i = 1; i <= lines; ++i) {
    auto offer = offer_of(i);
    offer.prices["everyone"] = {Cents(*rc::gen::inRange(0, 20'000)), "Everyone", false, {}};
    offer.vat_per_mille = *rc::gen::element(std::optional<int>(), std::optional<int>(0), std::optional<int>(100), std::optional<int>(135), std::optional<int>(255));
    offer.vat_code = offer.vat_per_mille ? "v" + std::to_string(*offer.vat_per_mille) : "exempt";
    if (*rc::gen::arbitrary<bool>()) offer.deliveries = {way("collect", 0), way("post", 590)};
    out.cart.lines.push_back({i, "everyone", *rc::gen::inRange(1, 100), offer.prices["everyone"].cents});
    out.offers.emplace(i, std::move(offer));
  }
  return out;
}

checkout::Details details_for(const Basket& basket, bool posted) {
  checkout::Details out;
  out.checked = true;
  out.contact.country = "FI";
  for (const auto& choice : checkout::delivery_choices(basket)) out.delivery[checkout::choice_key(choice)] = posted ? choice.ways.back().code : choice.ways.front().code;
  return out;
}

}  // namespace

TEST_CASE("lines, basket, order and VAT add up to the same cents") {
  CHECK(rc::check([] {
    auto made = any_case();
    const Basket basket = checkout::make_basket(made.cart, made.offers, kNow);
    RC_PRE(basket.orderable());
    const bool posted = *rc::gen::arbitrary<bool>();
    const auto details = details_for(basket, posted);
    RC_ASSERT(checkout::details_fit(details, basket));
    const auto plan = checkout::make_plan(basket, details, base::Lang::en);
    std::int64_t lines = 0, delivery = 0, gross = 0;
    for (const auto& line : plan.lines) (line.is_delivery ? delivery : lines) += line.quantity * line.unit_price.value();
    RC_ASSERT(lines == basket.products.value());
    RC_ASSERT(plan.total.value() == lines + delivery);
    RC_ASSERT(delivery == 0 || delivery == 590);  // once per order, however many lines are posted
    for (const auto& row : orders::vat_rows(plan.lines)) {
      gross += row.gross.value();
      RC_ASSERT(row.net() + row.vat == row.gross);
      RC_ASSERT(row.vat.value() >= 0);
      // Within half a cent of the exact value: |vat * (1000 + p) - gross * p| <= (1000 + p) / 2.
      const std::int64_t p = row.per_mille.value_or(0);
      const std::int64_t off = row.vat.value() * (1000 + p) - row.gross.value() * p;
      RC_ASSERT(2 * (off < 0 ? -off : off) <= 1000 + p);
    }
    RC_ASSERT(gross == plan.total.value());
    for (std::size_t i = 0; i < plan.lines.size(); ++i) RC_ASSERT(plan.lines[i].line_no == static_cast<int>(i) + 1);
  }));
}

TEST_CASE("a cart comes back from its text as it went") {
  CHECK(rc::check([] {
    Cart cart = any_case().cart;
    cart.id = *rc::gen::element(std::string(), std::string(26, 'a'), std::string("0123456789abcdefghjkmnpqrs"));
    const auto back = cart::parse_cart(cart::print_cart(cart));
    RC_ASSERT(back.has_value());
    RC_ASSERT(cart::print_cart(*back) == cart::print_cart(cart));
  }));
  CHECK(rc::check([](const std::string& noise) {
    const auto read = cart::parse_cart(noise);
    if (read) RC_ASSERT(cart::print_cart(*read) == noise);
  }));
}

TEST_CASE("no quantity beyond stock or limit is orderable, however it is spread over price groups") {
  CHECK(rc::check([] {
    auto offer = offer_of(1);
    for (const char* group : {"adult", "child", "student"}) offer.prices[group] = {Cents(100), group, false, {}};
    const int stock = *rc::gen::inRange(0, 30), limit = *rc::gen::inRange(1, 30);
    offer.free = stock;
    offer.max_per_order = limit;
    Cart cart;
    int wanted = 0;
    for (const char* group : {"adult", "child", "student"}) {
      const int quantity = *rc::gen::inRange(0, 15);
      if (quantity == 0) continue;
      cart.add({1, group, quantity, Cents(100)});
      wanted += quantity;
    }
    RC_PRE(wanted > 0);
    const Basket basket = checkout::make_basket(cart, {{1, offer}}, kNow);
    RC_ASSERT(basket.orderable() == (wanted <= stock && wanted <= limit));
  }));
}

TEST_CASE("what is gone, early, late or without a price stands in the way") {
  const Cart cart{{{1, "everyone", 1, Cents(100)}}};
  auto good = offer_of(1);
  good.prices["everyone"] = {Cents(100), "Everyone", false, {}};
  const auto obstacle = [&](const checkout::Offer& offer) { return checkout::make_basket(cart, {{1, offer}}, kNow).lines[0].obstacle; };
  CHECK(obstacle(good) == Obstacle::none);
  CHECK(checkout::make_basket(cart, {}, kNow).lines[0].obstacle == Obstacle::gone);
  auto offer = good;
  offer.published = false;
  CHECK(obstacle(offer) == Obstacle::gone);
  offer = good;
  offer.prices.clear();
  CHECK(obstacle(offer) == Obstacle::gone);
  offer = good;
  offer.shown_from = kNow + std::chrono::seconds{1};
  CHECK(obstacle(offer) == Obstacle::gone);
  offer.shown_from = kNow;
  CHECK(obstacle(offer) == Obstacle::none);
  offer = good;
  offer.sale_from = kNow + std::chrono::seconds{1};
  CHECK(obstacle(offer) == Obstacle::not_yet);
  offer.sale_from = kNow;
  CHECK(obstacle(offer) == Obstacle::none);
  offer.sale_until = kNow;
  CHECK(obstacle(offer) == Obstacle::ended);
  offer = good;
  offer.starts = kNow;
  offer.ends = kNow + std::chrono::hours{2};
  CHECK(obstacle(offer) == Obstacle::ended);
  offer.ends = kNow + std::chrono::hours{24};  // a whole day is sold until it ends
  CHECK(obstacle(offer) == Obstacle::none);
}

TEST_CASE("seats of an activity are ordered while their sign-up holds them, and in no other way") {
  auto offer = offer_of(1);
  offer.kind = "activity";
  offer.free = 0;
  offer.prices["child"] = {Cents(6500), "Child", false, {}};
  registrations::Registration held;
  held.id = 7;
  held.variant = 1;
  held.state = registrations::State::filled;
  held.holds_seats = true;
  held.hold_until = kNow + std::chrono::minutes{1};
  const auto obstacle = [&](std::int64_t registration, const checkout::Holds& holds) {
    return checkout::make_basket({{{1, "child", 2, Cents(6500), registration}}}, {{1, offer}}, kNow, holds).lines[0].obstacle;
  };
  CHECK(obstacle(7, {{7, held}}) == Obstacle::none);  // though no seat is free for others
  CHECK(obstacle(0, {}) == Obstacle::gone);
  CHECK(obstacle(7, {}) == Obstacle::gone);
  auto over = held;
  over.hold_until = kNow;
  CHECK(obstacle(7, {{7, over}}) == Obstacle::not_held);
  over = held;
  over.state = registrations::State::ordered;
  CHECK(obstacle(7, {{7, over}}) == Obstacle::not_held);
  over = held;
  over.variant = 2;
  CHECK(obstacle(7, {{7, over}}) == Obstacle::not_held);
}

TEST_CASE("a sum above what one payment takes is not orderable") {
  auto offer = offer_of(1);
  offer.prices["everyone"] = {base::kMaxOrderTotal, "Everyone", false, {}};
  CHECK(checkout::make_basket({{{1, "everyone", 1, Cents(0)}}}, {{1, offer}}, kNow).orderable());
  CHECK_FALSE(checkout::make_basket({{{1, "everyone", 2, Cents(0)}}}, {{1, offer}}, kNow).orderable());
}

TEST_CASE("details fit when they are checked and the post reaches the country") {
  auto offer = offer_of(1);
  offer.prices["everyone"] = {Cents(100), "Everyone", false, {}};
  offer.deliveries = {way("collect", 0), way("post", 590)};
  const Basket basket = checkout::make_basket({{{1, "everyone", 1, Cents(100)}}}, {{1, offer}}, kNow);
  for (const bool posted : {false, true}) {
    for (const char* country : {"FI", "AX", "SE"}) {
      auto details = details_for(basket, posted);
      details.contact.country = country;
      CHECK(checkout::details_fit(details, basket) == (!posted || country != std::string("SE")));
      details.checked = false;
      CHECK_FALSE(checkout::details_fit(details, basket));
    }
  }
}
