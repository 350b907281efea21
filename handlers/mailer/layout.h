// What mail programs need done to text and colours.
#pragma once

#include <string>
#include <string_view>

namespace mailer {

// A plain text as it is sent: "## Heading" becomes the heading with a line under it, two empty lines in a row
// one, lines longer than 76 characters are broken at spaces with their indent kept. Addresses stay whole.
std::string lay_out_text(std::string_view text);

// "hsl(214 100% 24%)" as "#00357a": Outlook does not know hsl. Any other text comes back as it is.
std::string to_hex_colour(const std::string& css);

}  // namespace mailer
