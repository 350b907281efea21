// The small stylesheet made of the city's colours.
#pragma once

#include <string>

#include "lib/base/config.h"

namespace render {

// city.css: custom properties, light and dark. REQUIRES: colours as load_city lets them through.
std::string city_css(const base::City& city);

}  // namespace render
