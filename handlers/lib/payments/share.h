// Sharing out whole cents so that the parts make the sum again.
#pragma once

#include <vector>

#include "lib/base/money.h"

namespace payments {

// `sum` in proportion to `weights`: rounded down, and the cents that are left go to the largest remainders, the first of equals first.
// All zeros where the weights are. REQUIRES: none below 0, each at most base::kMaxOrderTotal, and `sum` at most their sum.
std::vector<base::Cents> share_out(base::Cents sum, const std::vector<base::Cents>& weights);

}  // namespace payments
