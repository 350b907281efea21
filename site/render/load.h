// Reads the catalogue from the database, all of it or some products again. The renderer writes nothing there.
#pragma once

#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/db/db.h"
#include "render/model.h"

namespace render {

// One consistent picture of what is in the shop at `now`, and of what comes later. A bilingual shop leaves out a product without Swedish or Finnish; one whose category,
// VAT code or price is missing is left out too, and logged. ERRORS: unavailable: the database is away.
base::Result<Catalogue> load_catalogue(db::Connection& connection, base::UtcTime now, bool bilingual);

struct News {
  bool any = false;
  bool all = false;                     // a row of kind `all`
  std::vector<std::int64_t> products;  // those of the other rows
};

// Rows of `changes` not seen before; marks them as seen.
base::Result<News> read_changes(db::Connection& connection, Changes& changes);

// Loads these products again, and what products share. ERRORS: unavailable; `catalogue` is then as it was.
base::Status reload(db::Connection& connection, Catalogue& catalogue, const std::vector<std::int64_t>& ids,
                    base::UtcTime now, bool bilingual);

// Of every image, by sha256 in hex.
base::Result<std::map<std::string, std::string>> load_image_types(db::Connection& connection);

// A product as its rows are, a draft too, whatever it lacks; an empty one where there is none.
base::Result<Product> load_any(db::Connection& connection, const std::string& code, UtcTime now);

// The bytes of one image.
base::Result<std::string> load_image(db::Connection& connection, const std::string& sha256_hex);

}  // namespace render
