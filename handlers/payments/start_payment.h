// Sending a resident to pay: the attempt is stored, then the payment service is asked for a page.
#pragma once

#include <string>

#include "lib/db/db.h"
#include "payments/client.h"
#include "payments/shop.h"

namespace payments {

struct Begun {
  enum class Next {
    pay,          // href leads to the payment page
    wait,         // another request is asking the service for this order just now
    not_payable,  // paid, expired, cancelled, or a payment is under way: the order's page says which
    unavailable,  // the service could not be asked, or gave no believable answer
  };
  Next next = Next::not_payable;
  std::string href;
  std::string case_code;  // unavailable: for the page and the journal
  std::string order_number;
  base::Cents total;
  base::UtcTime hold_until;
};

// An open attempt whose page is at most kReuse old is used again: two tabs lead to one payment.
inline constexpr std::chrono::minutes kReuse{20};

// `lang`: of the payment page and of the way back, as far as a new page is made.
// ERRORS: not_found: no such order; unavailable: the database.
base::Result<Begun> begin_payment(db::Connection& db, Client& client, const Shop& shop, const std::string& order_token, base::Lang lang);

}  // namespace payments
