#include "lib/import/svg.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "lib/base/utf8.h"

namespace import {

namespace {

constexpr std::string_view kSpace = " \t\r\n", kNamespace = "http://www.w3.org/2000/svg";

const std::set<std::string_view>& drawing_elements() {
  static const std::set<std::string_view> kElements = {
      "svg",  "g",    "defs",  "symbol", "title", "desc",           "metadata",       "path", "rect",     "circle", "ellipse",
      "line", "text", "tspan", "switch", "stop",  "linearGradient", "radialGradient", "mask", "clipPath", "pattern", "marker",
      "polyline", "polygon", "filter", "feBlend", "feColorMatrix", "feComposite", "feFlood", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset"};
  return kElements;
}

// None of them leads anywhere or runs; what their values may be: is_drawing_value.
const std::set<std::string_view>& drawing_attributes() {
  static const std::set<std::string_view> kAttributes = {
      "id", "class", "style", "role", "lang", "xml:lang", "xml:space", "version", "baseProfile", "viewBox", "preserveAspectRatio", "enable-background", "transform", "transform-origin", "systemLanguage",
      "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr", "dx", "dy", "width", "height", "d", "points", "pathLength", "rotate", "textLength", "lengthAdjust", "offset",
      "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "paint-order",
      "vector-effect", "color", "color-interpolation", "color-interpolation-filters", "opacity", "display", "visibility", "overflow", "clip", "clip-path", "clip-rule", "mask", "mask-type", "filter", "isolation",
      "mix-blend-mode", "shape-rendering", "text-rendering", "image-rendering", "stop-color", "stop-opacity", "flood-color", "flood-opacity", "gradientUnits", "gradientTransform", "spreadMethod",
      "clipPathUnits", "maskUnits", "maskContentUnits", "patternUnits", "patternContentUnits", "patternTransform", "filterUnits", "primitiveUnits", "marker-start", "marker-mid", "marker-end", "markerWidth",
      "markerHeight", "markerUnits", "orient", "refX", "refY", "in", "in2", "result", "mode", "type", "values", "operator", "k1", "k2", "k3", "k4", "stdDeviation", "edgeMode", "font-family", "font-size",
      "font-size-adjust", "font-stretch", "font-style", "font-variant", "font-weight", "letter-spacing", "word-spacing", "text-anchor", "text-decoration", "dominant-baseline", "alignment-baseline", "baseline-shift",
      "direction", "unicode-bidi", "writing-mode"};
  return kAttributes;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_in_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':'; }

// Where an ampersand stands, one of XML's five names follows: anything else may be whatever somebody declared it to be, or hide the words looked for below.
bool has_plain_entities(std::string_view text) {
  for (auto at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
    const auto rest = text.substr(at + 1);
    const bool known = rest.starts_with("amp;") || rest.starts_with("lt;") || rest.starts_with("gt;") || rest.starts_with("quot;") || rest.starts_with("apos;");
    if (!known) return false;
  }
  return true;
}

// Of the functions of CSS those that fetch nothing, and addresses of things in the drawing itself. A backslash could hide a function's name.
bool is_drawing_value(std::string_view value) {
  static const std::set<std::string_view> kFunctions = {"matrix", "translate", "scale", "rotate", "skewX", "skewY", "rgb", "rgba", "hsl", "hsla"};
  if (value.find('\\') != value.npos) return false;
  for (auto at = value.find('('); at != value.npos; at = value.find('(', at + 1)) {
    auto begin = at;
    while (begin > 0 && is_in_name(value[begin - 1]) && value[begin - 1] != ':' && value[begin - 1] != '.') --begin;
    const auto name = value.substr(begin, at - begin);
    const auto inside = value.find_first_not_of(" '\"", at + 1);
    const bool is_own = name == "url" && inside != value.npos && value[inside] == '#';
    if (!name.empty() && !is_own && !kFunctions.contains(name)) return false;
  }
  return true;
}

bool is_drawing_attribute(std::string_view name, std::string_view value) {
  if (name == "xmlns") return value == kNamespace;
  if (name.starts_with("xmlns:")) return true;  // nothing that is let through has a prefix but xml:
  return (drawing_attributes().contains(name) || name.starts_with("aria-") || name.starts_with("data-")) && is_drawing_value(value);
}

// Reads as much of XML 1.0 as a drawing needs, from the front, and says false at the first thing that is not of it: what another reader would take otherwise is refused.
class Drawing {
 public:
  explicit Drawing(std::string_view text) : rest_(text) {}

  bool harmless() {
    take("\xEF\xBB\xBF");
    if (rest_.starts_with("<?") && !head()) return false;
    while (!rest_.empty()) {
      const auto text = rest_.substr(0, rest_.find('<'));
      const bool may_be = open_.empty() ? text.find_first_not_of(kSpace) == text.npos : has_plain_entities(text) && text.find("]]>") == text.npos;
      if (!may_be) return false;
      rest_.remove_prefix(text.size());
      if (!rest_.empty() && !(take("<!--") ? comment() : take("</") ? end() : element())) return false;
    }
    return was_svg_ && open_.empty();
  }

 private:
  using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

  bool take(std::string_view mark) {
    if (!rest_.starts_with(mark)) return false;
    rest_.remove_prefix(mark.size());
    return true;
  }
  bool skip_space() {
    const auto length = std::min(rest_.find_first_not_of(kSpace), rest_.size());
    rest_.remove_prefix(length);
    return length > 0;
  }
  std::string_view name() {
    std::size_t length = 0;
    while (length < rest_.size() && is_in_name(rest_[length]) && (length > 0 || is_letter(rest_[0]))) ++length;
    const auto out = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return out;
  }
  // Until `mark`, which isn't an attribute's name; no name twice.
  bool attributes(std::string_view mark, Attributes& out) {
    while (true) {
      const bool apart = skip_space();
      if (rest_.starts_with(mark) || rest_.starts_with("/>")) return true;
      const auto key = name();
      skip_space();
      if (!apart || key.empty() || !take("=")) return false;
      skip_space();
      if (!rest_.starts_with('"') && !rest_.starts_with('\'')) return false;
      const auto length = rest_.find(rest_.front(), 1);
      const bool known = std::any_of(out.begin(), out.end(), [&](const auto& one) { return one.first == key; });
      if (length == rest_.npos || known) return false;
      out.emplace_back(key, rest_.substr(1, length - 1));
      if (out.back().second.find('<') != rest_.npos || !has_plain_entities(out.back().second)) return false;
      rest_.remove_prefix(length + 1);
    }
  }
  bool head() {
    Attributes said;
    if (!take("<?xml") || !attributes("?>", said) || !take("?>")) return false;
    return std::all_of(said.begin(), said.end(), [](const auto& one) {
      return one.first == "version" ? one.second == "1.0" : one.first == "encoding" ? one.second == "UTF-8" || one.second == "utf-8" : one.first == "standalone";
    });
  }
  bool comment() {
    const auto length = rest_.find("--");  // within a comment there are none
    if (length == rest_.npos) return false;
    rest_.remove_prefix(length);
    return take("-->");
  }
  bool end() {
    const auto closed = name();
    skip_space();
    if (open_.empty() || open_.back() != closed || !take(">")) return false;
    open_.pop_back();
    return true;
  }
  // The first of them is the drawing itself, and nothing comes after it.
  bool element() {
    if (!take("<") || (open_.empty() && was_svg_)) return false;
    const auto kind = name();
    Attributes said;
    if (!drawing_elements().contains(kind) || !attributes(">", said)) return false;
    if (!std::all_of(said.begin(), said.end(), [](const auto& one) { return is_drawing_attribute(one.first, one.second); })) return false;
    const bool is_first = !was_svg_;
    const bool is_svg = kind == "svg" && std::any_of(said.begin(), said.end(), [](const auto& one) { return one.first == "xmlns"; });
    if (is_first && !is_svg) return false;
    was_svg_ = true;
    if (take("/>")) return true;
    open_.push_back(kind);
    return take(">");
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;
  bool was_svg_ = false;
};

bool has_controls(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && kSpace.find(c) == kSpace.npos; });
}

}  // namespace

bool is_harmless_svg(std::string_view bytes) { return base::is_utf8(bytes) && !has_controls(bytes) && Drawing(bytes).harmless(); }

}  // namespace import
