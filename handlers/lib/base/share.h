// Sharing out whole cents so that the parts make the sum again.
#pragma once

#include <vector>

#include "lib/base/money.h"

namespace base {

// `sum` in proportion to `weights`: rounded down, and the cents that are left go to the largest remainders, the first of equals first.
// All zeros where the weights are. REQUIRES: none below 0, each at most kMaxOrderTotal, and `sum` at most their sum.
std::vector<Cents> share_out(Cents sum, const std::vector<Cents>& weights);

}  // namespace base
