#include "lib/catalogue/campaign.h"

#include <algorithm>

namespace catalogue {

using base::Cents;

namespace {

constexpr std::chrono::days kPriorDays{30};

struct Lowest {
  Cents cents;
  const Campaign* by = nullptr;
};

template <typename Counts>
Lowest lowest_of(Cents normal, const std::string& group, const std::vector<const Campaign*>& campaigns, Counts&& counts) {
  Lowest out{normal};
  for (const auto* one : campaigns) {
    if (!counts(*one) || (!one->group.empty() && one->group != group)) continue;
    const Cents cents = one->percent ? percent_off(normal, *one->percent) : one->cents;
    if (cents < out.cents) out = {cents, one};
  }
  return out;
}

// The normal price of a day: of several that began on it the lowest, of several that began on an earlier one the last. Nothing: nobody knows.
std::optional<Cents> normal_on(Day day, const std::vector<PriceDay>& days) {
  std::optional<PriceDay> out;
  for (const auto& one : days) {
    if (one.from > day || (out && one.from < out->from)) continue;
    if (out && out->from == day && out->cents < one.cents) continue;
    out = one;
  }
  return out ? std::optional<Cents>(out->cents) : std::nullopt;
}

// Nothing: it was not sold yet.
std::optional<Cents> lowest_before(Day begun, const Priced& priced, const std::vector<const Campaign*>& campaigns) {
  if (priced.shown && *priced.shown >= begun) return std::nullopt;  // what it was to cost meanwhile nobody could pay
  if (priced.days.empty()) return priced.normal;
  std::optional<Cents> out;
  for (Day day = begun - kPriorDays; day < begun; day += std::chrono::days{1}) {
    const auto normal = normal_on(day, priced.days);
    if (!normal) continue;
    const Cents cents = lowest_of(*normal, priced.group, campaigns, [&](const Campaign& one) { return one.stood(day); }).cents;
    if (!out || cents < *out) out = cents;
  }
  return out;
}

}  // namespace

Day day_of(const std::string& iso) {
  using namespace std::chrono;
  const auto number = [&](std::size_t from, std::size_t length) { return std::stoi(iso.substr(from, length)); };
  return sys_days{year{number(0, 4)} / number(5, 2) / number(8, 2)};
}

Effective price_on(Day day, const Priced& priced, const std::vector<const Campaign*>& campaigns) {
  const Lowest now = lowest_of(priced.normal, priced.group, campaigns, [&](const Campaign& one) { return one.in_force(day); });
  Effective out{now.cents, now.by, std::nullopt};
  if (now.by == nullptr) return out;
  if (const auto before = lowest_before(now.by->from, priced, campaigns); before && *before > now.cents) out.before = before;
  return out;
}

}  // namespace catalogue
