// Paying with gift cards: the codes lie in the sealed cart, and what they pay is counted anew each time it is shown and ordered.
#pragma once

#include "checkout/app.h"
#include "checkout/basket.h"
#include "checkout/plan.h"

namespace checkout {

// What the cards of these codes pay of the plan now: of everything but gift cards.
base::Status choose_cards(db::Connection& db, const std::vector<std::string>& codes, Plan& plan, base::UtcTime now);

// The same for the page Review, and what it shows of them: gift_cards (end, pays, left or why not, place), has_gift_cards, takes_gift_cards, left_to_pay.
base::Status pay_with_cards(const Call& call, const Basket& basket, Plan& plan, view::Object& data);

// Puts a code that was typed into the cart, or says in `problems` (gift_card) why not.
base::Status add_gift_card(const Call& call, const Plan& plan, const std::string& typed, Cart& cart, web::Problems& problems);

}  // namespace checkout
