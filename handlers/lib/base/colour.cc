#include "lib/base/colour.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace base {
namespace {

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

}  // namespace base
