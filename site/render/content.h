// Information pages: terms, privacy notices, accessibility statement and the rest, from site/content.
#pragma once

#include "render/site.h"

namespace render {

// Reads SHARE/content/<language>/*.md and the data map. ERRORS: broken: a page that one language lacks, a slug that
// differs from its address in text/common.toml, a file that does not parse.
base::Status load_content(Context& context);

}  // namespace render
