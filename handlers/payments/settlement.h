// Settlements: what the payment service paid out, payment by payment, so that finance can match it with our own books.
#pragma once

#include <string>

#include "lib/db/db.h"
#include "lib/suomifi/report.h"
#include "payments/client.h"
#include "payments/shop.h"

namespace payments {

// Asks for the newest settlements and stores those that are new; then orders the report of each that has none, at most some at a time, and again
// after six hours without one. To be called about once an hour. ERRORS: those of the database and of the list; a report that can't be ordered is told by the log alone.
base::Status fetch_settlements(db::Connection& db, Client& client, const Shop& shop);

// Stores a report's rows, once: a repeated one changes nothing. False: nobody ordered it under this token.
base::Result<bool> take_report(db::Connection& db, const std::string& token, const suomifi::VerifiedReport& report, base::UtcTime now);

}  // namespace payments
