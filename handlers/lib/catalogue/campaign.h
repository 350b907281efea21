// What a campaign does to a price. Pure rules; renderer, checkout and sign-ups share them, so that page, cart and order agree. Tables: schema/0027_discounts.sql.
// A scope is 'shop:', 'unit:<code>', 'category:<code>' (with the categories below it) or 'product:<code>'. Statutory fees are in none: they are set by decision.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"

namespace catalogue {

using Day = std::chrono::sys_days;    // of Finland
Day day_of(const std::string& iso);  // REQUIRES: "2027-01-01".

struct Campaign {
  std::int64_t id = 0;
  base::Texts name;
  std::string group;                  // price group; empty: all
  std::optional<int> percent;         // off the price, 1-100; nothing: `cents` is the price
  base::Cents cents;
  Day from, until;                    // the first and the last day on which it lowers prices
  bool ended = false;                 // by a person, on `until`

  bool in_force(Day day) const { return !ended && stood(day); }
  bool stood(Day day) const { return from <= day && day <= until; }  // on some of the day
};

// Rounded half up to whole cents. REQUIRES: price >= 0, percent 0-100.
constexpr base::Cents percent_off(base::Cents price, int percent) { return base::Cents((2 * price.value() * (100 - percent) + 100) / 200); }

struct PriceDay {                     // the normal price from this day on
  Day from;
  base::Cents cents;
};
struct Priced {                       // one price of a product
  std::string group;
  base::Cents normal;                 // without campaigns
  std::vector<PriceDay> days;         // how it came about, in the order in which it was written; may lack what was long ago
  std::optional<Day> shown = {};      // its product's first day in the shop, where that is known
};
struct Effective {
  base::Cents cents;                  // what one unit costs: the lowest of the normal price and those of the campaigns; these are never added up
  const Campaign* by = nullptr;       // whose price it is; null: the normal price
  // The lowest price of the 30 days before the campaign began, with the campaigns of then (Consumer Protection Act 2:11; Directive 98/6/EC, art. 6a): what a
  // page may strike through. Nothing: no campaign, or it was no dearer then, or not sold yet.
  std::optional<base::Cents> before;
};
// `campaigns`: all whose scope the product is in, over ones too.
Effective price_on(Day day, const Priced& priced, const std::vector<const Campaign*>& campaigns);

}  // namespace catalogue
