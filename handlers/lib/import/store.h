// A catalogue into the database, in one transaction: all of it or nothing.
#pragma once

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

struct KeptOff {
  std::string product;
  base::UtcTime starts;
};
struct Stored {
  std::vector<std::string> new_products, changed_products, closed_products, changed_forms;  // their codes
  int same_products = 0;
  bool lists_changed = false;  // what products share
  std::vector<std::string> unused;  // Catalogue::unused
  std::vector<KeptOff> kept_off;    // times to come that the files would sell and staff called off
  std::string seen;            // a hash of what all that was before: another one when somebody has changed any of it since
};

// When each product was imported for the first time, by code.
base::Result<std::map<std::string, base::UtcTime>> first_imports(db::Connection& db);

// By the tool, which remembers what it has stored (`catalogue_imports`): what its files say as they did the last time is left alone, whatever staff have made of it since.
// Products are known by their code. What is the same in the database is left alone; slots that are no longer in the files stop being
// sold, and those that staff called off aren't sold again; products that the tool stored and that aren't there are closed, and open again when they come back; stock follows a changed quota by
// the difference, and pieces sold stay sold: `free` may go below 0. Each changed product makes a row in `changes`.
// ERRORS: invalid: a VAT code that the table does not have, an address of another product, a product of another kind, what people rely on would change (keep.h).
base::Result<Stored> store_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now);

struct By {  // whose files they are
  std::int64_t staff = 0;
  std::string seen;    // Stored::seen of the plan that was agreed to
  std::string reason;  // of movements of stock, in words
  std::string key;     // of this import alone
  Progress progress = {};
};
// By staff: the same, but compared with the database alone and not remembered, so the tool's next import undoes none of it. With versions of products and movements of stock.
// REQUIRES: a transaction in which nothing was read yet. ERRORS: as above; conflict: it would not change what was seen.
base::Result<Stored> store_of_staff(db::Connection& db, const Catalogue& catalogue, const By& by, base::UtcTime now);
// What that would do; nothing is written. ERRORS: as above, but for addresses.
base::Result<Stored> plan_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now, const Progress& progress = {});

// `csv`: lines "code;town_fi;town_sv".
base::Status store_postal_codes(db::Connection& db, const std::string& csv, base::UtcTime now);

}  // namespace import
