// Goal: a chart shows every sum where it belongs, also one below 0, escapes what it is told, and needs no style of its own.
#include "backoffice/chart.h"

#include <regex>

#include "unit/catch.h"

using namespace backoffice;
using base::Cents;
using base::Lang;

namespace {

std::size_t times_in(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a chart over time") {
  const auto svg = time_chart({{"ma 1.", Cents(1000)}, {"ti 2.", Cents(0)}, {"ke 3.", Cents(-500)}, {"to 4.", Cents(2000)}}, "Myynti", Lang::fi).text;
  CHECK(times_in(svg, "<rect") == 3);
  CHECK(svg.find("role=\"img\"") != svg.npos);
  CHECK(svg.find("aria-label=\"Myynti\"") != svg.npos);
  CHECK(svg.find("style") == svg.npos);
  std::smatch bar;
  REQUIRE(std::regex_search(svg, bar, std::regex("y=\"(\\d+)\" height=\"(\\d+)\"><title>ke 3")));
  const auto zero = std::stoi(bar[1]), below = std::stoi(bar[2]);
  CHECK(svg.find("y1=\"" + std::to_string(zero) + "\"") != svg.npos);
  REQUIRE(std::regex_search(svg, bar, std::regex("y=\"(\\d+)\" height=\"(\\d+)\"><title>to 4")));
  CHECK(std::stoi(bar[1]) + std::stoi(bar[2]) == zero);
  CHECK(std::abs(std::stoi(bar[2]) - 4 * below) <= 4);
  CHECK(time_chart({}, "x", Lang::fi).text.empty());
  CHECK(times_in(time_chart({{"ma 1.", Cents(0)}}, "x", Lang::fi).text, "<rect") == 0);
}

TEST_CASE("a chart of lying bars") {
  const auto svg = bar_chart({{"<b>Å & \"", Cents(400)}, {"Pitkä nimi joka ei mahdu puhelimen leveyteen", Cents(100)}, {"Hyvitys", Cents(-200)}}, "a\"b", Lang::en).text;
  CHECK(svg.find("<b>") == svg.npos);
  CHECK(svg.find("&lt;b&gt;") != svg.npos);
  CHECK(svg.find("width=\"100.00%\"") != svg.npos);
  CHECK(svg.find("width=\"25.00%\"") != svg.npos);
  CHECK(svg.find("class=\"chart-below\" x=\"0\" y=\"130\" height=\"10\" width=\"50.00%\"") != svg.npos);
  CHECK(svg.find("…") != svg.npos);
}
