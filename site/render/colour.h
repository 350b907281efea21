// The city's colours as settings give them, checked, and the small stylesheet made of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/config.h"
#include "lib/base/result.h"

namespace render {

struct Colour {  // hue 0-359, saturation and lightness 0-100
  int hue = 0, saturation = 0, lightness = 0;
};

// "hsl(214 100% 24%)" or "#003479".
std::optional<Colour> parse_colour(std::string_view text);
std::string to_css(const Colour& colour);

// Contrast of two colours by WCAG 2.2, in hundredths: 450 is 4.5:1.
int contrast(const Colour& a, const Colour& b);

// city.css: custom properties, light and dark. ERRORS: invalid: a colour that is none, or with which text could
// not be read (4.5:1 on white for brand and highlight; brand on brand_light).
base::Result<std::string> city_css(const base::City& city);

}  // namespace render
