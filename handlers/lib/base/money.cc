#include "lib/base/money.h"

#include <fmt/format.h>

#include <algorithm>

namespace base {
namespace {

constexpr const char* kNoBreakSpace = "\xC2\xA0";

std::string grouped(std::int64_t euros, const char* separator) {
  std::string digits = std::to_string(euros);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += separator;
    out += digits[i];
  }
  return out;
}

}  // namespace

std::string format_money(Cents cents, Lang lang) {
  const bool negative = cents.value() < 0;
  const std::int64_t value = negative ? -cents.value() : cents.value();
  const std::int64_t rest = value % 100;
  if (lang == Lang::en) {
    return fmt::format("{}€{}.{:02}", negative ? "-" : "", grouped(value / 100, ","), rest);
  }
  return fmt::format("{}{},{:02}{}€", negative ? "−" : "", grouped(value / 100, kNoBreakSpace), rest,
                     kNoBreakSpace);
}

std::string format_per_mille(int per_mille, Lang lang) {
  const int whole = per_mille / 10;
  const int tenth = per_mille % 10;
  const bool english = lang == Lang::en;
  std::string number = tenth == 0 ? fmt::format("{}", whole)
                                  : fmt::format("{}{}{}", whole, english ? "." : ",", tenth);
  return number + (english ? "%" : fmt::format("{}%", kNoBreakSpace));
}

std::optional<Cents> parse_money(std::string_view typed) {
  std::string text;
  for (const char c : typed) {
    if (c != ' ') text += c == ',' ? '.' : c;
  }
  if (text.ends_with("€")) text.resize(text.size() - std::string_view("€").size());
  const auto dot = std::min(text.find('.'), text.size());
  std::string decimals = dot < text.size() ? text.substr(dot + 1) : "00";
  if (decimals.size() == 1) decimals += '0';
  const std::string digits = text.substr(0, dot) + decimals;
  if (dot == 0 || decimals.size() != 2 || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const Cents out(std::stoll(digits));
  return out > kMaxOrderTotal ? std::nullopt : std::optional(out);
}

std::string plain_decimal(Cents cents) {
  const bool negative = cents.value() < 0;
  const std::int64_t value = negative ? -cents.value() : cents.value();
  return fmt::format("{}{}.{:02}", negative ? "-" : "", value / 100, value % 100);
}

}  // namespace base
