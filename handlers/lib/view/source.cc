#include "lib/view/source.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace view {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// Escapes a text for HTML but leaves its {{names}} as they are.
std::string escape_around_names(std::string_view text) {
  std::string out;
  std::size_t pos = 0;
  while (pos < text.size()) {
    const auto open = text.find("{{", pos);
    if (open == std::string_view::npos) break;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) break;
    out += escape(text.substr(pos, open - pos));
    out += text.substr(open, close + 2 - open);
    pos = close + 2;
  }
  return out + escape(text.substr(pos));
}

base::Result<std::string> expand_to(const std::string& source, const Partials& partials, const TextMap& texts,
                                    bool html, int depth) {
  if (depth > 8) return fail(ErrorKind::broken, "partials nest deeper than 8");
  std::string out;
  std::size_t pos = 0;
  while (true) {
    const auto open = source.find("{{", pos);
    if (open == std::string::npos) break;
    const auto close = source.find("}}", open);
    if (close == std::string::npos) return fail(ErrorKind::broken, "a tag is not closed");
    out.append(source, pos, open - pos);
    pos = close + 2;
    const std::string_view tag = trim(std::string_view(source).substr(open + 2, close - open - 2));
    if (tag.starts_with('>')) {
      const std::string name(trim(tag.substr(1)));
      const auto found = partials.find(name);
      if (found == partials.end()) return fail(ErrorKind::broken, "no partial " + name);
      KK_LET(const std::string part, expand_to(found->second, partials, texts, html, depth + 1));
      out += part;
    } else if (tag.starts_with("t.")) {
      const auto found = texts.find(std::string(tag.substr(2)));
      if (found == texts.end()) return fail(ErrorKind::broken, "no text " + std::string(tag.substr(2)));
      out += html ? escape_around_names(found->second) : found->second;
    } else if (!tag.starts_with('!')) {
      out.append(source, open, close + 2 - open);
    }
  }
  return out + source.substr(pos);
}

}  // namespace

base::Result<TextMap> load_texts(const std::string& share_dir, base::Lang lang) {
  TextMap out;
  const fs::path dir = fs::path(share_dir) / "text" / base::to_string(lang);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (entry.path().extension() != ".toml") continue;
    try {
      const auto table = toml::parse_file(entry.path().string());
      for (const auto& [key, node] : table) {
        const auto text = node.value<std::string>();
        if (!text) return fail(ErrorKind::broken, entry.path().string() + ": " + std::string(key.str()) + " is no text");
        out[entry.path().stem().string() + "." + std::string(key.str())] = *text;
      }
    } catch (const toml::parse_error& problem) {
      return fail(ErrorKind::broken, entry.path().string() + ":" + std::to_string(problem.source().begin.line) + ": " +
                                         std::string(problem.description()));
    }
  }
  if (error) return fail(ErrorKind::broken, dir.string() + ": " + error.message());
  return out;
}

base::Result<std::string> expand(const std::string& source, const Partials& partials, const TextMap& texts, bool html) {
  return expand_to(source, partials, texts, html, 0);
}

base::Status check_tags(const std::string& source) {
  std::vector<std::string> open_sections;
  for (std::size_t pos = source.find("{{"); pos != std::string::npos; pos = source.find("{{", pos)) {
    const auto close = source.find("}}", pos);
    if (close == std::string::npos) return fail(ErrorKind::broken, "a tag is not closed");
    const std::string_view tag = trim(std::string_view(source).substr(pos + 2, close - pos - 2));
    pos = close + 2;
    if (tag.empty()) return fail(ErrorKind::broken, "an empty tag");
    const char sign = tag.front();
    if (sign == '{' || sign == '&' || sign == '=') {
      return fail(ErrorKind::broken, "only {{x}} is allowed: " + std::string(tag));
    }
    if (sign != '#' && sign != '^' && sign != '/') continue;
    const std::string name(trim(tag.substr(1)));
    if (sign != '/') {
      open_sections.push_back(name);
    } else if (open_sections.empty() || open_sections.back() != name) {
      return fail(ErrorKind::broken, "section " + name + " is closed but not open");
    } else {
      open_sections.pop_back();
    }
  }
  if (!open_sections.empty()) return fail(ErrorKind::broken, "section " + open_sections.back() + " is not closed");
  return {};
}

}  // namespace view
