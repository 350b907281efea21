// Goal: a public key counts with the signatures of two administrators whom the directory key certifies, and in no other way (K3).
#include "lib/crypto/trust.h"

#include "unit/catch.h"
#include "unit/crypto/sealing_vectors.h"
#include "unit/crypto/trusting.h"

namespace {

using base::ErrorKind;
using trusting::directory;

crypto::PersonKeys keys_of(std::int64_t id) {
  const auto box = crypto::SecretKey::random();
  return {id, 2, box->public_key(), crypto::SigningKey::random()->public_key()};
}

bool counts(const crypto::Administrators& administrators, const crypto::PersonKeys& keys, const std::vector<crypto::SignedBy>& signatures) {
  const auto trusted = administrators.trust(keys, signatures);
  if (!trusted) CHECK(trusted.error().kind == ErrorKind::denied);
  return trusted.has_value();
}

std::string hex_of(const auto& key) { return crypto::to_hex({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}); }

}  // namespace

TEST_CASE("signatures are those of RFC 8032, section 7.1") {
  struct Vector {
    const char *seed, *key, *message, *signature;
  };
  for (const auto& v : {Vector{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                               "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
                        Vector{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                               "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"}}) {
    const auto key = crypto::SigningKey::from_seed(*crypto::from_hex(v.seed));
    const std::string message = *crypto::from_hex(v.message);
    CHECK(hex_of(key->public_key()) == v.key);
    CHECK(hex_of(key->sign(message)) == v.signature);
    CHECK(crypto::verify(key->sign(message), message, key->public_key()));
    CHECK_FALSE(crypto::verify(key->sign(message), message + "x", key->public_key()));
  }
}

TEST_CASE("K11: the known answers of another implementation come out: locked keys") {
  namespace v = sealing_vectors;
  const auto vectors = v::load();
  for (const auto& one : vectors.at("locked_keys")) {
    INFO(one.at("name"));
    const auto key = std::move(*crypto::Key::from_bytes(v::bytes(one, "key")));
    const auto opened = crypto::PersonSecret::unlock(v::bytes(one, "sealed"), key, one.at("context").get<std::string>());
    CHECK(v::verdict(opened) == one.at("verdict"));
    if (!opened) continue;
    CHECK(hex_of(opened->box().public_key()) == one.at("box"));
    CHECK(hex_of(opened->sign().public_key()) == one.at("sign"));
    CHECK(crypto::PersonSecret::unlock(opened->lock(key, "ukey|1|1"), key, "ukey|1|1").has_value());
  }
}

TEST_CASE("K11: the known answers of another implementation come out: what is signed") {
  namespace v = sealing_vectors;
  const auto vectors = v::load();
  for (const auto& one : vectors.at("signed")) {
    const auto& parts = one.at("parts");
    const auto part = [&](std::size_t i) { return parts.at(i).get<std::string>(); };
    const auto sign_key = [&](std::size_t i) { return *crypto::SignPublicKey::from_bytes(*crypto::from_hex(part(i))); };
    const auto box_key = [&](std::size_t i) { return *crypto::PublicKey::from_bytes(*crypto::from_hex(part(i))); };
    const std::string name = one.at("name");
    const std::string text = name == "administrator" ? crypto::certificate_text(std::stoll(part(0)), sign_key(1), part(2))
                             : name == "person"      ? crypto::person_text({std::stoll(part(0)), static_cast<std::uint32_t>(std::stoul(part(1))), box_key(2), sign_key(3)})
                                                     : crypto::group_text({{part(0), crypto::DataClass::child, static_cast<std::uint32_t>(std::stoul(part(2)))}, box_key(3)});
    CHECK(text == one.at("text"));
    const auto key = crypto::SigningKey::from_seed(v::bytes(one, "seed"));
    CHECK(hex_of(key->public_key()) == one.at("signer"));
    CHECK(hex_of(key->sign(text)) == one.at("signature"));
    CHECK(crypto::fingerprint(text) == one.at("fingerprint"));
  }
}

TEST_CASE("two different administrators make a key count, one of them twice or a stranger does not") {
  const auto administrators = directory().administrators();
  const auto keys = keys_of(17);
  const std::string text = crypto::person_text(keys);
  const auto stranger = crypto::SigningKey::random();
  const auto both = directory().both(text);
  CHECK(counts(administrators, keys, both));
  CHECK_FALSE(counts(administrators, keys, {}));
  CHECK_FALSE(counts(administrators, keys, {both[0]}));
  CHECK_FALSE(counts(administrators, keys, {both[0], both[0]}));
  CHECK_FALSE(counts(administrators, keys, {both[0], {3, stranger->sign(text)}}));
  CHECK_FALSE(counts(administrators, keys, {both[0], {2, stranger->sign(text)}}));
  CHECK_FALSE(counts(administrators, keys, {{2, both[0].signature}, both[0]}));
}

TEST_CASE("a signature counts for the very key, person and version that were signed") {
  const auto administrators = directory().administrators();
  const auto keys = keys_of(17);
  const auto both = directory().both(crypto::person_text(keys));
  auto other = keys;
  other.box = keys_of(17).box;
  CHECK_FALSE(counts(administrators, other, both));
  other = keys;
  other.sign = keys_of(17).sign;
  CHECK_FALSE(counts(administrators, other, both));
  other = keys;
  other.version += 1;
  CHECK_FALSE(counts(administrators, other, both));
  other = keys;
  other.staff_id += 1;
  CHECK_FALSE(counts(administrators, other, both));
}

TEST_CASE("a group's key of an attacker is refused, whoever's signatures stand beside it") {
  const auto administrators = directory().administrators();
  const crypto::GroupPublicKey group{{"unit:sports", crypto::DataClass::health, 3}, crypto::SecretKey::random()->public_key()};
  const auto both = directory().both(crypto::group_text(group));
  REQUIRE(administrators.trust(group, both));
  auto attackers = group;
  attackers.key = crypto::SecretKey::random()->public_key();
  CHECK_FALSE(administrators.trust(attackers, both));
  auto older = group;
  older.id.epoch = 4;
  CHECK_FALSE(administrators.trust(older, both));
  auto other_class = group;
  other_class.id.data_class = crypto::DataClass::child;
  CHECK_FALSE(administrators.trust(other_class, both));
}

TEST_CASE("an administrator counts with a certificate of the directory key, until its day") {
  const auto& d = directory();
  const auto keys = keys_of(17);
  const auto both = d.both(crypto::person_text(keys));
  const auto with = [&](const crypto::Certificate& second, const char* today) {
    return counts(crypto::Administrators(d.directory.public_key(), {d.certificate(1, d.first), second}, today), keys, both);
  };
  CHECK(with(d.certificate(2, d.second, "2026-11-27"), "2026-11-27"));
  CHECK_FALSE(with(d.certificate(2, d.second, "2026-11-27"), "2026-11-28"));
  auto forged = d.certificate(2, d.second, "2026-11-27");
  forged.until = "2099-01-01";
  CHECK_FALSE(with(forged, "2026-11-28"));
  auto moved = d.certificate(3, d.second);
  moved.staff_id = 2;
  CHECK_FALSE(with(moved, "2026-11-27"));
  const auto other_directory = crypto::SigningKey::random();
  CHECK_FALSE(counts(crypto::Administrators(other_directory->public_key(), {d.certificate(1, d.first), d.certificate(2, d.second)}, "2026-11-27"), keys, both));
}

TEST_CASE("a text that is signed for one thing is never another's") {
  // A group's name cannot hold a line end, so no group's text can be a person's; the first line tells them apart.
  const crypto::GroupPublicKey group{{"unit:sports", crypto::DataClass::health, 3}, {}};
  CHECK(crypto::group_text(group).substr(0, 19) == "kuntakauppa group 1");
  CHECK(crypto::person_text(keys_of(1)).substr(0, 20) == "kuntakauppa person 1");
  CHECK(crypto::certificate_text(1, {}, "2026-11-27").substr(0, 27) == "kuntakauppa administrator 1");
}
