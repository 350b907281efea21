// What a settled order gets: tickets, ledger entries, receipt, confirmation mail. One transaction with the settling.
#pragma once

#include <optional>

#include "lib/db/db.h"
#include "lib/orders/order.h"
#include "lib/payments/ledger.h"
#include "payments/receipt_store.h"
#include "payments/shop.h"

namespace payments {

// Whose entries they are: of a payment, of a refund of it, or of neither.
struct Booking {
  std::optional<std::int64_t> attempt_id{};
  std::optional<std::int64_t> refund_id{};
};
base::Status book(db::Connection& db, const Booking& of, const std::vector<Entry>& entries, base::UtcTime now);

// Everything of a paid order; the receipt's series is the last lock taken.
// REQUIRES: within a transaction, the attempt and the order locked, their states moved.
base::Status fulfil_paid(db::Connection& db, const Shop& shop, const ReceiptSource& source, base::UtcTime now);

// A confirmed order of 0 euros: tickets and mail, no receipt. Moves fulfilled_utc; does nothing when that is done.
// REQUIRES: within a transaction, the order locked.
base::Status fulfil_free(db::Connection& db, const Shop& shop, const orders::Order& order, base::UtcTime now);

}  // namespace payments
