// The one signature rule of Suomi.fi Payments, for all four directions: our requests, the service's
// answers, its redirects and its callbacks (Paytrail Payment API, "Headers and request signing").
//
// The text that is signed: every pair whose name begins "checkout-", header names in lower case, sorted by
// name, "name:value" a line, each ended by LF, then the raw body. HMAC by the merchant's secret, lower-case hex.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suomifi {

using Pairs = std::vector<std::pair<std::string, std::string>>;  // header fields, or decoded query parameters

enum class Algorithm { sha256, sha512 };
const char* to_string(Algorithm algorithm);

// The merchant's account. One algorithm is pinned: what a message says of itself is only compared with it.
struct Account {
  std::string id;
  std::string secret;
  Algorithm algorithm = Algorithm::sha256;
};

// The text to be signed. Names are put in lower case, since header names have no case.
std::string signed_text(const Pairs& pairs, std::string_view body);

std::string sign(const Account& account, const Pairs& pairs, std::string_view body);

// In constant time. False also for an empty secret, a signature in upper case, a "checkout-" name that stands
// there twice or in two cases, and for control characters in a pair (a line end in a value would let
// two different messages have one text).
bool verify(const Account& account, const Pairs& pairs, std::string_view body, std::string_view signature);

// The value of the only pair of this name; nothing when there is none or more than one.
// Header names are compared without case.
std::optional<std::string> only_value(const Pairs& pairs, std::string_view name);

}  // namespace suomifi
