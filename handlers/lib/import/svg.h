// Whether an SVG file is a drawing and nothing else.
#pragma once

#include <string_view>

namespace import {

// True for UTF-8 SVG of shapes, text and gradients, in which nothing runs (scripts, event attributes, animations) and
// nothing is fetched or led to (references, addresses). What isn't well-formed enough to be sure of is refused.
bool is_harmless_svg(std::string_view bytes);

}  // namespace import
