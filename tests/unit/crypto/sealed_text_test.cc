// Goal: a sealed cookie opens only with its key and its label, and only when no bit of it has changed.
#include <rapidcheck.h>

#include "lib/crypto/crypto.h"
#include "unit/catch.h"

namespace {

crypto::Key key_of(char byte) { return std::move(crypto::Key::from_bytes(std::string(32, byte)).value()); }

bool opens(const crypto::Key& key, std::string_view label, std::string_view sealed) {
  return crypto::open_text(key, label, sealed).has_value();
}

}  // namespace

TEST_CASE("what is sealed opens") {
  const auto key = key_of('k');
  REQUIRE(rc::check("there and back", [&key](const std::string& text) {
    RC_ASSERT(crypto::open_text(key, "cart.1", crypto::seal_text(key, "cart.1", text)) == text);
  }));
}

TEST_CASE("sealing the same twice gives two texts, both fit for a cookie") {
  const auto key = key_of('k');
  const auto a = crypto::seal_text(key, "cart.1", "x"), b = crypto::seal_text(key, "cart.1", "x");
  CHECK(a != b);
  CHECK(a.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
}

TEST_CASE("another key or another label does not open") {
  const auto key = key_of('k');
  const auto sealed = crypto::seal_text(key, "cart.1", "text");
  CHECK_FALSE(opens(key_of('l'), "cart.1", sealed));
  for (const auto* label : {"cart.2", "details.1", "cart.", "cart.11", ""}) CHECK_FALSE(opens(key, label, sealed));
}

TEST_CASE("a label is never taken for the beginning of another") {
  const auto key = key_of('k');
  const std::string text("b\0text", 6);
  const auto sealed = crypto::seal_text(key, "a", text);
  CHECK_FALSE(opens(key, "ab", sealed));
  CHECK(crypto::open_text(key, "a", sealed) == text);
}

TEST_CASE("every changed bit and every cut is found") {
  const auto key = key_of('k');
  const std::string bytes = crypto::from_base64(crypto::seal_text(key, "cart.1", "12 pieces")).value();
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[place] = static_cast<char>(changed[place] ^ (1 << bit));
      REQUIRE_FALSE(opens(key, "cart.1", crypto::to_base64(changed)));
    }
    REQUIRE_FALSE(opens(key, "cart.1", crypto::to_base64(bytes.substr(0, place))));
  }
  REQUIRE_FALSE(opens(key, "cart.1", crypto::to_base64(bytes + "x")));
  REQUIRE_FALSE(opens(key, "cart.1", "not base64!"));
}

TEST_CASE("a key is exactly 32 bytes and can be moved") {
  CHECK_FALSE(crypto::Key::from_bytes(std::string(31, 'k')).has_value());
  CHECK_FALSE(crypto::Key::from_bytes(std::string(33, 'k')).has_value());
  CHECK_FALSE(crypto::Key::from_bytes("").has_value());
  auto first = key_of('k');
  const auto sealed = crypto::seal_text(first, "x", "text");
  auto second = std::move(first);
  CHECK(crypto::open_text(second, "x", sealed) == "text");
  auto third = key_of('l');
  third = std::move(second);
  CHECK(crypto::open_text(third, "x", sealed) == "text");
}
