// Orders that gift cards pay whole: no word from the payment service settles them, so this does.
#pragma once

#include "lib/db/db.h"
#include "lib/orders/order.h"
#include "payments/shop.h"

namespace payments {

// The provider of what gift cards paid: on receipts, in reports.
inline constexpr const char* kCardProvider = "gift_card";

// An attempt that is settled, and all that a paid order gets, in one transaction. Does nothing where that is done, or the order has ended.
base::Status pay_by_cards(db::Connection& db, const Shop& shop, std::int64_t order_id);
// The sweep's part: orders whose buyer did not come to payments' own page, or needs not (made by staff, with nothing that the buyer would be asked).
base::Status settle_card_orders(db::Connection& db, const Shop& shop);

}  // namespace payments
