// One transaction makes an order: the idempotency key, the guard rows, the lines as they are now.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "checkout/plan.h"
#include "lib/db/db.h"

namespace checkout {

struct NewOrder {
  std::string idempotency_key;  // 16 bytes, of the cart: it makes one order
  std::string content_hash;     // 32 bytes: what the buyer agreed to
  base::Lang lang = base::Lang::fi;
  int age_confirmed = 0;
  int hold_minutes = 0;
  std::function<base::Status()> also = {};  // what else its transaction does; the order is the one that @order_id names
};

struct Made {
  std::string token;
  bool free_of_charge = false;
  bool as_wanted = true;  // false: it was made before, with other content
};
struct TakenMeanwhile {};  // somebody else took what was left or the discount code's last use, or staff closed the sale or ended the code
struct CardMeanwhile {};   // a gift card has less than it was to pay

// The order that this key has made, if any. ERRORS: unavailable.
base::Result<std::optional<Made>> find_made(db::Connection& db, const NewOrder& order);

// The same key again answers with the order that it made. ERRORS: unavailable.
base::Result<std::variant<Made, TakenMeanwhile, CardMeanwhile>> make_order(db::Connection& db, const NewOrder& order, const orders::Contact& contact,
                                                           const Plan& plan, base::UtcTime now);

}  // namespace checkout
