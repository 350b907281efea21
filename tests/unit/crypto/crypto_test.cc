// Goal: hashes and MACs agree with the published vectors; tokens and codes have their shapes.
#include "lib/crypto/crypto.h"

#include <rapidcheck.h>

#include <set>

#include "lib/base/check_code.h"
#include "unit/catch.h"

namespace {

struct HmacVector {
  std::string key;
  const char *message, *sha256, *sha512;
};

// RFC 4231, test cases 1, 2, 6 and 7.
const HmacVector kHmac[] = {
    {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
    {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. "
     "The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
     "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
};

}  // namespace

TEST_CASE("HMAC agrees with RFC 4231") {
  for (const auto& vector : kHmac) {
    CHECK(crypto::hmac_sha256_hex(vector.key, vector.message) == vector.sha256);
    CHECK(crypto::hmac_sha512_hex(vector.key, vector.message) == vector.sha512);
  }
}

TEST_CASE("SHA-256 agrees with the published examples") {
  CHECK(crypto::to_hex(crypto::as_bytes(crypto::sha256("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(crypto::to_hex(crypto::as_bytes(crypto::sha256(""))) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("hex and base64 are read in their one form only") {
  CHECK(crypto::from_hex("00ff") == std::string("\0\xff", 2));
  CHECK(crypto::from_hex("") == "");
  for (const auto* wrong : {"0", "0G", "FF", "0x", " 00", "00 "}) CHECK_FALSE(crypto::from_hex(wrong).has_value());
  CHECK(crypto::to_base64("\xfb\xff") == "-_8");
  for (const auto* wrong : {"-_8=", "+/8", "a", "-_9", "ab cd", "ab\n", "0\x82" "0f"}) CHECK_FALSE(crypto::from_base64(wrong).has_value());
  REQUIRE(rc::check("there and back", [](const std::string& bytes) {
    RC_ASSERT(crypto::from_hex(crypto::to_hex(bytes)) == bytes);
    RC_ASSERT(crypto::from_base64(crypto::to_base64(bytes)) == bytes);
  }));
}

TEST_CASE("tokens are 26 characters, all different, and nothing else is one") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = crypto::random_token();
    REQUIRE(crypto::is_token(token));
    REQUIRE(seen.insert(token).second);
  }
  CHECK(crypto::is_token("00000000000000000000000000"));
  for (const auto* wrong : {"", "0000000000000000000000000", "000000000000000000000000000", "0000000000000000000000000A", "0000000000000000000000000i", "0000000000000000000000000/", "0000000000000000000000000 "}) {
    CHECK_FALSE(crypto::is_token(wrong));
  }
}

TEST_CASE("codes have their check character") {
  for (int i = 0; i < 200; ++i) REQUIRE(base::is_code(crypto::random_code(8), 8));
}

TEST_CASE("random numbers lie below their bound and reach all values") {
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 500; ++i) {
    const auto value = crypto::random_below(7);
    REQUIRE(value < 7);
    seen.insert(value);
  }
  CHECK(seen.size() == 7);
  CHECK(crypto::random_bytes(16) != crypto::random_bytes(16));
  CHECK(crypto::random_bytes(0).empty());
}

TEST_CASE("equal texts are equal, others not") {
  CHECK(crypto::equal("abc", "abc"));
  CHECK(crypto::equal("", ""));
  CHECK_FALSE(crypto::equal("abc", "abd"));
  CHECK_FALSE(crypto::equal("abc", "ab"));
  CHECK_FALSE(crypto::equal("", "a"));
}
