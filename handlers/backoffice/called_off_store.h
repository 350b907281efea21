// A ticket's time that isn't held: what was paid for it is asked back, and whoever ordered is told (README.md: Life of a refund).
#pragma once

#include <string>

#include "backoffice/product_store.h"

namespace backoffice {

// Paid orders with units of the time that were neither paid back nor asked back since it was called off.
struct SoldTime {
  int orders = 0;
  base::Cents cents;
};
base::Result<SoldTime> find_sold(db::Connection& db, std::int64_t variant);

// Within the transaction that locks the product: for each such order a request in the state asked, with its lines and the reason, and a mail; orders that cost nothing
// have a mail alone. Done again, it asks for what was paid since. The number of orders that are asked back.
base::Result<int> ask_back_all(const CatalogueEdit& may, const Call& call, std::int64_t variant, const std::string& reason);

}  // namespace backoffice
