// Colours of the settings, and whether text in them can be read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

struct Colour {  // hue 0-359, saturation and lightness 0-100
  int hue = 0, saturation = 0, lightness = 0;
};

// "hsl(214 100% 24%)" or "#003479".
std::optional<Colour> parse_colour(std::string_view text);
std::string to_css(const Colour& colour);

// Contrast of two colours by WCAG 2.2, in hundredths: 450 is 4.5:1, what text needs.
int contrast(const Colour& a, const Colour& b);
inline constexpr int kTextContrast = 450;

}  // namespace base
