// Goal: a page comes out whole and escaped, or not at all; what is wrong in templates and texts stops the start.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "lib/view/view.h"
#include "unit/catch.h"

namespace fs = std::filesystem;
using base::Lang;
using view::Html;
using view::List;
using view::Object;

namespace {

// A share folder of one test, taken away at its end.
class Share {
 public:
  Share() {
    std::string name = (fs::temp_directory_path() / "kk-view-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    dir_ = name;
    fs::create_directories(dir_ / "templates/partials");
    for (const auto* lang : {"fi", "sv", "en"}) file(std::string("text/") + lang + "/a.toml", "hello = \"Hei {{name}} & co\"\nplain = \"<Kuitti>\"\n");
  }
  ~Share() { fs::remove_all(dir_); }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  Share& file(const std::string& path, const std::string& content) {
    fs::create_directories((dir_ / path).parent_path());
    std::ofstream(dir_ / path) << content;
    return *this;
  }
  Share& page(const std::string& content) { return file("templates/t/x.html", content); }
  base::Result<view::Templates> load() const { return view::Templates::load(dir_.string(), {"t"}); }

 private:
  fs::path dir_;
};

std::string rendered(const Share& share, const Object& data, std::string_view name = "t/x") {
  const auto templates = share.load();
  if (!templates) return "load: " + templates.error().detail;
  const auto out = templates->render(name, Lang::fi, data);
  return out ? *out : "render: " + out.error().detail;
}

bool starts(const Share& share) { return share.load().has_value(); }

}  // namespace

TEST_CASE("text is escaped, Html is not, and text cannot pretend to be Html") {
  Share share;
  share.page("<p title=\"{{x}}\">{{x}}</p>{{h}}");
  CHECK(rendered(share, Object().set("x", "\"<b>&'").set("h", Html{"<i>ok</i>"})) ==
        "<p title=\"&quot;&lt;b&gt;&amp;&#39;\">&quot;&lt;b&gt;&amp;&#39;</p><i>ok</i>");
  CHECK(rendered(share, Object().set("x", "\x01<b>").set("h", "\x01<b>")) == "<p title=\"&lt;b&gt;\">&lt;b&gt;</p>&lt;b&gt;");
  CHECK(rendered(share, Object().set("x", "\x01\x01<b>").set("h", "a\x01<b>")).find("<b>") == std::string::npos);
}

TEST_CASE("names in a value are not filled again") {
  Share share;
  share.page("{{x}}|{{y}}");
  CHECK(rendered(share, Object().set("x", "{{y}}").set("y", "{{{x}}}")) == "{{y}}|{{{x}}}");
}

TEST_CASE("a plain-text template escapes nothing") {
  Share share;
  share.file("templates/t/m.txt", "{{t.a.plain}} {{x}}");
  CHECK(rendered(share, Object().set("x", "A & <B>"), "t/m.txt") == "<Kuitti> A & <B>");
}

TEST_CASE("texts are put in escaped, with their names live") {
  Share share;
  share.page("{{t.a.hello}} {{t.a.plain}}");
  CHECK(rendered(share, Object().set("name", "<Maija>")) == "Hei &lt;Maija&gt; &amp; co &lt;Kuitti&gt;");
}

TEST_CASE("a name without a value is an error, wherever it stands") {
  Share share;
  share.page("{{#list}}{{a}}{{/list}}{{^list}}{{none}}{{/list}}{{#on}}{{b}}{{/on}}");
  CHECK(rendered(share, Object().set("list", List{Object().set("a", "1")}).set("on", false)) == "1");
  CHECK(rendered(share, Object().set("list", List{Object().set("c", "1")}).set("on", false)) == "render: t/x: no value for a");
  CHECK(rendered(share, Object().set("list", List{}).set("on", false)) == "render: t/x: no value for none");
  CHECK(rendered(share, Object().set("list", List{Object().set("a", "1")}).set("on", true)) == "render: t/x: no value for b");
  CHECK(rendered(share, Object().set("list", List{Object().set("a", "1")})) == "render: t/x: no value for on");
}

TEST_CASE("inside a section the outer names are seen, the inner go first") {
  Share share;
  share.page("{{#list}}{{a}}{{b}} {{/list}}{{#o}}{{b}}{{/o}}");
  const auto data = Object().set("a", "1").set("b", "2").set("list", List{Object().set("b", "3"), Object()}).set("o", Object().set("b", "4"));
  CHECK(rendered(share, data) == "13 12 4");
}

TEST_CASE("partials are put in, also in each other, and an unknown one or a circle stops the start") {
  Share share;
  share.file("templates/partials/p.html", "[{{>q}}]").file("templates/partials/q.html", "{{x}}{{t.a.plain}}").page("{{>p}}");
  CHECK(rendered(share, Object().set("x", "1")) == "[1&lt;Kuitti&gt;]");
  CHECK_FALSE(starts(share.page("{{>nothing}}")));
  share.file("templates/partials/r.html", "{{>r}}");
  CHECK_FALSE(starts(share.page("{{>r}}")));
}

TEST_CASE("a page becomes the layout's body") {
  Share share;
  share.file("templates/partials/layout.html", "<title>{{title}}</title>{{>body}}<footer>").page("{{! page }}<main>{{x}}</main>");
  CHECK(rendered(share, Object().set("title", "T").set("x", "1")) == "<title>T</title><main>1</main><footer>");
}

TEST_CASE("what could go wrong quietly in mustache stops the start") {
  for (const auto* wrong : {"{{{x}}}", "{{&x}}", "{{& x}}", "{{=<% %>=}}", "{{#a}}", "{{#a}}{{/b}}", "{{/a}}", "{{x", "{{}}", "{{ }}", "{{t.a.none}}",
                            "{{#a}}{{#b}}{{/a}}{{/b}}"}) {
    INFO(wrong);
    Share share;
    CHECK_FALSE(starts(share.page(wrong)));
  }
}

TEST_CASE("texts have the same keys in all languages and are texts") {
  Share share;
  share.page("x");
  REQUIRE(starts(share));
  share.file("text/sv/a.toml", "hello = \"Hej\"\n");
  CHECK_FALSE(starts(share));
  share.file("text/sv/a.toml", "hello = \"Hej\"\nplain = \"\"\nmore = \"x\"\n");
  CHECK_FALSE(starts(share));
  share.file("text/sv/a.toml", "hello = \"Hej\"\nplain = 5\n");
  CHECK_FALSE(starts(share));
  share.file("text/sv/a.toml", "hello = \"Hej\n");
  CHECK_FALSE(starts(share));
}

TEST_CASE("a page that failed once is whole the next time") {
  Share share;
  share.page("{{x}}{{#list}}{{a}}{{/list}}");
  const auto templates = share.load();
  REQUIRE(templates.has_value());
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(templates->render("t/x", Lang::fi, Object().set("list", List{})).has_value());
    CHECK(templates->render("t/x", Lang::fi, Object().set("x", "1").set("list", List{Object().set("a", "2")})).value() == "12");
  }
}

