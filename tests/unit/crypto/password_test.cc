// Goal: Argon2id agrees with its reference implementation; without the pepper nothing comes out that fits.
#include "lib/crypto/password.h"

#include "unit/catch.h"

namespace {

crypto::Key pepper_of(char byte) { return std::move(*crypto::Key::from_bytes(std::string(32, byte))); }
std::string hex_of(const crypto::Key& key) { return crypto::to_hex({reinterpret_cast<const char*>(key.data()), crypto::Key::kBytes}); }
const std::string kSalt = "0123456789abcdef";

}  // namespace

TEST_CASE("the root is what the reference implementation's command makes") {
  // printf 'correct horse battery' | argon2 0123456789abcdef -id -t 3 -m 16 -p 1 -l 32 -r
  const auto root = crypto::argon2id("correct horse battery", kSalt);
  REQUIRE(root);
  CHECK(hex_of(*root) == "00bac562b407875296682e0b8043688e09be94fcea326e99aa62d0edb44404fc");
}

TEST_CASE("password and salt and pepper each change both what is kept and what opens") {
  const auto pepper = pepper_of('p'), other = pepper_of('q');
  const auto one = crypto::stretch("correct horse battery", kSalt, pepper), same = crypto::stretch("correct horse battery", kSalt, pepper);
  REQUIRE((one && same));
  CHECK(one->verifier == same->verifier);
  CHECK(hex_of(one->kek) == hex_of(same->kek));
  CHECK(one->verifier.size() == 32);
  CHECK(crypto::to_hex(one->verifier) != hex_of(one->kek));
  for (const auto& changed : {crypto::stretch("correct horse batterY", kSalt, pepper), crypto::stretch("correct horse battery", "0123456789abcdeF", pepper),
                              crypto::stretch("correct horse battery", kSalt, other)}) {
    REQUIRE(changed);
    CHECK(changed->verifier != one->verifier);
    CHECK(hex_of(changed->kek) != hex_of(one->kek));
  }
}

TEST_CASE("a salt of another length is refused") {
  CHECK(crypto::stretch("correct horse battery", "short", pepper_of('p')).error().kind == base::ErrorKind::invalid);
}
