// The parts of storing a catalogue that products stand on. REQUIRES of all: within a transaction.
#pragma once

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

inline base::Status done(base::Result<db::Done> result) {
  if (!result) return base::fail(std::move(result).error());
  return {};
}

// The picture's key in `images`, where it is put if it wasn't there.
base::Result<std::optional<std::string>> store_image(db::Connection& db, const std::optional<Image>& image);

// Units, price groups, delivery ways and categories. Those that are no longer in the files stay: products that are
// closed still name them. ERRORS: invalid: an address of a category that stayed.
base::Status store_lists(db::Connection& db, const Catalogue& catalogue);

}  // namespace import
