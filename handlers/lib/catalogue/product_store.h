// A product's rows: read whole and written whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/catalogue/product.h"
#include "lib/db/db.h"

namespace catalogue {

struct Stored {
  std::int64_t id = 0;
  std::int64_t revision = 0;           // counted up by each write
  base::UtcTime updated;               // by the last one
  Product product;                     // with variants that are no longer sold; without what sessions have of their own
  std::vector<std::int64_t> variants;  // their ids, beside product.variants
  std::vector<std::optional<std::int64_t>> free;  // what is left of them; nothing: not counted
  std::vector<bool> called_off;        // times that aren't held: a write leaves them off sale, whatever it says
  // Whether any piece of the variant there is sold, or held by an order.
  bool is_sold(std::size_t i) const { return free[i] && product.variants[i].stock && *free[i] < *product.variants[i].stock; }
};
// `today`: the day of Finland whose prices are today's. Within a transaction that locked the product it is what a write changes.
base::Result<std::optional<Stored>> load_product(db::Connection& db, const std::string& code, const std::string& today);

// Prices of a variant alone; 0: the product's. In the groups' order, as load_product has them.
base::Result<std::vector<Price>> load_prices(db::Connection& db, std::int64_t product, std::int64_t variant, const std::string& today);
// Within a transaction: these and no others, as they are on that day.
base::Status write_prices(db::Connection& db, std::int64_t product, std::int64_t variant, const std::vector<Price>& prices, const std::string& today);

struct Written {
  std::int64_t id = 0;
  bool is_new = false;
  std::vector<std::int64_t> variants;  // ids beside product.variants; 0: it was left alone
};
// Known by its code. A slug that is stored stays: addresses outlive names. Stock follows a changed capacity by the difference: pieces sold stay sold, and `free` may go
// below 0. Variants that aren't in `product` are left alone, and so are those that are the same in `before`. Renders the pages it is on.
// REQUIRES: within a transaction; the product's picture is stored; VAT code, category, unit, price groups and delivery ways exist.
// ERRORS: conflict: the address of another product, whose code is then `detail`'s last word.
base::Result<Written> write_product(db::Connection& db, const Product& product, const Product* before, base::UtcTime now);

struct Kept {
  std::optional<std::int64_t> staff;  // nothing: not a person
  base::UtcTime at;
  std::string note;  // a word that the history's page knows
};
// The product as it is, in its history, unless it is there already. REQUIRES: within a transaction that locked it.
base::Status keep_version(db::Connection& db, const Stored& stored, const Kept& kept);

}  // namespace catalogue
