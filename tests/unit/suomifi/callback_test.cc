// Goal: only a callback that the payment service signed for our account, once and well formed, is believed
// (checks P7 and P8).
#include "lib/suomifi/callback.h"

#include <rapidcheck.h>

#include "unit/catch.h"
#include "unit/suomifi/vectors.h"

using suomifi::Pairs;
using suomifi::Refusal;

namespace {

Pairs query_of(const vectors::Vector& v) {
  Pairs out = v.pairs;
  out.emplace_back("signature", v.signature);
  return out;
}

Pairs set(Pairs pairs, const std::string& name, const std::string& value) {
  for (auto& [known, old] : pairs) {
    if (known == name) {
      old = value;
      return pairs;
    }
  }
  pairs.emplace_back(name, value);
  return pairs;
}

Pairs without(Pairs pairs, const std::string& name) {
  std::erase_if(pairs, [&name](const auto& pair) { return pair.first == name; });
  return pairs;
}

Pairs resigned(const Pairs& pairs) {
  return set(without(pairs, "signature"), "signature", suomifi::sign(vectors::kAccount, pairs, ""));
}

std::string verdict(const Pairs& query, const suomifi::Account& account = vectors::kAccount) {
  const auto result = suomifi::verify_callback(query, account);
  return result ? "accepted" : suomifi::to_string(result.error());
}

const Pairs& good() {
  static const Pairs query = query_of(vectors::named("V3"));
  return query;
}

}  // namespace

TEST_CASE("published callbacks") {
  for (const auto& v : vectors::load()) {
    if (v.kind != "query") continue;
    INFO(v.name);
    CHECK(verdict(query_of(v), v.account) == v.callback);
  }
}

TEST_CASE("an accepted callback says what was sent") {
  const auto callback = suomifi::verify_callback(query_of(vectors::named("V4")), vectors::kAccount);
  REQUIRE(callback.has_value());
  CHECK(callback->stamp() == "15336332710015");
  CHECK(callback->reference() == "192387192837195");
  CHECK(callback->amount() == base::Cents(2964));
  CHECK(callback->is_euro());
  CHECK(callback->transaction_id() == "4b300af6-9a22-11e8-9184-abb6de7fd2d0");
  CHECK(callback->status() == suomifi::PaymentStatus::ok);
  CHECK(callback->provider() == "nordea");
  CHECK(callback->settlement_reference() == "45667372");
  CHECK_FALSE(suomifi::verify_callback(good(), vectors::kAccount)->settlement_reference().has_value());
}

TEST_CASE("an unknown parameter is accepted when it is signed, and refused when not") {
  CHECK(verdict(resigned(set(good(), "checkout-new-thing", "x"))) == "accepted");
  CHECK(verdict(set(good(), "checkout-new-thing", "x")) == "bad_signature");
}

TEST_CASE("our own query parameters are passed over, also odd ones") {
  Pairs query = good();
  for (const auto& pair : Pairs{{"lang", "fi"}, {"lang", "sv"}, {"", ""}, {"check", "\n"}, {"xcheckout-amount", "1"}}) query.push_back(pair);
  CHECK(verdict(query) == "accepted");
}

TEST_CASE("a parameter twice, in another case or with control characters is malformed") {
  for (const auto& pair : Pairs{{"checkout-amount", "2964"}, {"checkout-amount", "1"}, {"signature", "x"}, {"Checkout-Amount", "2964"},
                                {"CHECKOUT-X", "1"}, {"checkout-x", "a\nb"}, {"checkout-x", std::string("a\0", 2)}, {"checkout-x\n", "a"},
                                {"checkout-x:y", "a"}, {"checkout-x", std::string(3001, 'a')}}) {
    Pairs query = good();
    query.push_back(pair);
    CHECK(verdict(query) == "malformed");
    if (pair.first != "signature") CHECK(verdict(resigned(query)) == "malformed");
  }
  Pairs many = good();
  for (int i = 0; i < 60; ++i) many.emplace_back("own", "1");
  CHECK(verdict(many) == "malformed");
}

TEST_CASE("another account is refused, also with its own right signature") {
  CHECK(verdict(resigned(set(good(), "checkout-account", "695861"))) == "wrong_account");
  CHECK(verdict(without(good(), "checkout-account")) == "wrong_account");
  CHECK(verdict(good(), {"", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha256}) == "wrong_account");
  CHECK(verdict(resigned(set(good(), "checkout-account", "")), {"", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha256}) == "wrong_account");
}

TEST_CASE("the algorithm is ours to choose") {
  for (const auto* name : {"sha512", "SHA256", "sha1", "none", ""}) {
    CHECK(verdict(resigned(set(good(), "checkout-algorithm", name))) == "wrong_algorithm");
  }
  const auto v = vectors::named("V3b");
  CHECK(verdict(query_of(v)) == "wrong_algorithm");
  CHECK(verdict(query_of(v), v.account) == "accepted");
}

TEST_CASE("forged signatures are refused") {
  const std::string right = vectors::named("V3").signature;
  for (const auto& wrong : {std::string(), right.substr(1), right + "0", std::string(64, '0'), right + " "}) {
    CHECK(verdict(set(good(), "signature", wrong)) == "bad_signature");
  }
  CHECK(verdict(without(good(), "signature")) == "bad_signature");
  CHECK(verdict(good(), {"375917", "", suomifi::Algorithm::sha256}) == "bad_signature");
  const suomifi::Account no_secret{"375917", "", suomifi::Algorithm::sha256};
  CHECK(verdict(set(good(), "signature", suomifi::sign(no_secret, good(), "")), no_secret) == "bad_signature");
}

