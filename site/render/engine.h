// Render and write: a whole release, or the pages that a change touches.
#pragma once

#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/db/db.h"
#include "render/preview.h"
#include "render/release.h"
#include "render/site.h"

namespace render {

class Engine {
 public:
  // Holds on to both.
  Engine(const Context& context, db::Connection& connection);

  // A new release from nothing. ERRORS: unavailable: the database; broken or invalid, with the page and why. The
  // site is then as it was.
  base::Status render_all(base::UtcTime now);

  // Takes up the current release where it was left, and brings it up to date; a full render when there is none or
  // templates, texts, content, static files or settings have changed. ERRORS: as above.
  base::Status take_up(base::UtcTime now);

  // Looks for changes in the database and for what time alone has changed. ERRORS: as above; what was not done is
  // done at the next call. conflict: another process has made a release with other settings, templates, texts or
  // program than this one read at its start: theirs stands, and this engine is out of date.
  base::Status tick(base::UtcTime now);

 private:
  base::Status look(base::UtcTime now);
  base::Status update(base::UtcTime now);
  base::Status write_changed(const std::string& release, std::vector<Page> changed, const Fingerprints& gone);
  bool overtaken(const std::string& current) const;
  void remember(base::UtcTime now, const Site& site);
  bool time_has_come(base::UtcTime now) const;

  const Context& context_;
  db::Connection& connection_;
  Releases releases_;
  std::string release_;  // the one this engine works on; empty: none yet
  AssetUrls assets_;
  Catalogue catalogue_;
  Previews previews_;
  Fingerprints fingerprints_;
  std::optional<base::UtcTime> next_change_;  // by time alone
  std::set<std::int64_t> due_;                // products to load again
  bool all_due_ = false;
};

}  // namespace render
