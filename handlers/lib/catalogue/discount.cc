#include "lib/catalogue/discount.h"

#include <algorithm>

#include "lib/base/share.h"

namespace catalogue {

using base::Cents;

namespace {

Cents in_scope(const std::vector<Units>& lines) {
  Cents out;
  for (const auto& line : lines) {
    if (line.in_scope) out += line.price * line.quantity;
  }
  return out;
}

// `off` is taken off `units` of them: whole cents, and the ones left over off the last units.
std::vector<Part> parts_of(const Units& line, Cents off) {
  const auto each = off.value() / line.quantity, rest = off.value() % line.quantity;
  std::vector<Part> out = {{static_cast<int>(line.quantity - rest), line.price - Cents(each)}};
  if (rest > 0) out.push_back({static_cast<int>(rest), line.price - Cents(each + 1)});
  return out;
}

}  // namespace

std::string plain_code(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if ((upper < 'A' || upper > 'Z') && (upper < '0' || upper > '9')) return {};
    out += upper;
  }
  return out.size() < kShortestCode || out.size() > kLongestCode ? std::string() : out;
}

const char* to_string(CodeFault fault) {
  switch (fault) {
    case CodeFault::none: return "";
    case CodeFault::unknown: return "unknown";
    case CodeFault::not_yet: return "not_yet";
    case CodeFault::over: return "over";
    case CodeFault::used_up: return "used_up";
    case CodeFault::no_fit: return "no_fit";
    case CodeFault::too_little: return "too_little";
  }
  return "unknown";
}

CodeFault fault_of(const DiscountCode& code, Day day, const std::vector<Units>& lines) {
  if (day < code.from) return CodeFault::not_yet;
  if (code.ended || day > code.until) return CodeFault::over;
  if (code.max_uses && code.used >= *code.max_uses) return CodeFault::used_up;
  const Cents sum = in_scope(lines);
  if (sum.value() == 0) return CodeFault::no_fit;
  return sum < code.minimum ? CodeFault::too_little : CodeFault::none;
}

std::vector<std::vector<Part>> take_off(const DiscountCode& code, const std::vector<Units>& lines) {
  std::vector<Cents> weights, off(lines.size());
  for (const auto& line : lines) weights.push_back(line.in_scope ? line.price * line.quantity : Cents(0));
  if (!code.percent) off = base::share_out(std::min(code.cents, in_scope(lines)), weights);
  std::vector<std::vector<Part>> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Units& line = lines[i];
    if (code.percent && line.in_scope) out.push_back({{line.quantity, percent_off(line.price, *code.percent)}});
    else out.push_back(parts_of(line, off[i]));
  }
  return out;
}

}  // namespace catalogue
