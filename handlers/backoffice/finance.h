// What of the books waits for a person of finance: the desk counts it.
#pragma once

#include "backoffice/app.h"

namespace backoffice {

using SeeBooks = staff::Permission<staff::Right::finance_view>;

// Differences between the payment service's settlements and our books that nobody has explained, whatever their age.
base::Result<int> count_differences(const SeeBooks& may, db::Connection& db);
// Years of receipts whose time is over and that nobody has confirmed.
base::Result<int> count_years_over(const SeeBooks& may, const Call& call);

}  // namespace backoffice
