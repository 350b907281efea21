// The mails that payments asks for: their data as JSON (handlers/mailer/README.md lists what each kind prints).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/db/db.h"
#include "lib/orders/order.h"
#include "lib/payments/receipt.h"
#include "lib/payments/ticket.h"
#include "payments/shop.h"

namespace payments {

// REQUIRES of all: within the transaction of what the mail reports.

base::Status mail_confirmation(db::Connection& db, const Shop& shop, const orders::Order& order,
                               const std::optional<Receipt>& receipt, const std::vector<Ticket>& tickets, base::UtcTime now);

// The service waits for a bank.
base::Status mail_delayed(db::Connection& db, const Shop& shop, const orders::Order& order, base::UtcTime now);

// `kind`: paid_no_stock, overpaid, needs_review.
struct Trouble {
  std::string kind, case_code;
  base::Cents received;
  bool of_benefit = false;  // of needs_review: an employee benefit that may not pay the order
};
base::Status mail_trouble(db::Connection& db, const Shop& shop, const orders::Order& order, const Trouble& trouble, base::UtcTime now);

// `about`: under_way (the service pays back later, perhaps asks the payer for an account), made, to_card (all of it), outside (a benefit, with its company), otherwise (not by the
// payment service), free (units without a price).
struct AboutRefund {
  const char* about = "made";
  base::Cents cents;
  std::optional<Receipt> receipt;
  base::Cents to_cards{};  // of cents
};
base::Status mail_refund(db::Connection& db, const Shop& shop, const orders::Order& order, const AboutRefund& refund, base::UtcTime now);

// A time that they ordered isn't held. `cents`: what they get back; 0: they paid nothing.
struct AboutCalledOff {
  std::string item;
  base::Cents cents;
};
base::Status mail_called_off(db::Connection& db, const Shop& shop, const orders::Order& order, const AboutCalledOff& off, base::UtcTime now);

// To the city's address, in its default language.
struct DigestItem {
  std::string kind;  // of staff_alerts; benefit_refused: of needs_review, where a benefit paid
  std::vector<std::string> cases;
};
base::Status mail_digest(db::Connection& db, const Shop& shop, const std::vector<DigestItem>& items, base::UtcTime now);

}  // namespace payments
