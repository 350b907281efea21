// A cart meets what the shop offers now: prices, sums, and what stands in the way of ordering. Pure rules.
#pragma once

#include <string>
#include <vector>

#include "checkout/offer.h"
#include "lib/catalogue/discount.h"
#include "lib/registrations/registration_store.h"
#include "lib/base/time.h"

namespace checkout {

enum class Obstacle {
  none,
  gone,        // no longer sold, or the price group is not offered
  not_held,    // the sign-up that held these seats holds them no more
  closed,      // staff have closed the sale, for a reason
  not_yet,     // the sale begins later
  ended,       // the sale is over, or the time has begun
  sold_out,
  too_few,     // fewer are left than wanted
  over_limit,  // more than one order may hold
};

struct BasketLine {
  CartLine cart;
  const Offer* offer = nullptr;       // nothing: the variant does not exist any more
  const Offer::Price* price = nullptr;
  Obstacle obstacle = Obstacle::none;
  int left = 0;                       // too_few: pieces left; over_limit: the limit
  bool price_changed = false;         // since it was last shown
  std::optional<base::UtcTime> held_until;  // of a sign-up's seats
  std::string signup_token;           // of its family's page
  std::vector<catalogue::Part> parts; // units of one price each, as a discount code leaves them; none while the price is not known
  base::Cents total() const;          // what is to pay
  base::Cents full() const { return price == nullptr ? base::Cents(0) : price->cents * cart.quantity; }  // without a discount code
};

// The discount code that was typed into a cart.
struct BasketCode {
  std::string code;                   // plain; empty: none
  std::int64_t id = 0;
  int version = 0;
  std::string name;
  base::Cents off, minimum;           // what it takes off; what the lines in its scope must cost
  catalogue::CodeFault fault = catalogue::CodeFault::none;  // of one that takes nothing off: nothing is ordered until it fits or is taken out
  catalogue::Day from, until;
};

struct Basket {
  Offers offers;
  std::string cart_id;
  BasketCode code;
  std::vector<std::string> gift_cards;  // the cart's codes
  std::vector<BasketLine> lines;
  base::Cents products;               // sum of the lines, without delivery
  bool has_obstacle = false, price_changed = false, too_large = false;

  bool orderable() const { return !lines.empty() && !has_obstacle && !too_large && code.fault == catalogue::CodeFault::none; }
  bool all_minor_value() const;
  bool all_statutory() const;         // fees only: no order words, no withdrawal
};

// The sign-ups of a cart, by id.
using Holds = std::map<std::int64_t, registrations::Registration>;

Basket make_basket(const Cart& cart, Offers offers, base::UtcTime now, const Holds& holds = {});
// Applies the code that was found for the cart's, or says why not; `products` and `parts` are what is left to pay.
void apply_code(Basket& basket, const std::optional<catalogue::DiscountCode>& found, base::Lang lang, base::UtcTime now);
// Both, of what the database says now. ERRORS: unavailable.
base::Result<Basket> load_basket(db::Connection& db, OfferBook& book, const Cart& cart, base::Lang lang, base::UtcTime now, Asked asked = Asked::now);

// The cart with the prices that are shown now, so that a change is told once.
Cart with_shown_prices(const Basket& basket);

// Lines that may choose among the same delivery ways choose together.
struct DeliveryChoice {
  std::vector<DeliveryWay> ways;
  std::vector<std::size_t> lines;     // indexes into basket.lines
};
std::vector<DeliveryChoice> delivery_choices(const Basket& basket);

}  // namespace checkout
