// Employee benefits (ePassi and the like): they may pay what has the benefit, and nothing else, and go back to nobody's account. No I/O.
#pragma once

#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/orders/order.h"

namespace payments {

// Whether a provider of the payment service is a benefit of any kind.
bool is_benefit(const std::string& provider, const base::City& city);
// Whether it may pay these lines: all of them, the cost of delivery too. Of other providers always.
bool may_pay(const std::string& provider, const std::vector<orders::Line>& lines, const base::City& city);

}  // namespace payments
