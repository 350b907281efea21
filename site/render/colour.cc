#include "render/colour.h"

#include <algorithm>

#include "lib/base/colour.h"

namespace render {

using base::Colour;
using base::to_css;

namespace {

Colour setting(const std::string& css) { return base::parse_colour(css).value_or(Colour{}); }

}  // namespace

std::string city_css(const base::City& city) {
  const Colour brand = setting(city.brand);
  const Colour highlight = setting(city.highlight);
  const Colour light = setting(city.brand_light);
  const auto tone = [](const Colour& c, int saturation, int lightness) {
    return to_css({c.hue, std::min(c.saturation, saturation), lightness});
  };
  Colour link = highlight;  // a shade under the fill, so that links on tinted grounds stay readable
  while (link.lightness > 0 && contrast(link, light) < base::kTextContrast) --link.lightness;
  return ":root{--brand:" + to_css(brand) + ";--highlight:" + to_css(highlight) + ";--brand-light:" + to_css(light) +
         ";--link:" + to_css(link) + ";--deep:" + to_css(brand) + ";--on-deep-2:" + tone(brand, 60, 88) +
         "}\n@media (prefers-color-scheme:dark){:root{--brand:" + tone(brand, 80, 84) + ";--brand-light:" + tone(brand, 34, 16) +
         ";--link:" + tone(highlight, 90, 76) + ";--fill-hover:" + tone(highlight, 63, 48) + ";--deep:" + tone(brand, 60, 13) +
         ";--paper:" + tone(brand, 24, 9) + ";--surface:" + tone(brand, 22, 13) + ";--ground:" + tone(brand, 24, 11) + "}}\n";
}

}  // namespace render
