#include "lib/payments/benefit.h"

#include <algorithm>

namespace payments {

namespace {

bool has(const std::vector<std::string>& providers, const std::string& provider) { return std::find(providers.begin(), providers.end(), provider) != providers.end(); }

}  // namespace

bool is_benefit(const std::string& provider, const base::City& city) {
  return std::any_of(city.benefit_ways.begin(), city.benefit_ways.end(), [&](const auto& one) { return has(one.second, provider); });
}

bool may_pay(const std::string& provider, const std::vector<orders::Line>& lines, const base::City& city) {
  if (!is_benefit(provider, city)) return true;
  return std::all_of(lines.begin(), lines.end(), [&](const orders::Line& line) {
    const auto ways = city.benefit_ways.find(line.benefit);
    return !line.is_delivery && ways != city.benefit_ways.end() && has(ways->second, provider);
  });
}

}  // namespace payments
