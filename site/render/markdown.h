// Markdown to HTML by cmark-gfm in safe mode, with tables; and the front matter of information pages.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/view/view.h"

namespace render {

// Where a link of the text leads: gets "page:terms" or "path:withdraw", gives an address, or nothing: no such page.
using LinkTarget = std::function<std::optional<std::string>(std::string_view)>;

// Raw HTML and dangerous links of the text are left out. `target` may be empty: then no link is rewritten.
// ERRORS: broken: a link that `target` does not know.
base::Result<view::Html> markdown(std::string_view text, const LinkTarget& target = {});

struct Document {
  std::string title, slug, summary, updated;  // front matter; updated is "2026-11-22" or empty
  std::string body;                           // Markdown
};

// "+++", TOML, "+++", Markdown. ERRORS: broken, with file and line.
base::Result<Document> read_document(const std::string& path);

struct Values {
  std::map<std::string, std::string> texts;
  std::map<std::string, bool> flags;
  std::map<std::string, std::vector<std::map<std::string, std::string>>> lists;
};

// Fills {{name}} from `values`, escaped for Markdown; {{#name}}...{{/name}} is kept when `flags` has it as true, and
// repeated for each row when `lists` has it. ERRORS: broken: a name that none of them knows.
base::Result<std::string> fill(std::string_view text, const Values& values);

}  // namespace render
