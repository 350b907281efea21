// What was sold, added up: receipts' lines, sales above 0 and credits below. They hold no persons, and outlive orders.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"
#include "backoffice/days.h"

namespace backoffice {

enum class By { day, month, product, unit, vat, way };
inline constexpr By kAllBy[] = {By::day, By::month, By::product, By::unit, By::vat, By::way};
const char* to_string(By by);
std::optional<By> parse_by(std::string_view name);

struct ReportAsked {
  By by = By::day;
  DayPeriod period;
  std::vector<std::pair<By, std::string>> only;  // keys that every line must have
};

struct Figures {
  std::int64_t quantity = 0;
  base::Cents gross, vat;
  base::Cents net() const { return gross - vat; }
  Figures& operator+=(const Figures& other);
};

// Keys are what stands in an address: a day "2026-11-22", a month "2026-11", a product's or unit's code ("delivery.post": what a delivery cost),
// a VAT code with its rate "standard.255", a payment way's id.
struct Sold {
  std::string key, name, code;  // code: "" where the name says it all
  Figures figures;
};

// Only lines in the scopes of `rights` for reports_view; a category's are those of the products that are in it today. Days and months in order, and
// those without sales too; of the others the largest sum first. `words`: what the texts say (a card, a product that is gone).
base::Result<std::vector<Sold>> find_sales(const Call& call, const ReportAsked& asked);
Figures sum_of(const std::vector<Sold>& groups);

// The name of a key, and of the shop's own words where nothing has that key any more.
base::Result<std::string> name_of_key(const Call& call, By by, const std::string& key);

}  // namespace backoffice
