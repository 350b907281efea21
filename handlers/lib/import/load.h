// A catalogue out of the database, as its files would say it: for an export, and for an import to see whether anything differs.
#pragma once

#include <optional>

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

// Units, price groups, delivery ways, categories and forms. In one order: the same rows give the same catalogue.
base::Result<Catalogue> load_lists(db::Connection& db);
// A product with its picture, its sessions and the variants that have ended, at the prices of `today` in Finland.
base::Result<std::optional<Product>> load_whole(db::Connection& db, const std::string& code, const std::string& today);
// All of it, as it is at one moment. Nothing of people, of what is sold and of who changed what.
base::Result<Catalogue> load_catalogue(db::Connection& db, base::UtcTime now, const Progress& progress = {});

}  // namespace import
