// Goal: only what RFC 3629 calls UTF-8 passes.
#include "lib/base/utf8.h"

#include <rapidcheck.h>

#include "unit/catch.h"

TEST_CASE("the borders of each length of sequence are read and written") {
  for (const char32_t c : {U'\x01', U'\x7F', U'\u0080', U'\u07FF', U'\u0800', U'\uD7FF', U'\uE000', U'\uFFFF', U'\U00010000', U'\U0010FFFF'}) {
    std::string bytes;
    base::append_utf8(bytes, c);
    REQUIRE(base::from_utf8(bytes) == std::u32string(1, c));
    bytes.pop_back();
    CHECK(base::is_utf8(bytes) == bytes.empty());
  }
}

TEST_CASE("overlong forms, surrogates and values beyond Unicode are refused") {
  for (const auto* wrong : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\x80", "\xC3", "\xC3\x28", "a\xE4"}) {
    CHECK_FALSE(base::is_utf8(wrong));
  }
  CHECK(base::is_utf8("Åbo – Turku 😀"));
}

TEST_CASE("what is read can be written back") {
  REQUIRE(rc::check("any bytes", [](const std::string& bytes) {
    if (const auto points = base::from_utf8(bytes)) {
      std::string again;
      for (const char32_t c : *points) base::append_utf8(again, c);
      RC_ASSERT(again == bytes);
    }
  }));
}
