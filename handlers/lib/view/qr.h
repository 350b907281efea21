// A QR code as an SVG picture that stands in the page itself: what it says must not be an address of its own.
#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/view/view.h"

namespace view {

// ERRORS: broken: the text is too long for one.
base::Result<Html> qr_picture(const std::string& text, const std::string& label);

}  // namespace view
