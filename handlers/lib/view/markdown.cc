#include "lib/view/markdown.h"

#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>
#include <vector>

namespace view {
namespace {

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct TextDeleter {
  void operator()(char* text) const { std::free(text); }  // NOLINT: cmark's default allocator is malloc
};
struct IterDeleter {
  void operator()(cmark_iter* iter) const { cmark_iter_free(iter); }
};

using Document = std::unique_ptr<cmark_node, NodeDeleter>;
using Text = std::unique_ptr<char, TextDeleter>;

Document parse(std::string_view markdown) {
  return Document(cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8));
}

std::vector<cmark_node*> nodes_of(cmark_node* root, cmark_node_type type) {
  std::vector<cmark_node*> out;
  const std::unique_ptr<cmark_iter, IterDeleter> iter(cmark_iter_new(root));
  for (auto event = cmark_iter_next(iter.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter.get())) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == type) out.push_back(node);
  }
  return out;
}

cmark_node* text_node(const std::string& text) {
  cmark_node* node = cmark_node_new(CMARK_NODE_TEXT);
  cmark_node_set_literal(node, text.c_str());
  return node;
}

std::string inner_text(cmark_node* root) {
  std::string out;
  for (cmark_node* node : nodes_of(root, CMARK_NODE_TEXT)) out += cmark_node_get_literal(node);
  return out;
}

// "example.fi (https://www.example.fi)", but an address that reads as itself only once.
void spell_out_link(cmark_node* link) {
  const std::string url = cmark_node_get_url(link);
  const std::string said = inner_text(link);
  if (url.empty() || url == said || url == "mailto:" + said) return;
  cmark_node_insert_after(link, text_node(" (" + url + ")"));
}

}  // namespace

Html markdown_to_html(std::string_view markdown) {
  const auto document = parse(markdown);
  const Text html(cmark_render_html(document.get(), CMARK_OPT_DEFAULT, nullptr));
  return Html{html.get()};
}

std::string markdown_to_text(std::string_view markdown, int width) {
  const auto document = parse(markdown);
  for (cmark_node* link : nodes_of(document.get(), CMARK_NODE_LINK)) spell_out_link(link);
  for (cmark_node* heading : nodes_of(document.get(), CMARK_NODE_HEADING)) {
    cmark_node_prepend_child(heading, text_node("## "));
  }
  const Text text(cmark_render_plaintext(document.get(), CMARK_OPT_DEFAULT, width));
  return text.get();
}

}  // namespace view
