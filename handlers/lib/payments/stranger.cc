#include "lib/payments/stranger.h"

#include <charconv>
#include <cstring>

#include "lib/crypto/crypto.h"
#include "lib/suomifi/field.h"

namespace payments {

std::int64_t number_of_stranger(const std::string& transaction_id) {
  constexpr std::int64_t kAboveRows = std::int64_t{1} << 62;
  std::uint32_t number = 0;
  const auto hash = crypto::sha256(suomifi::lower_hex(transaction_id));  // the journal has it as it came
  std::memcpy(&number, hash.data(), sizeof number);
  return kAboveRows | number;
}

Stranger parse_stranger(const std::string& received) {
  const std::string lines = "\n" + received;
  const auto value = [&](const std::string& name) {
    const std::string begin = "\ncheckout-" + name + "=";
    const auto at = lines.find(begin);
    if (at == std::string::npos) return std::string();
    const auto from = at + begin.size();
    return lines.substr(from, lines.find('\n', from) - from);
  };
  Stranger out{value("transaction-id"), value("stamp"), value("reference"), value("provider"), std::nullopt};
  const std::string digits = value("amount");
  std::int64_t cents = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), cents);
  if (!digits.empty() && error == std::errc() && end == digits.data() + digits.size()) out.amount = base::Cents(cents);
  return out;
}

}  // namespace payments
