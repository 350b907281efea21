#include "lib/base/payment_way.h"

#include <algorithm>
#include <array>
#include <utility>

namespace base {

std::string payment_way(std::string_view provider, std::string_view card) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 19> kNames = {{
      {"aktia", "Aktia"}, {"alandsbanken", "Ålandsbanken"}, {"amex", "American Express"}, {"apple-pay", "Apple Pay"},
      {"danske", "Danske Bank"}, {"edenred", "Edenred"}, {"epassi", "ePassi"}, {"google-pay", "Google Pay"}, {"handelsbanken", "Handelsbanken"}, {"mobilepay", "MobilePay"},
      {"nordea", "Nordea"}, {"omasp", "OmaSP"}, {"osuuspankki", "OP"}, {"pivo", "Pivo"}, {"pop", "POP Pankki"},
      {"saastopankki", "Säästöpankki"}, {"siirto", "Siirto"}, {"smartum", "Smartum"}, {"spankki", "S-Pankki"}}};
  if (provider == "creditcard") return std::string(card);
  const auto known = std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return one.first == provider; });
  return std::string(known == kNames.end() ? provider : known->second);
}

}  // namespace base