TEST_CASE("a signed callback must still be a payment's") {
  for (const auto* name : {"checkout-stamp", "checkout-reference", "checkout-amount", "checkout-status", "checkout-transaction-id"}) {
    CHECK(verdict(resigned(without(good(), name))) == "missing");
    CHECK(verdict(resigned(set(good(), name, ""))) == "bad_value");
  }
  CHECK(verdict(resigned(without(good(), "checkout-provider"))) == "accepted");  // gone back before choosing
  for (const auto* amount : {"-1", "+1", "1.5", "1e3", " 1", "0x1", "01", "99999999999", "29640000000000000000"}) {
    CHECK(verdict(resigned(set(good(), "checkout-amount", amount))) == "bad_value");
  }
  for (const auto* status : {"OK", "new", "paid", "ok ", "authorization-hold"}) {
    CHECK(verdict(resigned(set(good(), "checkout-status", status))) == "bad_value");
  }
  for (const auto* status : {"ok", "pending", "delayed", "fail"}) {
    CHECK(verdict(resigned(set(good(), "checkout-status", status))) == "accepted");
  }
  for (const auto* id : {"4b300af6", "4b300af6-9a22-11e8-9184-abb6de7fd2d", "4b300af6-9a22-11e8-9184-abb6de7fd2dg",
                         "4b300af6x9a22-11e8-9184-abb6de7fd2d0", "4b300af6-9a22-11e8-9184-abb6de7fd2d0'"}) {
    CHECK(verdict(resigned(set(good(), "checkout-transaction-id", id))) == "bad_value");
  }
  CHECK(verdict(resigned(set(good(), "checkout-stamp", std::string(201, '1')))) == "bad_value");
  CHECK(verdict(resigned(set(good(), "checkout-stamp", "ä"))) == "bad_value");
}

TEST_CASE("a long or odd name of a bank is shortened, not refused: the money has moved") {
  const auto callback = suomifi::verify_callback(resigned(set(good(), "checkout-provider", "Ålandsbanken" + std::string(100, 'x'))), vectors::kAccount);
  REQUIRE(callback.has_value());
  CHECK(callback->provider().size() == 60);
  CHECK(callback->provider().starts_with("__landsbanken"));
}

TEST_CASE("a refund's callback may lack the transaction id, and nothing else") {
  const auto failed = suomifi::verify_refund_callback(query_of(vectors::named("V5")), vectors::kAccount);
  REQUIRE(failed.has_value());
  CHECK_FALSE(failed->has_transaction_id());
  CHECK(failed->status() == suomifi::PaymentStatus::fail);
  CHECK(verdict(query_of(vectors::named("V5"))) == "missing");
  const auto whole = suomifi::verify_refund_callback(good(), vectors::kAccount);
  REQUIRE(whole.has_value());
  CHECK(whole->transaction_id() == "4b300af6-9a22-11e8-9184-abb6de7fd2d0");
  const auto refused = [](const Pairs& query) { return to_string(suomifi::verify_refund_callback(query, vectors::kAccount).error()); };
  for (const char* name : {"checkout-stamp", "checkout-reference", "checkout-amount", "checkout-status"}) CHECK(refused(resigned(without(good(), name))) == std::string("missing"));
  CHECK(refused(resigned(set(good(), "checkout-transaction-id", "4b300af6"))) == std::string("bad_value"));
  CHECK(refused(resigned(set(good(), "checkout-status", "new"))) == std::string("bad_value"));
  CHECK(refused(set(good(), "checkout-amount", "2965")) == std::string("bad_signature"));
  CHECK(refused(resigned(set(good(), "checkout-account", "375918"))) == std::string("wrong_account"));
}

TEST_CASE("no single changed byte of a callback is accepted") {
  REQUIRE(rc::check("changed bytes", [] {
    Pairs query = good();
    auto& [name, value] = query[*rc::gen::inRange<std::size_t>(0, query.size())];
    std::string& text = *rc::gen::arbitrary<bool>() ? name : value;
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
    const char byte = *rc::gen::arbitrary<char>();
    RC_PRE(text[place] != byte);
    text[place] = byte;
    RC_ASSERT_FALSE(suomifi::verify_callback(query, vectors::kAccount).has_value());
  }));
}

TEST_CASE("the journal holds what came, without the signature and other names") {
  Pairs query = good();
  query.emplace_back("email", "maija@example.fi");
  query.emplace_back("checkout-odd", "a\nb\xC3\xA4");
  const auto text = suomifi::journal_text(query);
  CHECK(text.starts_with("checkout-account=375917\ncheckout-algorithm=sha256\ncheckout-amount=2964\ncheckout-odd=a_b__\n"));
  CHECK(text.find("signature") == std::string::npos);
  CHECK(text.find("maija") == std::string::npos);
  Pairs large;
  for (int i = 0; i < 100; ++i) large.emplace_back("checkout-" + std::to_string(i), std::string(500, 'x'));
  CHECK(suomifi::journal_text(large).size() == 1500);
}
