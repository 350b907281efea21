// Values on a page: whatever they hold, the page's own tags are all the tags there are. First byte odd: the input is
// a template instead, which loads or does not, and never crashes.
#include <filesystem>
#include <fstream>

#include "fuzz.h"
#include "lib/view/source.h"
#include "lib/view/view.h"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPage = "<p title=\"{{x}}\">{{x}}</p>{{#list}}<b>{{x}}</b>{{/list}}{{^none}}<i>{{y}}</i>{{/none}}";

view::Templates load() {
  std::string dir = (fs::temp_directory_path() / "kk-fuzz-XXXXXX").string();
  fuzz::must(mkdtemp(dir.data()) != nullptr, "a temporary folder");
  fs::create_directories(dir + "/templates/t");
  fs::create_directories(dir + "/templates/partials");
  std::ofstream(dir + "/templates/t/x.html") << kPage;
  for (const auto* lang : {"fi", "sv", "en"}) {
    fs::create_directories(dir + "/text/" + lang);
    std::ofstream(dir + "/text/" + lang + "/a.toml") << "x = \"y\"\n";
  }
  auto templates = view::Templates::load(dir, {"t"});
  fs::remove_all(dir);
  fuzz::must(templates.has_value(), "the templates load");
  return std::move(*templates);
}

std::size_t count(std::string_view text, char c) {
  std::size_t out = 0;
  for (const char one : text) out += one == c ? 1 : 0;
  return out;
}

void fill(std::string_view text) {
  static const view::Templates templates = load();
  const std::string x(fuzz::take_line(text)), y(text);
  const auto out = templates.render("t/x", base::Lang::fi,
                                    view::Object().set("x", x).set("y", y).set("none", false).set("list", view::List{view::Object().set("x", y)}));
  fuzz::must(out.has_value(), "a page with all its values renders");
  fuzz::must(count(*out, '<') == 6 && count(*out, '>') == 6 && count(*out, '"') == 2 && count(*out, '\'') == 0, "values make no tags");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  if ((fuzz::take_choice(text) & 1U) == 0) {
    fill(text);
    return 0;
  }
  const view::Partials partials = {{"p", "{{x}}{{>q}}"}, {"q", "q"}, {"r", "{{>r}}"}};
  const view::TextMap texts = {{"a.x", "<{{n}}>"}};
  const auto source = view::expand(std::string(text), partials, texts, true);
  if (!source) return 0;
  static_cast<void>(view::check_tags(*source));
  return 0;
}
