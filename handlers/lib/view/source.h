// Template sources: texts and partials are put in and the tags are checked when a template is loaded.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"
#include "lib/view/view.h"

namespace view {

using TextMap = std::unordered_map<std::string, std::string>;  // "area.key" -> text

// ERRORS: broken: a file that does not parse, a value that is no string.
base::Result<TextMap> load_texts(const std::string& share_dir, base::Lang lang);

using Partials = std::unordered_map<std::string, std::string>;

// Puts in partials (to a depth of 8) and texts. `html`: texts are escaped, their names left.
base::Result<std::string> expand(const std::string& source, const Partials& partials, const TextMap& texts, bool html);

// ERRORS: broken: a triple mustache, an ampersand, a delimiter change, an unclosed tag or section.
base::Status check_tags(const std::string& source);

}  // namespace view
