// Campaigns as a day has them, for whoever shows or sells.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "lib/catalogue/campaign.h"
#include "lib/db/db.h"

namespace catalogue {

// A condition for queries, never true of a statutory fee or of a gift card (money for money): whether `products p` (with LEFT JOIN categories g ON g.code = p.category_code) is in the scope of `c`.
inline constexpr const char* kInScope = "p.consumer_contract AND p.kind <> 'gift_card' AND c.scope IN ('shop:', CONCAT('unit:', p.unit_code), CONCAT('category:', p.category_code), CONCAT('category:', g.parent_code), CONCAT('product:', p.code))";

struct PriceKey {
  std::int64_t product = 0, variant = 0;  // 0: every variant without a price of its own
  std::string group;
  auto operator<=>(const PriceKey&) const = default;
};

class Campaigns {
 public:
  Campaigns() = default;
  Campaigns(Campaigns&&) = default;
  Campaigns& operator=(Campaigns&&) = default;
  // Of these products, or (null) of all.
  static base::Result<Campaigns> load(db::Connection& db, const std::vector<std::int64_t>* products, const std::string& day);
  // `by` of what it answers is this object's.
  Effective price(const PriceKey& key, base::Cents normal) const;

 private:
  base::Status load_scopes(db::Connection& db, const std::vector<std::int64_t>* products);
  base::Status load_days(db::Connection& db, const std::vector<std::int64_t>* products, const std::string& day);
  std::vector<PriceDay> days_of(const PriceKey& key) const;

  Day day_{};
  std::map<std::int64_t, Campaign> by_id_;
  std::map<std::int64_t, std::vector<const Campaign*>> of_product_;
  std::map<std::int64_t, Day> shown_;             // products that came into the shop at a time
  std::map<PriceKey, std::vector<PriceDay>> days_;  // by day, those of one day as they were written
};

}  // namespace catalogue
