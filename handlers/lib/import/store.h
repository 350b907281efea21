// A catalogue into the database, in one transaction: all of it or nothing.
#pragma once

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

struct Stored {
  std::vector<std::string> new_products, changed_products, closed_products;  // their codes
  int same_products = 0;
  bool lists_changed = false;  // what products share, or a form
};

// When each product was imported for the first time, by code.
base::Result<std::map<std::string, base::UtcTime>> first_imports(db::Connection& db);

// Products are known by their code. What has not changed since the last import, or is the same in the database, is left alone; slots that are no longer in the files stop being
// sold; products that aren't there are closed, and open again when they come back; stock follows a changed quota by
// the difference, and pieces sold stay sold: `free` may go below 0. Each changed product makes a row in `changes`.
// ERRORS: invalid: a VAT code that the table does not have, an address of another product.
base::Result<Stored> store_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now);
// The same. REQUIRES: within a transaction.
base::Result<Stored> store_within(db::Connection& db, const Catalogue& catalogue, base::UtcTime now);
// What that would do; nothing is written. ERRORS: as above, but for addresses.
base::Result<Stored> plan_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now);

// `csv`: lines "code;town_fi;town_sv".
base::Status store_postal_codes(db::Connection& db, const std::string& csv, base::UtcTime now);

}  // namespace import
