// What the payment service paid out against our own books: what differs is a row of `settlement_differences`, until it matches or a person says what it is.
#pragma once

#include <cstdint>

#include "lib/base/config.h"
#include "lib/db/db.h"

namespace payments {

// The rows of one settlement that has just come. Within its transaction.
base::Status match_settlement(db::Connection& db, std::int64_t settlement, base::UtcTime now);

// All of them, to be called about once an hour: takes out what matches by now, and finds what differs of the last month: rows of the service that we don't have so,
// and ours but those of employee benefits, older than a week and since the first settlement that is known, that stand in none.
base::Status match_settlements(db::Connection& db, const base::City& city, base::UtcTime now);

}  // namespace payments