TEST_CASE("two sets of templates at the same address do not mix") {
  Share share;
  for (int i = 0; i < 5; ++i) CHECK(rendered(share.page("page " + std::to_string(i)), Object()) == "page " + std::to_string(i));
}

TEST_CASE("threads render at once") {
  Share share;
  share.page("{{#list}}{{a}},{{/list}}");
  const auto templates = share.load();
  REQUIRE(templates.has_value());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&templates, &wrong, t] {
      const auto text = std::to_string(t);
      for (int i = 0; i < 200; ++i) {
        const auto out = templates->render("t/x", Lang::fi, Object().set("list", List{Object().set("a", text), Object().set("a", text)}));
        if (!out || *out != text + "," + text + ",") ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("say() gives the text itself, its names filled once") {
  Share share;
  share.page("x");
  const auto templates = share.load();
  REQUIRE(templates.has_value());
  CHECK(templates->say(Lang::sv, "a.hello", {{"name", "<Maija>"}}) == "Hei <Maija> & co");
  CHECK(templates->say(Lang::sv, "a.hello", {{"name", "{{name}}"}}) == "Hei {{name}} & co");
  CHECK(templates->say(Lang::sv, "a.nothing") == "a.nothing");
  CHECK(templates->has_text(Lang::en, "a.plain"));
  CHECK_FALSE(templates->has_text(Lang::en, "a.nothing"));
  CHECK(templates->has_template("t/x"));
  CHECK_FALSE(templates->has_template("t/y"));
  CHECK_FALSE(templates->render("t/y", Lang::fi, Object()).has_value());
}
