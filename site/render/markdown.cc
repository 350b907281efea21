#include "render/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <toml++/toml.h>

#include <memory>
#include <mutex>

#include "render/write.h"

namespace render {
namespace {

using base::ErrorKind;
using base::fail;

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct ParserDeleter {
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};
struct IterDeleter {
  void operator()(cmark_iter* iter) const { cmark_iter_free(iter); }
};

// Where a link may lead. Pictures come from the catalogue, never from a text: no page asks another site for anything.
bool is_safe(const cmark_node* node, std::string_view url) {
  if (cmark_node_get_type(const_cast<cmark_node*>(node)) == CMARK_NODE_IMAGE) return false;
  for (const char* start : {"https://", "http://", "mailto:", "tel:"}) {
    if (url.starts_with(start)) return true;
  }
  return url.starts_with('/') && !url.starts_with("//");
}

// Leaves the words of a link and takes the link away.
void unwrap(cmark_node* node) {
  while (auto* child = cmark_node_first_child(node)) cmark_node_insert_before(node, child);
  cmark_node_free(node);
}

base::Status rewrite_links(cmark_node* root, const LinkTarget& target) {
  std::vector<cmark_node*> unsafe;
  const std::unique_ptr<cmark_iter, IterDeleter> iter(cmark_iter_new(root));
  for (auto event = cmark_iter_next(iter.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter.get())) {
    auto* node = cmark_iter_get_node(iter.get());
    const auto type = cmark_node_get_type(node);
    if (event != CMARK_EVENT_ENTER || (type != CMARK_NODE_LINK && type != CMARK_NODE_IMAGE)) continue;
    const std::string_view url = cmark_node_get_url(node);
    if (target && (url.starts_with("page:") || url.starts_with("path:"))) {
      const auto to = target(url);
      if (!to) return fail(ErrorKind::broken, "a link leads nowhere: " + std::string(url));
      cmark_node_set_url(node, to->c_str());
    } else if (!is_safe(node, url)) {
      unsafe.push_back(node);
    }
  }
  for (auto it = unsafe.rbegin(); it != unsafe.rend(); ++it) unwrap(*it);  // inner ones first
  return {};
}

// Characters that Markdown would read as marks get a backslash.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (std::string_view("\\`*_[]<>#|~&").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

base::Result<std::string> fill_section(std::string_view name, std::string_view inner, const Values& values) {
  if (const auto flag = values.flags.find(std::string(name)); flag != values.flags.end()) {
    return flag->second ? fill(inner, values) : std::string();
  }
  const auto list = values.lists.find(std::string(name));
  if (list == values.lists.end()) return fail(ErrorKind::broken, "no list or switch " + std::string(name));
  std::string out;
  for (const auto& row : list->second) {
    Values with = values;
    for (const auto& [key, value] : row) with.texts[key] = value;
    KK_LET(const std::string one, fill(inner, with));
    out += one;
  }
  return out;
}

std::string iso(const toml::date& date) {
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(date.year) + "-" + two(date.month) + "-" + two(date.day);
}

}  // namespace

base::Result<view::Html> markdown(std::string_view text, const LinkTarget& target) {
  static std::once_flag registered;
  std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);
  const std::unique_ptr<cmark_parser, ParserDeleter> parser(cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8));
  if (auto* table = cmark_find_syntax_extension("table")) cmark_parser_attach_syntax_extension(parser.get(), table);
  cmark_parser_feed(parser.get(), text.data(), text.size());
  const std::unique_ptr<cmark_node, NodeDeleter> root(cmark_parser_finish(parser.get()));
  KK_TRY(rewrite_links(root.get(), target));
  char* html = cmark_render_html(root.get(), CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser.get()));
  view::Html out{html};
  cmark_get_default_mem_allocator()->free(html);
  return out;
}

base::Result<Document> read_document(const std::string& path) {
  KK_LET(const std::string bytes, read_file(path));
  const auto close = bytes.find("\n+++\n", 3);
  if (!bytes.starts_with("+++\n") || close == std::string::npos) {
    return fail(ErrorKind::broken, path + ":1: begins with +++, TOML, +++");
  }
  try {
    const auto head = toml::parse(std::string_view(bytes).substr(4, close - 3), path);
    Document out;
    for (const auto& [key, field] : {std::pair{"title", &out.title}, {"slug", &out.slug}, {"summary", &out.summary}}) {
      const auto value = head[key].value<std::string>();
      if (!value || value->empty()) return fail(ErrorKind::broken, path + ": " + key + " is missing");
      *field = *value;
    }
    if (const auto* date = head["updated"].as_date()) out.updated = iso(date->get());
    out.body = bytes.substr(close + 5);
    return out;
  } catch (const toml::parse_error& problem) {
    return fail(ErrorKind::broken, path + ":" + std::to_string(problem.source().begin.line + 1) + ": " +
                                       std::string(problem.description()));
  }
}

base::Result<std::string> fill(std::string_view text, const Values& values) {
  std::string out;
  while (true) {
    const auto open = text.find("{{");
    if (open == std::string_view::npos) return out + std::string(text);
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) return fail(ErrorKind::broken, "{{ is not closed");
    out += text.substr(0, open);
    auto name = text.substr(open + 2, close - open - 2);
    text.remove_prefix(close + 2);
    if (name.starts_with('#')) {
      name.remove_prefix(1);
      const auto end_tag = "{{/" + std::string(name) + "}}";
      const auto end = text.find(end_tag);
      if (end == std::string_view::npos) return fail(ErrorKind::broken, "{{#" + std::string(name) + "}} is not closed");
      KK_LET(const std::string inner, fill_section(name, text.substr(0, end), values));
      out += inner;
      text.remove_prefix(end + end_tag.size());
      continue;
    }
    const auto value = values.texts.find(std::string(name));
    if (value == values.texts.end()) return fail(ErrorKind::broken, "no value for {{" + std::string(name) + "}}");
    out += escaped(value->second);
  }
}

}  // namespace render
