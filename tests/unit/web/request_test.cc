// Goal: foreign bytes of a request become typed values or an error, in one reading.
#include "lib/web/request.h"

#include <rapidcheck.h>

#include "lib/web/form.h"
#include "lib/web/route.h"
#include "unit/catch.h"

using web::Pairs;
using web::Request;

namespace {

Pairs parsed(std::string_view text) { return web::parse_urlencoded(text).value(); }

Request with_cookies(std::string cookies) {
  Request out;
  out.cookies = std::move(cookies);
  return out;
}

}  // namespace

TEST_CASE("urlencoded pairs in order, decoded, names may repeat") {
  CHECK(parsed("a=1&b=%C3%A4+x&a=2") == Pairs{{"a", "1"}, {"b", "ä x"}, {"a", "2"}});
  CHECK(parsed("a&b=&=c&&") == Pairs{{"a", ""}, {"b", ""}, {"", "c"}});
  CHECK(parsed("a=b=c&d=%26%3d%2B") == Pairs{{"a", "b=c"}, {"d", "&=+"}});
  CHECK(parsed("").empty());
}

TEST_CASE("broken escapes, NUL bytes and too many pairs are refused") {
  for (const auto* wrong : {"a=%", "a=%4", "a=%4g", "%zz=1", "a=%00", "a=1&b=%00%"}) CHECK_FALSE(web::parse_urlencoded(wrong).has_value());
  std::string many;
  for (std::size_t i = 0; i < web::kMaxPairs; ++i) many += "a=1&";
  CHECK(web::parse_urlencoded(many).has_value());
  CHECK_FALSE(web::parse_urlencoded(many + "a=1").has_value());
}

TEST_CASE("what is encoded by the rule is decoded to the same") {
  REQUIRE(rc::check("there and back", [] {
    const auto name = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)));
    const auto value = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
    const auto encoded = [](const std::string& text) {
      static const char* const kHex = "0123456789abcdef";
      std::string out;
      for (const char c : text) (((out += '%') += kHex[(c >> 4) & 15]) += kHex[c & 15]);
      return out;
    };
    RC_ASSERT((parsed(encoded(name) + "=" + encoded(value)) == Pairs{{name, value}}));
  }));
}

TEST_CASE("a cookie that stands twice is none") {
  CHECK(with_cookies("a=1; __Host-cart=x=y; b=2").cookie("__Host-cart") == "x=y");
  CHECK_FALSE(with_cookies("__Host-cart=1; __Host-cart=2").cookie("__Host-cart").has_value());
  CHECK_FALSE(with_cookies("x__Host-cart=1; __host-cart=2; __Host-cart").cookie("__Host-cart").has_value());
  CHECK_FALSE(with_cookies("").cookie("a").has_value());
  CHECK(with_cookies(" a=").cookie("a") == "");
}

TEST_CASE("the language is the path's, else the browser's") {
  Request request;
  request.accept_language = "de, sv;q=0.8, en;q=0.9";
  request.path = "/sv/kassan";
  CHECK(request.lang(base::Lang::fi) == base::Lang::sv);
  request.path = "/fi";
  CHECK(request.lang(base::Lang::en) == base::Lang::fi);
  request.path = "/enx/";
  CHECK(request.lang(base::Lang::fi) == base::Lang::en);
  request.accept_language = "de";
  CHECK(request.lang(base::Lang::fi) == base::Lang::fi);
  CHECK(web::preferred_language("fi-FI,fi;q=0.9") == base::Lang::fi);
  CHECK(web::preferred_language("sv;q=0, en;q=0.1") == base::Lang::en);
  CHECK_FALSE(web::preferred_language("fil, svx").has_value());
  CHECK_FALSE(web::preferred_language("").has_value());
}

TEST_CASE("form values are cleaned and numbers bounded") {
  const auto form = web::Form::from_pairs({{"name", " Mai\x1Bja\xFF "}, {"n", "12"}, {"m", "12x"}, {"agree", "1"}, {"name", "second"}});
  CHECK(form.text("name") == "Maija");
  CHECK(form.text("none") == "");
  CHECK(form.number("n", 0, 12) == 12);
  CHECK_FALSE(form.number("n", 0, 11).has_value());
  CHECK_FALSE(form.number("m", 0, 100).has_value());
  CHECK_FALSE(form.number("none", 0, 100).has_value());
  CHECK(form.ticked("agree"));
  CHECK_FALSE(form.ticked("n"));
  Request json;
  json.content_type = "application/json";
  CHECK_FALSE(web::Form::parse(json).has_value());
}

TEST_CASE("a star in a path stands for one segment of ASCII that is not empty") {
  std::string arg;
  CHECK(web::path_matches("/fi/tilaus/*/kuitti", "/fi/tilaus/abc/kuitti", arg));
  CHECK(arg == "abc");
  for (const auto* wrong : {"/fi/tilaus//kuitti", "/fi/tilaus/kuitti", "/fi/tilaus/a/b/kuitti", "/fi/tilaus/a/kuitti/", "/fi/tilaus/ä/kuitti"}) {
    CHECK_FALSE(web::path_matches("/fi/tilaus/*/kuitti", wrong, arg));
  }
  CHECK(web::path_matches("/fi/peruuta", "/fi/peruuta", arg));
  CHECK_FALSE(web::path_matches("/fi/peruuta", "/fi/peruuta/", arg));
}
