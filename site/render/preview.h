// Pages of products that aren't saved yet, made by what makes the site's: WWW/previews/<token>.<language>.html. The back office shows them to staff.
#pragma once

#include <map>
#include <string>

#include "lib/db/db.h"
#include "render/site.h"

namespace render {

class Previews {
 public:
  Previews(const Context& context, db::Connection& connection) : context_(context), connection_(connection) {}

  // Makes those that were asked for since the last call, and takes away those whose hour is over. What can't be made is tried again some times, and has no file then. `release`: where their pictures go.
  // ERRORS: unavailable: the database.
  base::Status update(const Catalogue& catalogue, const AssetUrls& assets, const std::string& release, UtcTime now);

 private:
  base::Status make(const std::string& token, const std::string& content, const Catalogue& catalogue, const AssetUrls& assets, const std::string& release);

  const Context& context_;
  db::Connection& connection_;
  std::map<std::string, int> tries_;  // that each of them has left; 0: it is made, or can't be
};

}  // namespace render
