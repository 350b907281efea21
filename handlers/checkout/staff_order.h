// What staff want to order for somebody (rows of `staff_orders`): checkout --sweep says what it comes to, and makes the order once they confirm that.
// The rules are those of a visitor's own order; only that the buyer agrees on the order's page, before paying (accept_page.cc). JSON: schema/README.md.
#pragma once

#include "checkout/offer.h"
#include "lib/base/config.h"

namespace checkout {

struct StaffOrders {
  db::Connection& db;
  OfferBook& book;
  const base::City& city;
  const std::string& public_url;
};

// One pass over what waits. What can't be answered is logged, and does not stop the others. ERRORS: unavailable.
base::Status answer_staff_orders(const StaffOrders& shop, base::UtcTime now);

// Passes until a stop signal comes.
base::Status answer_until_stopped(const base::Instance& instance, const base::City& city, const db::Config& database);

}  // namespace checkout
