// Receipts: drawing a number, storing, proving the chain.
#pragma once

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/orders/order.h"
#include "lib/payments/receipt.h"
#include "lib/payments/refund.h"
#include "payments/attempt_store.h"

namespace payments {

// Locks the series, draws the next number and stores the receipt with its buyer. The series' row is the last lock taken
// before commit: whatever else may wait comes before this call. The first receipt of a year makes the year's row, whose
// anchor is the head of the last year that had receipts; the old year is closed from then on.
// REQUIRES: within a transaction; the attempt and the order are locked.
struct ReceiptSource {
  const orders::Order& order;
  const Attempt& attempt;
  std::string transaction_id, provider;
};
struct ReceiptBody {  // made before the lock: others wait for it
  std::string content;
  base::Cents total;                      // below 0: a credit receipt
  std::vector<ReceiptLine> lines;
  std::optional<std::int64_t> refund_id;  // whose credit receipt
};
base::Result<Receipt> issue_receipt(db::Connection& db, const ReceiptSource& source, ReceiptBody body, const base::Clock& clock);

// Proves every year's chain: numbers without gaps, hashes, anchors, heads. Answers with a line for people.
// ERRORS: broken: names the first receipt or year that does not fit.
base::Result<std::string> check_receipts(db::Connection& db);

}  // namespace payments
