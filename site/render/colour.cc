#include "render/colour.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace render {
namespace {

using base::ErrorKind;
using base::fail;

std::optional<int> number(std::string_view& text, std::string_view skip) {
  while (!text.empty() && skip.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<Colour> from_hex(std::string_view text) {
  std::array<double, 3> rgb{};
  for (std::size_t i = 0; i < 3; ++i) {
    int value = 0;
    const auto* begin = text.data() + 1 + 2 * i;
    const auto [end, error] = std::from_chars(begin, begin + 2, value, 16);
    if (error != std::errc() || end != begin + 2) return std::nullopt;
    rgb[i] = value / 255.0;
  }
  const double high = *std::max_element(rgb.begin(), rgb.end());
  const double low = *std::min_element(rgb.begin(), rgb.end());
  const double span = high - low;
  const double light = (high + low) / 2;
  double hue = 0;
  if (span > 0) {
    if (high == rgb[0]) hue = std::fmod((rgb[1] - rgb[2]) / span + 6, 6);
    else if (high == rgb[1]) hue = (rgb[2] - rgb[0]) / span + 2;
    else hue = (rgb[0] - rgb[1]) / span + 4;
  }
  const double saturation = span > 0 ? span / (1 - std::abs(2 * light - 1)) : 0;
  return Colour{static_cast<int>(std::lround(hue * 60)) % 360, static_cast<int>(std::lround(saturation * 100)),
                static_cast<int>(std::lround(light * 100))};
}

double luminance(const Colour& colour) {
  const double light = colour.lightness / 100.0;
  const double reach = colour.saturation / 100.0 * std::min(light, 1 - light);
  const auto channel = [&](int n) {
    const double k = std::fmod(n + colour.hue / 30.0, 12);
    const double value = light - reach * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}));
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
}

base::Result<Colour> setting(const std::string& name, const std::string& text) {
  const auto colour = parse_colour(text);
  if (!colour) return fail(ErrorKind::invalid, "look." + name + ": \"" + text + "\" is no colour; write hsl(214 100% 24%) or #003479");
  return *colour;
}

base::Status readable(const std::string& name, const Colour& ink, const Colour& paper) {
  const int ratio = contrast(ink, paper);
  if (ratio >= 450) return {};
  return fail(ErrorKind::invalid, "look." + name + ": contrast " + std::to_string(ratio / 100) + "." +
                                      std::to_string(ratio % 100 / 10) + ":1; text needs 4.5:1");
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
  if (text.size() == 7 && text.front() == '#') return from_hex(text);
  if (!text.starts_with("hsl(") || !text.ends_with(")")) return std::nullopt;
  text = text.substr(4, text.size() - 5);
  const auto hue = number(text, " ");
  const auto saturation = number(text, " ,deg");
  const auto lightness = number(text, " ,%");
  if (!hue || !saturation || !lightness || text != "%") return std::nullopt;
  if (*hue < 0 || *hue > 360 || *saturation < 0 || *saturation > 100 || *lightness < 0 || *lightness > 100) return std::nullopt;
  return Colour{*hue % 360, *saturation, *lightness};
}

std::string to_css(const Colour& colour) {
  return "hsl(" + std::to_string(colour.hue) + " " + std::to_string(colour.saturation) + "% " +
         std::to_string(colour.lightness) + "%)";
}

int contrast(const Colour& a, const Colour& b) {
  const double first = luminance(a) + 0.05;
  const double second = luminance(b) + 0.05;
  return static_cast<int>(std::max(first, second) / std::min(first, second) * 100);
}

base::Result<std::string> city_css(const base::City& city) {
  KK_LET(const Colour brand, setting("brand", city.brand));
  KK_LET(const Colour highlight, setting("highlight", city.highlight));
  KK_LET(const Colour light, setting("brand_light", city.brand_light));
  const Colour white{0, 0, 100};
  KK_TRY(readable("brand", brand, white));
  KK_TRY(readable("highlight", highlight, white));
  KK_TRY(readable("brand_light", brand, light));
  const auto tone = [](const Colour& c, int saturation, int lightness) {
    return to_css({c.hue, std::min(c.saturation, saturation), lightness});
  };
  Colour link = highlight;  // a shade under the fill, so that links on tinted grounds stay readable
  while (link.lightness > 0 && contrast(link, light) < 450) --link.lightness;
  return ":root{--brand:" + to_css(brand) + ";--highlight:" + to_css(highlight) + ";--brand-light:" + to_css(light) +
         ";--link:" + to_css(link) + ";--deep:" + to_css(brand) + ";--on-deep-2:" + tone(brand, 60, 88) +
         "}\n@media (prefers-color-scheme:dark){:root{--brand:" + tone(brand, 80, 84) + ";--brand-light:" + tone(brand, 34, 16) +
         ";--link:" + tone(highlight, 90, 76) + ";--fill-hover:" + tone(highlight, 63, 48) + ";--deep:" + tone(brand, 60, 13) +
         ";--paper:" + tone(brand, 24, 9) + ";--surface:" + tone(brand, 22, 13) + ";--ground:" + tone(brand, 24, 11) + "}}\n";
}

}  // namespace render
