// Goal: our signatures are those that the payment service makes; nothing else verifies.
#include "lib/suomifi/signature.h"

#include <rapidcheck.h>

#include <algorithm>

#include "unit/catch.h"
#include "unit/suomifi/vectors.h"

using suomifi::Pairs;

TEST_CASE("published and computed vectors") {
  const auto all = vectors::load();
  REQUIRE(all.size() >= 15);
  for (const auto& v : all) {
    INFO(v.name);
    CHECK((suomifi::sign(v.account, v.pairs, v.body) == v.signature) == v.valid);
    CHECK(suomifi::verify(v.account, v.pairs, v.body, v.signature) == v.valid);
  }
}

TEST_CASE("the text ends with a line end after the last name, and with the body when there is one") {
  const Pairs pairs = {{"checkout-b", "2"}, {"Checkout-A", "1"}, {"signature", "x"}, {"platform-name", "y"}, {"own", "z"}};
  CHECK(suomifi::signed_text(pairs, "") == "checkout-a:1\ncheckout-b:2\n");
  CHECK(suomifi::signed_text(pairs, "{}") == "checkout-a:1\ncheckout-b:2\n{}");
  CHECK(suomifi::signed_text({}, "") == "");
}

TEST_CASE("neither order nor foreign pairs change a signature") {
  const auto v = vectors::named("V4");
  REQUIRE(rc::check("order", [&v] {
    Pairs pairs = v.pairs;
    pairs.emplace_back("utm", "1");
    pairs.emplace_back("signature", "anything");
    const auto swaps = *rc::gen::container<std::vector<std::pair<std::size_t, std::size_t>>>(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, pairs.size()), rc::gen::inRange<std::size_t>(0, pairs.size())));
    for (const auto& [a, b] : swaps) std::swap(pairs[a], pairs[b]);
    RC_ASSERT(suomifi::verify(v.account, pairs, "", v.signature));
  }));
}

TEST_CASE("every changed byte of a message is found") {
  const auto v = vectors::named("V6");
  for (std::size_t i = 0; i < v.pairs.size(); ++i) {
    for (std::size_t place = 0; place < v.pairs[i].second.size(); ++place) {
      auto changed = v.pairs;
      changed[i].second[place] ^= 1;
      CHECK_FALSE(suomifi::verify(v.account, changed, v.body, v.signature));
    }
  }
  for (std::size_t place = 0; place < v.body.size(); ++place) {
    auto body = v.body;
    body[place] = static_cast<char>(body[place] ^ 1);
    CHECK_FALSE(suomifi::verify(v.account, v.pairs, body, v.signature));
  }
  CHECK_FALSE(suomifi::verify(v.account, v.pairs, v.body + "\n", v.signature));
}

TEST_CASE("an empty secret, an empty or cut signature and the other algorithm never verify") {
  const auto v = vectors::named("V3");
  auto account = v.account;
  account.secret.clear();
  CHECK_FALSE(suomifi::verify(account, v.pairs, "", suomifi::sign(account, v.pairs, "")));
  CHECK_FALSE(suomifi::verify(v.account, v.pairs, "", ""));
  CHECK_FALSE(suomifi::verify(v.account, v.pairs, "", v.signature.substr(0, 63)));
  account = v.account;
  account.algorithm = suomifi::Algorithm::sha512;
  CHECK_FALSE(suomifi::verify(account, v.pairs, "", v.signature));
}

TEST_CASE("a message that can be read in two ways does not verify, even if rightly signed") {
  const auto account = vectors::named("V3").account;
  for (const Pairs& pairs : {Pairs{{"checkout-a", "1"}, {"checkout-a", "1"}}, Pairs{{"checkout-a", "1"}, {"Checkout-A", "2"}},
                             Pairs{{"checkout-a", "1\ncheckout-b:2"}}, Pairs{{"checkout-a:b", "1"}}, Pairs{{"checkout-a", "1\r"}},
                             Pairs{{"checkout-a\n", "1"}}}) {
    CHECK_FALSE(suomifi::verify(account, pairs, "", suomifi::sign(account, pairs, "")));
  }
}

TEST_CASE("a value is given only when it is the only one") {
  const Pairs pairs = {{"Signature", "s"}, {"a", "1"}, {"a", "2"}};
  CHECK(suomifi::only_value(pairs, "signature") == "s");
  CHECK_FALSE(suomifi::only_value(pairs, "a").has_value());
  CHECK_FALSE(suomifi::only_value(pairs, "b").has_value());
}
