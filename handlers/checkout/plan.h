// An order that could be made: the basket and the details as order lines with their words and sums.
// The page Review shows it, its form carries it sealed, and what is ordered is what was shown.
#pragma once

#include <vector>

#include "checkout/basket.h"
#include "checkout/details.h"
#include "lib/catalogue/discount_store.h"
#include "lib/gift_cards/gift_card.h"
#include "lib/orders/order.h"
#include "lib/view/view.h"

namespace checkout {

struct Plan {
  std::vector<orders::Line> lines;  // with a delivery line for each paid way
  std::vector<catalogue::Sold> sold;  // what must be open to be sold; a sign-up that holds its seats was begun before
  base::Cents total;
  std::optional<catalogue::Use> use;  // of a discount code
  std::vector<gift_cards::Part> cards;  // what gift cards pay of it; none in a plan as it is made
  bool statutory_only = false;
  bool minor_value_only = false;
  base::Cents to_pay() const { return total - gift_cards::sum_of(cards); }
};

// REQUIRES: basket.orderable(), details_fit(details, basket).
Plan make_plan(const Basket& basket, const Details& details, base::Lang lang);

// "Tilaa ja maksa 45,00 €", what is left after gift cards: exactly what the law wants on the button (KSL 6:12).
std::string order_button(const Plan& plan, const view::Templates& templates, base::Lang lang);

}  // namespace checkout
