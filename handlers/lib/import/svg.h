// Whether an SVG file is a drawing and nothing else.
#pragma once

#include <string_view>

namespace import {

// True for UTF-8 SVG of the elements and attributes of shapes, text and gradients that are listed here: nothing runs (scripts, event attributes, animations) and
// nothing is fetched or led to (references, addresses). What an XML reader would refuse or might read otherwise is refused: document types, processing
// instructions, CDATA, prefixes, entities but XML's own.
bool is_harmless_svg(std::string_view bytes);

}  // namespace import
