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

const Object::Value* look_up(const std::vector<const Object*>& stack, std::string_view name) {
  for (auto it = stack.rbegin(); it != stack.rend(); ++it) {
    if (const auto* value = (*it)->find(name)) return value;
  }
  return nullptr;
}

std::string missing_in(const Names::Section& section, std::vector<const Object*>& stack);

std::string missing_in_section(const Names::Section& child, std::vector<const Object*>& stack) {
  const auto* value = look_up(stack, child.name);
  if (value == nullptr) return child.name;
  if (const auto* list = std::get_if<List>(&value->is)) {
    if (child.inverted) return list->empty() ? missing_in(child, stack) : std::string();
    for (const auto& item : *list) {
      stack.push_back(&item);
      auto missing = missing_in(child, stack);
      stack.pop_back();
      if (!missing.empty()) return missing;
    }
    return {};
  }
  if (const auto* object = std::get_if<std::shared_ptr<Object>>(&value->is)) {
    if (child.inverted) return {};
    stack.push_back(object->get());
    auto missing = missing_in(child, stack);
    stack.pop_back();
    return missing;
  }
  const auto* yes = std::get_if<bool>(&value->is);
  const bool shown = (yes == nullptr || *yes) != child.inverted;
  return shown ? missing_in(child, stack) : std::string();
}

std::string missing_in(const Names::Section& section, std::vector<const Object*>& stack) {
  for (const auto& name : section.variables) {
    if (look_up(stack, name) == nullptr) return name;
  }
  for (const auto& child : section.sections) {
    if (auto missing = missing_in_section(child, stack); !missing.empty()) return missing;
  }
  return {};
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

base::Result<Names> parse_names(const std::string& source) {
  Names names;
  std::vector<Names::Section*> open_sections = {&names.root};
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
    const std::string name(trim(tag.substr((sign == '#' || sign == '^' || sign == '/') ? 1 : 0)));
    auto& here = *open_sections.back();
    if (sign == '#' || sign == '^') {
      here.sections.push_back({name, sign == '^', {}, {}});
      open_sections.push_back(&here.sections.back());
    } else if (sign == '/') {
      if (open_sections.size() < 2 || here.name != name) {
        return fail(ErrorKind::broken, "section " + name + " is closed but not open");
      }
      open_sections.pop_back();
    } else if (std::find(here.variables.begin(), here.variables.end(), name) == here.variables.end()) {
      here.variables.push_back(name);
    }
  }
  if (open_sections.size() != 1) return fail(ErrorKind::broken, "section " + open_sections.back()->name + " is not closed");
  return names;
}

std::string missing_name(const Names& names, const Object& data) {
  std::vector<const Object*> stack = {&data};
  return missing_in(names.root, stack);
}

}  // namespace view
