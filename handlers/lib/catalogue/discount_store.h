// Discount codes, and their uses by orders. A use is taken in the transaction that makes the order, given back when the order ends unpaid, and taken again, even above the
// most, when it is paid late all the same: the buyer paid the price that the code had made.
#pragma once

#include "lib/catalogue/discount.h"
#include "lib/db/db.h"

namespace catalogue {

// With those of `products` that are in its scope. REQUIRES: plain is a plain_code.
base::Result<std::optional<DiscountCode>> find_code(db::Connection& db, const std::string& plain, const std::vector<std::int64_t>& products);

// The rest: within a transaction.

struct Use {
  std::int64_t code = 0;
  int version = 0;     // of the code that the order's prices were made with
  base::Cents cents;   // what it takes off the order
};
// For the order that @order_id names. False: somebody took the last one, or the code was changed or ended meanwhile.
base::Result<bool> take_use(db::Connection& db, const Use& use, base::UtcTime now);
base::Status give_use_back(db::Connection& db, std::int64_t order);
base::Status take_use_again(db::Connection& db, std::int64_t order);

}  // namespace catalogue
