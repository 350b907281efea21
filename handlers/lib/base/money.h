// Money is integer cents of euro. VAT is per-mille (255 is 25.5 %).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/base/lang.h"

namespace base {

class Cents {
 public:
  constexpr Cents() = default;
  constexpr explicit Cents(std::int64_t value) : value_(value) {}
  constexpr std::int64_t value() const { return value_; }
  constexpr auto operator<=>(const Cents&) const = default;
  constexpr Cents operator+(Cents other) const { return Cents(value_ + other.value_); }
  constexpr Cents operator-(Cents other) const { return Cents(value_ - other.value_); }
  constexpr Cents operator*(std::int64_t times) const { return Cents(value_ * times); }
  constexpr Cents& operator+=(Cents other) { value_ += other.value_; return *this; }

 private:
  std::int64_t value_ = 0;
};

// The largest sum of one order that the payment service takes: 99,999,998 cents
// (Paytrail Payment API, POST /payments, amount).
inline constexpr Cents kMaxOrderTotal{99'999'998};

// VAT contained in a VAT-inclusive sum, rounded half up: round(gross * p / (1000 + p)).
// To be applied once per rate on the receipt's total of that rate, not per line.
// REQUIRES: gross >= 0.
constexpr Cents vat_in_gross(Cents gross, int per_mille) {
  const std::int64_t divisor = 1000 + per_mille;
  return Cents((2 * gross.value() * per_mille + divisor) / (2 * divisor));
}

// fi, sv "1 045,00 €" (no-break spaces); en "€1,045.00".
std::string format_money(Cents cents, Lang lang);

// "25,5 %" / "25.5%", without a trailing zero.
std::string format_per_mille(int per_mille, Lang lang);

// What a person types: "45", "45,5", "45.50", "45,00 €". Nothing when it is no sum of cents up to kMaxOrderTotal.
std::optional<Cents> parse_money(std::string_view typed);

// "45.00": for machines (JSON-LD).
std::string plain_decimal(Cents cents);

}  // namespace base
