// Goal: what a page is filled with keeps its kind: text is never taken for HTML.
#include "lib/view/view.h"
#include "unit/catch.h"

using view::Html;
using view::Object;

TEST_CASE("text is text, HTML is HTML") {
  Object page;
  page.set("a", "x").set("b", Html{"<b>"}).set("c", true).set("d", std::string_view("y")).set("e", view::List{});
  CHECK(std::holds_alternative<std::string>(page.find("a")->is));
  CHECK(std::holds_alternative<Html>(page.find("b")->is));
  CHECK(std::holds_alternative<bool>(page.find("c")->is));
  CHECK(std::holds_alternative<std::string>(page.find("d")->is));
  CHECK(page.find("f") == nullptr);
}

TEST_CASE("the last value of a name counts, also after a merge") {
  Object page;
  page.set("a", "1").set("a", "2");
  CHECK(std::get<std::string>(page.find("a")->is) == "2");
  page.merge(Object().set("a", "3").set("b", "4"));
  CHECK(std::get<std::string>(page.find("a")->is) == "3");
  CHECK(std::get<std::string>(page.find("b")->is) == "4");
}

TEST_CASE("a copy is its own") {
  Object first;
  first.set("a", "1");
  Object second = first;
  second.set("a", "2");
  CHECK(std::get<std::string>(first.find("a")->is) == "1");
}

TEST_CASE("the five signs of HTML are escaped, others stay") {
  CHECK(view::escape("<a href=\"x\">&'</a>") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
  CHECK(view::escape("Åbo – 45,00\u00A0€") == "Åbo – 45,00\u00A0€");
  CHECK(view::escape("") == "");
}
