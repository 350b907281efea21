#pragma once
// The signature of the payment service, written from its published rule and over OpenSSL only; it shares nothing with the
// shop's own code, so that a common mistake can't hide.
// Rule: every name that begins `checkout-` in byte order as `name:value`, joined by LF, then LF and the raw body;
// HMAC with the merchant's secret; lower-case hex.
#include <string>
#include <string_view>

#include "text.h"

namespace sandbox {

bool known_algorithm(std::string_view name);  // sha256, sha512

// The text that is signed. Names must be lower-cased already; others than checkout-* are left out.
std::string signing_text(const Pairs& pairs, std::string_view body);

// Lower-case hex. `algorithm` must be a known one, else the answer is empty.
std::string sign(std::string_view secret, std::string_view algorithm, std::string_view text);

// In constant time for equal lengths; case counts.
bool same_signature(std::string_view a, std::string_view b);

std::string sha256_hex(std::string_view data);

}  // namespace sandbox
