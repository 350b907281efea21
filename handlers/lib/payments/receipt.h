// A receipt: an immutable numbered snapshot, chained by hash to the one before it. How the hash is made, with a
// worked example: schema/README.md.
#pragma once

#include <cstdint>
#include <string>

#include "lib/base/config.h"
#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/time.h"
#include "lib/crypto/crypto.h"
#include "lib/orders/order.h"

namespace payments {

struct Receipt {
  int year = 0;                // of Europe/Helsinki
  std::int64_t no = 0;         // from 1, without gaps in the year
  std::int64_t attempt_id = 0;
  std::string order_number;
  base::UtcTime issued;        // whole seconds
  base::Lang lang = base::Lang::fi;
  std::string reference, transaction_id, provider;
  base::Cents total;
  std::string content;         // receipt_content's JSON
};

// "2026-000123".
std::string receipt_number(int year, std::int64_t no);

// Seller, lines and VAT by rate as JSON, in the order's language; no name of a person.
// Content of a receipt: Act 658/2013; VAT Act (1501/1993) 209 f §.
std::string receipt_content(const orders::Order& order, const base::City& city);

// SHA-256 over the hash before it and all of the receipt. `previous`: 32 bytes.
std::string receipt_hash(const std::string& previous, const Receipt& receipt);

}  // namespace payments
