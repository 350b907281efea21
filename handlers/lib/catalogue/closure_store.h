// Sales that staff have closed, of the whole shop, of a unit or of a product, with the reason that residents read. What was begun before goes on: a sign-up
// that holds seats may be finished, an order that waits for its payment may be paid; nothing new is begun.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/db/db.h"

namespace catalogue {

struct Sold {  // what is sold, as a closure names it
  std::string unit, product;  // codes
};

inline constexpr const char* kWholeShop = "shop:";
std::string unit_scope(const std::string& unit);
std::string product_scope(const std::string& product);

class Closures {
 public:
  void add(std::string scope, base::Texts reason) { by_scope_.emplace(std::move(scope), std::move(reason)); }
  // Why it can't be bought now: of the product, else of its unit, else of the whole shop. Null: it can.
  const base::Texts* why(const Sold& sold) const;
  const base::Texts* of_shop() const;

 private:
  std::map<std::string, base::Texts> by_scope_;
};

base::Result<Closures> load_closures(db::Connection& db);

// A condition for queries of others, true where a closure stands; of `products p`.
inline constexpr const char* kIsClosed = "EXISTS (SELECT 1 FROM sale_closures c WHERE c.standing IN ('shop:', CONCAT('unit:', p.unit_code), CONCAT('product:', p.code)))";

// Within a transaction that sells, after its stock: whether all of it may be sold. Until the transaction ends nobody can close it, and who was closing it is
// waited for: no sale begins after its closing.
base::Result<bool> hold_open(db::Connection& db, const std::vector<Sold>& sold);

}  // namespace catalogue
