// What people call a way to pay that Suomi.fi Payments names by an id ("checkout-provider").
#pragma once

#include <string>
#include <string_view>

namespace base {

// "osuuspankki" -> "OP". `card` is the language's word for "creditcard". New ids appear without notice
// (Paytrail Payment API, "Payment method providers"): one that isn't known is shown as it came.
std::string payment_way(std::string_view provider, std::string_view card);

}  // namespace base
