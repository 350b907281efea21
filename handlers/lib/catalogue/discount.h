// A discount code and what it takes off an order. Pure rules. Table: schema/0027_discounts.sql; scopes are a campaign's (campaign.h).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/catalogue/campaign.h"

namespace catalogue {

inline constexpr std::size_t kShortestCode = 4, kLongestCode = 24;

struct DiscountCode {
  std::int64_t id = 0;
  std::string code;                // plain_code
  base::Texts name;
  std::string group;               // price group; empty: all
  std::optional<int> percent;      // off each unit, 1-100; nothing: `cents` off all of them together
  base::Cents cents, minimum;      // `minimum`: what the lines in its scope must cost together
  std::optional<int> max_uses;
  int used = 0, version = 0;
  Day from, until;                 // both included
  bool ended = false;
  std::set<std::int64_t> products; // in its scope, of those that were asked about
};

// As it is stored and compared: A-Z and 0-9, without the spaces and dashes that were typed. Empty: no code.
std::string plain_code(std::string_view typed);

enum class CodeFault { none, unknown, not_yet, over, used_up, no_fit, too_little };
const char* to_string(CodeFault fault);  // errors.code_<this>; empty: none

struct Units {                     // a line of a cart
  base::Cents price;               // of one, campaigns taken into account
  int quantity = 0;
  bool in_scope = false;
};
struct Part {                      // units of one price
  int quantity = 0;
  base::Cents price;
  bool operator==(const Part&) const = default;
};

// Why it takes nothing off these lines on this day.
CodeFault fault_of(const DiscountCode& code, Day day, const std::vector<Units>& lines);
// Each line as parts of one unit price (one, or two that differ by a cent), in the lines' order: their sum is the lines' sum less the percent of each unit (rounded
// half up), or less the code's sum, but never below 0. What is not in scope keeps its price.
std::vector<std::vector<Part>> take_off(const DiscountCode& code, const std::vector<Units>& lines);

}  // namespace catalogue
