#include "lib/import/svg.h"

#include <algorithm>
#include <set>
#include <string>

namespace import {

namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// "xlink:href" -> "href": a prefix may be any word.
std::string local_name(std::string_view name) { return lower(name.substr(name.find_last_of(':') + 1)); }

bool is_drawing_element(std::string_view name) {
  static const std::set<std::string> kElements = {
      "svg",  "g",    "defs",  "symbol", "title", "desc",           "metadata",       "path", "rect",     "circle", "ellipse",
      "line", "text", "tspan", "switch", "stop",  "lineargradient", "radialgradient", "mask", "clippath", "pattern", "marker",
      "polyline", "polygon", "filter", "feblend", "fecolormatrix", "fecomposite", "feflood", "fegaussianblur", "femerge", "femergenode", "feoffset"};
  return kElements.contains(local_name(name));
}

bool is_drawing_attribute(std::string_view name, std::string_view value) {
  const std::string local = local_name(name);
  if (local.starts_with("on") || local == "href" || local == "src") return false;
  if (lower(name).starts_with("xmlns")) return true;  // its value is a name, though it looks like an address
  // Escapes of XML and CSS could hide the words looked for below.
  if (value.find("&#") != std::string_view::npos || value.find('\\') != std::string_view::npos) return false;
  const std::string words = lower(value);
  if (words.find("//") != std::string::npos || words.find("script:") != std::string::npos) return false;
  for (auto at = words.find("url("); at != std::string::npos; at = words.find("url(", at + 1)) {
    const auto inside = words.find_first_not_of(" '\"", at + 4);
    if (inside == std::string::npos || words[inside] != '#') return false;
  }
  return true;
}

// Reads what it looks at from the front, and says false at the first thing that it isn't sure of.
class Drawing {
 public:
  explicit Drawing(std::string_view text) : rest_(text) {}

  bool harmless() {
    bool svg = false;
    while (skip_to("<")) {
      if (rest_.starts_with("!--")) {
        if (!skip_to("-->")) return false;
      } else if (rest_.starts_with("?xml ")) {
        const std::string head = lower(rest_.substr(0, rest_.find("?>")));
        if (head.find("encoding") != std::string::npos && head.find("utf-8") == std::string::npos) return false;
      } else if (rest_.starts_with('/')) {
        if (!skip_to(">")) return false;
      } else {
        const std::string_view name = word();
        if (!is_drawing_element(name) || !attributes()) return false;
        svg = svg || local_name(name) == "svg";
      }
    }
    return svg;
  }

 private:
  // Goes on behind the next `mark`; false when there is none.
  bool skip_to(std::string_view mark) {
    const auto at = rest_.find(mark);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + mark.size());
    return true;
  }
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size())); }
  std::string_view word() {
    const auto end = std::min(rest_.find_first_of(" \t\r\n\f\v=/>\"'<"), rest_.size());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }
  bool attributes() {
    for (skip_space(); !rest_.empty(); skip_space()) {
      if (rest_.starts_with('>') || rest_.starts_with("/>")) return true;
      const std::string_view name = word();
      skip_space();
      if (name.empty() || !rest_.starts_with('=')) return false;
      rest_.remove_prefix(1);
      skip_space();
      if (!rest_.starts_with('"') && !rest_.starts_with('\'')) return false;
      const auto end = rest_.find(rest_.front(), 1);
      if (end == std::string_view::npos || !is_drawing_attribute(name, rest_.substr(1, end - 1))) return false;
      rest_.remove_prefix(end + 1);
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

bool is_harmless_svg(std::string_view bytes) { return Drawing(bytes).harmless(); }

}  // namespace import
