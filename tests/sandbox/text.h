#pragma once
// Small text tools of the payment stand-in: percent coding, HTML escaping, UTF-8, addresses, random names.
// Nothing here knows of payments. Nothing throws except for want of memory.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox {

// Pairs in the order in which they came; a name may occur twice.
using Pairs = std::vector<std::pair<std::string, std::string>>;

// ASCII only: other bytes stay as they are.
std::string lower(std::string_view s);
std::string upper(std::string_view s);

// RFC 3986: everything but unreserved characters becomes %XX (upper-case hex).
std::string percent_encode(std::string_view s);
// `+` becomes a space. Nothing when a % is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view s);
// A query or form body, decoded. Nothing when one of its parts can't be decoded.
std::optional<Pairs> parse_query(std::string_view query);
// The value of the first pair with the name; empty when there is none.
std::string value_of(const Pairs& pairs, std::string_view name);

std::string html_escape(std::string_view s);

bool valid_utf8(std::string_view s);
// Length as JavaScript counts it (UTF-16 units), for length limits. `s` is valid UTF-8.
std::size_t utf16_length(std::string_view s);

struct Address {
  bool secure = false;  // https
  std::string host;     // lower-cased
  int port = 0;
  std::string target;   // path and query, begins with '/'
  std::string origin;   // scheme://host[:port] as written
};
// An absolute http or https address without user, fragment, spaces or non-ASCII bytes; else nothing.
std::optional<Address> parse_address(std::string_view url);
// localhost, *.localhost or 127.0.0.1.
bool is_loopback_host(std::string_view host);

// From the system's random source; ends the program when there is none.
std::string random_hex(std::size_t bytes);
std::string random_uuid();
std::uint64_t random_below(std::uint64_t limit);

// Finnish reference number: 4 to 20 digits, no leading zero, check digit by weights 7, 3, 1 from the right.
bool is_finnish_reference(std::string_view s);
// A random valid one of `digits` base digits, 3 to 18.
std::string random_reference(int digits);

}  // namespace sandbox
