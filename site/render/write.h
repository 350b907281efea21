// The one place that writes files of the site: each by a temporary file and a rename, text with .gz and .br beside it.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace render {

enum class Packing {
  none,   // already compressed, or not to be: fonts, pictures that are no text
  page,   // gzip 9, brotli 5
  asset,  // gzip 9, brotli 11: written once, served for a year
};

enum class Place {
  served,  // by a temporary file and a rename
  fresh,   // a release that nobody is served from yet: as it is
};

// Writes ROOT/`name`, makes folders as needed. Readers see the old file or the new one, never half of one; a
// compressed copy that no longer belongs is never left behind. ERRORS: broken, with the path and why.
base::Status write_file(const std::string& root, const std::string& name, std::string_view bytes, Packing packing,
                        Place place = Place::served);

// Takes the file and its compressed copies away.
void remove_file(const std::string& root, const std::string& name);

base::Result<std::string> read_file(const std::string& path);

}  // namespace render
