#include "mailer/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace mailer {
namespace {

constexpr std::size_t kWidth = 76;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// Where the words of a broken line go on: under its text, also after "- " and "1. ".
std::size_t hanging_indent(std::string_view line) {
  const std::size_t at = line.find_first_not_of(' ');
  if (at == std::string_view::npos) return 0;
  if (line.substr(at).starts_with("- ")) return at + 2;
  const auto digits = line.find_first_not_of("0123456789", at);
  if (digits != std::string_view::npos && digits > at && line.substr(digits).starts_with(". ")) return digits + 2;
  return at;
}

// The last space at which a line of kWidth characters can end, or the first at all; npos: there is none.
std::size_t break_at(std::string_view line, std::size_t indent) {
  std::size_t cut = std::string_view::npos;
  for (auto space = line.find(' ', indent); space != std::string_view::npos; space = line.find(' ', space + 1)) {
    if (cut != std::string_view::npos && characters(line.substr(0, space)) > kWidth) break;
    cut = space;
  }
  return cut;
}

void append_wrapped(std::string& out, std::string_view first) {
  const std::size_t indent = hanging_indent(first);
  std::string line(first);
  while (characters(line) > kWidth) {
    const auto cut = break_at(line, indent);
    if (cut == std::string::npos) break;
    out.append(line, 0, cut).append("\n");
    line = std::string(indent, ' ') + line.substr(cut + 1);
  }
  out.append(line).append("\n");
}

}  // namespace

std::string lay_out_text(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const auto end = std::min(text.find('\n', pos), text.size());
    std::string_view line = text.substr(pos, end - pos);
    pos = end + 1;
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) {
      if (!out.empty() && !out.ends_with("\n\n")) out += '\n';
    } else if (line.starts_with("## ")) {
      line.remove_prefix(3);
      if (!out.empty() && !out.ends_with("\n\n")) out += '\n';
      out.append(line).append("\n").append(std::min(characters(line), kWidth), '-').append("\n");
    } else {
      append_wrapped(out, line);
    }
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string to_hex_colour(const std::string& css) {
  int hue = 0;
  int saturation = 0;
  int lightness = 0;
  if (std::sscanf(css.c_str(), "hsl(%d %d%% %d%%)", &hue, &saturation, &lightness) != 3) return css;
  const int s = std::clamp(saturation, 0, 100);
  const int l = std::clamp(lightness, 0, 100);
  const int a = s * std::min(l, 100 - l);  // in 1/10000
  // CSS Color Module Level 4, section 7: f(n) = l - a * max(-1, min(k - 3, 9 - k, 1)), k = (n + hue / 30) mod 12.
  const auto channel = [&](int n) {
    const int k = (n * 30 + hue % 360 + 360) % 360;  // in 1/30
    const int slope = std::max(-30, std::min({k - 90, 270 - k, 30}));
    return (255 * (l * 100 * 30 - a * slope) + 150000) / 300000;
  };
  return fmt::format("#{:02x}{:02x}{:02x}", channel(0), channel(8), channel(4));
}

}  // namespace mailer
