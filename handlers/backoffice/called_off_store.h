// A ticket's time that isn't held (README.md: Life of a refund).
#pragma once

#include <optional>
#include <string>

#include "backoffice/product_store.h"

namespace backoffice {

// Orders with units of the time, or money for it that came too late, that were neither paid back nor asked back.
struct SoldTime {
  int orders = 0;
  base::Cents cents;
};
base::Result<SoldTime> find_sold(db::Connection& db, std::int64_t variant);

struct CalledOffTime {
  base::UtcTime at;
  std::string who, reason;
  int asked = 0;            // orders that were asked back
  bool is_asking = false;   // there may be more
};
// Nothing: it wasn't called off.
base::Result<std::optional<CalledOffTime>> find_called_off(db::Connection& db, std::int64_t variant);

// Within the transaction that takes it off sale, at its end: it waits for whoever is paying for the time. payments asks its orders back, and tells them; those too that are paid later.
base::Status call_off(const CatalogueEdit& may, const Call& call, std::int64_t variant, const std::string& reason);

}  // namespace backoffice
