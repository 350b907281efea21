// Movements of a variant's stock: pieces added or taken away by staff, with a reason.
#pragma once

#include <string>
#include <vector>

#include "backoffice/product_store.h"

namespace backoffice {

struct Movement {
  std::int64_t id = 0;
  int pieces = 0;    // added; below 0: taken away
  int capacity = 0;  // after it
  std::string reason, who;
  base::UtcTime at;
};
// Newest first, at most one more than a page; those before the movement `before`, 0: from the newest on.
inline constexpr std::size_t kMovementsPerPage = 50;
base::Result<std::vector<Movement>> find_movements(db::Connection& db, std::int64_t variant, std::int64_t before);

struct Move {
  std::string form_key;  // 16 bytes: the same form twice moves once
  int pieces = 0;
  std::string reason;
};
// In one transaction with its row of the use log: capacity and what is free move together, whatever is sold meanwhile; a variant that wasn't counted is from now on.
// ERRORS: conflict: fewer are free than are to be taken away.
base::Status move_stock(const CatalogueEdit& may, const Call& call, const std::string& product, std::int64_t variant, const Move& move);

}  // namespace backoffice
