// Sales that are closed, and what may be: the SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

using Close = staff::Permission<staff::Right::catalogue_edit>;

struct ClosureRow {
  std::int64_t id = 0;
  std::string scope;  // lib/catalogue/closure_store.h
  std::string name;   // of the unit or the product; empty: the whole shop
  base::Texts reason;
  std::string closed_by;
  base::UtcTime closed{};
  staff::Place place;  // what it takes to reopen it
  bool of_product = false;
};
// Those that stand, of all units, the newest first.
base::Result<std::vector<ClosureRow>> find_closures(db::Connection& db, base::Lang lang);

struct ToClose {
  std::string code, name;
  staff::Place place;
};
base::Result<std::vector<ToClose>> units_to_close(db::Connection& db, base::Lang lang);
base::Result<std::optional<ToClose>> product_to_close(db::Connection& db, base::Lang lang, const std::string& code);

// These two: within a transaction. The pages that it shows on are made anew.

// ERRORS: conflict: it is closed already.
base::Status close_sale(const Close& may, db::Connection& db, const std::string& scope, const base::Texts& reason, std::int64_t by, base::UtcTime now);
// ERRORS: conflict: it is open by now.
base::Status reopen_sale(const Close& may, db::Connection& db, const ClosureRow& closure, std::int64_t by, base::UtcTime now);

}  // namespace backoffice
