// Template sources: texts and partials are put in when a template is loaded, and its names are known
// so that a page without a value for one of them is found out.
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

// A template's names, as a tree of its sections.
struct Names {
  struct Section {
    std::string name;
    bool inverted = false;
    std::vector<std::string> variables;
    std::vector<Section> sections;
  };
  Section root;
};

// ERRORS: broken: a triple mustache, an ampersand, a delimiter change, an unclosed section.
base::Result<Names> parse_names(const std::string& source);

// The first name without a value, or empty.
std::string missing_name(const Names& names, const Object& data);

}  // namespace view
