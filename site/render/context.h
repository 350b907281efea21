// What the program starts with: settings, templates, texts, content; checked before the first page is made.
#pragma once

#include <string>

#include "render/site.h"

namespace render {

// ERRORS: invalid or broken, with file and line.
base::Result<Context> load_context(const std::string& instance_file);

}  // namespace render
