// Markdown (CommonMark) to HTML and to plain text; the only user of cmark-gfm.
#pragma once

#include <string>
#include <string_view>

#include "lib/view/view.h"

namespace view {

// Safe mode: raw HTML is left out, and so are links of dangerous schemes.
Html markdown_to_html(std::string_view markdown);

// For reading as plain text, lines of at most `width` bytes where words allow. A heading is a line that
// begins with "## "; a link is its text and, where it says something else, the address in brackets.
std::string markdown_to_text(std::string_view markdown, int width);

}  // namespace view
