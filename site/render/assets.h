// Style, type, pictures and script under names that carry a hash of their content: /assets/site.1f2e3d4c5b.css.
#pragma once

#include <map>
#include <string>

#include "lib/base/config.h"
#include "lib/base/result.h"
#include "lib/db/db.h"
#include "render/model.h"

namespace render {

// Where each asset is found, by the name that templates use: css_url -> "/assets/site.1f2e3d4c5b.css".
using AssetUrls = std::map<std::string, std::string>;

struct AssetRoots {
  std::string release;   // is written
  std::string previous;  // its files are linked instead of made again; empty: none
};

// Writes what lies in share/static, the crest and the city's colours, and frame.json for the handlers' pages.
// Assets used in the last 30 days stay, since pages made earlier still ask for them.
// ERRORS: invalid: a colour in the settings; broken: a file that cannot be read or written.
base::Result<AssetUrls> write_static_assets(const base::Instance& instance, const base::City& city, const AssetRoots& roots);

// Writes the pictures of the catalogue that are not there yet. The first product or category that uses a picture
// names it. Answers with their addresses by sha256.
base::Result<AssetUrls> write_images(db::Connection& connection, const Catalogue& catalogue, const std::string& release);

}  // namespace render
