// Goal: what is sealed opens with the right key at the right place, and nowhere else.
#include "lib/crypto/sealing.h"

#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "lib/crypto/opening.h"
#include "unit/catch.h"
#include "unit/crypto/sealing_vectors.h"
#include "unit/crypto/trusting.h"

namespace {

namespace v = sealing_vectors;
using base::ErrorKind;
using crypto::DataClass;
using crypto::Place;
using crypto::Sealed;
using trusting::trusted;

constexpr DataClass kClasses[] = {DataClass::health, DataClass::child, DataClass::contact, DataClass::recording};
constexpr const char* kRow = "3f2b8c1e-5d47-4a90-9e1c-7b6a05d4c3f2";
constexpr const char* kOtherRow = "3f2b8c1e-5d47-4a90-9e1c-7b6a05d4c3f3";

template <typename T>
T take(base::Result<T> result) {
  INFO((result ? "" : result.error().detail));
  REQUIRE(result.has_value());
  return std::move(*result);
}

std::string bytes_of(const unsigned char* key) { return {reinterpret_cast<const char*>(key), 32}; }

crypto::DataKey new_data_key() { return take(crypto::DataKey::random()); }
crypto::GroupSecretKey new_group(crypto::GroupKeyId id) { return {std::move(id), take(crypto::SecretKey::random())}; }
crypto::GroupSecretKey with_id(const crypto::GroupSecretKey& group, crypto::GroupKeyId id) {
  return {std::move(id), take(crypto::SecretKey::from_bytes(bytes_of(group.key.data())))};
}
crypto::MemberSecretKey new_member(std::string name) { return {std::move(name), take(crypto::SecretKey::random())}; }

template <typename T>
ErrorKind kind(const base::Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

// Each way to name another group than `id`.
std::vector<crypto::GroupKeyId> other_groups(const crypto::GroupKeyId& id) {
  std::vector<crypto::GroupKeyId> out(4, id);
  out[0].group += "x";
  out[1].group.back() = 'x';
  out[2].data_class = id.data_class == DataClass::child ? DataClass::health : DataClass::child;
  out[3].epoch += 1;
  return out;
}

// Every single bit turned and every length cut is refused.
void refuses_all_changes(const Sealed& sealed, const std::function<ErrorKind(const Sealed&)>& kind_of) {
  const std::string bytes = sealed.bytes();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      REQUIRE(kind_of(Sealed(changed)) == (at == 0 ? ErrorKind::broken : ErrorKind::denied));
    }
    const auto cut = kind_of(Sealed(bytes.substr(0, at)));
    REQUIRE((cut == ErrorKind::broken || cut == ErrorKind::denied));
  }
  REQUIRE(kind_of(Sealed(bytes + '\0')) == ErrorKind::denied);
  REQUIRE(kind_of(Sealed(bytes + std::string(20000, 'x'))) == ErrorKind::broken);
}

const Place kPlace{"answers", "text", kRow, DataClass::child, 1};
const crypto::GroupKeyId kGroup{"unit:sports", DataClass::health, 3};

}  // namespace

TEST_CASE("a field of every class opens as it was sealed") {
  for (const auto data_class : kClasses) {
    const auto key = new_data_key();
    REQUIRE(rc::check("there and back", [&](const std::string& text, std::uint32_t version) {
      const Place place{"answers", "text", kRow, data_class, std::max(version, 1U)};
      const auto opened = crypto::open_field(key, place, take(crypto::seal_field(key, place, text)));
      RC_ASSERT(opened.has_value());
      RC_ASSERT(opened->text() == text);
    }));
  }
}

TEST_CASE("a field of any length up to the limit opens, a longer one is not sealed") {
  const auto key = new_data_key();
  for (const auto data_class : kClasses) {
    Place place = kPlace;
    place.data_class = data_class;
    for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 1023U, 1024U, 4095U, 4096U, 16382U, 16383U}) {
      // A text that ends like padding itself.
      const std::string text = size == 0 ? "" : std::string(size - 1, '\0') + '\x80';
      const auto sealed = take(crypto::seal_field(key, place, text));
      CHECK(sealed.bytes().size() <= crypto::kMaxSealedField);
      CHECK(take(crypto::open_field(key, place, sealed)).text() == text);
    }
    CHECK(kind(crypto::seal_field(key, place, std::string(crypto::kMaxFieldText + 1, 'x'))) == ErrorKind::too_large);
  }
}

TEST_CASE("a data key and a wrapped group key of every class open as they were sealed") {
  for (const auto data_class : kClasses) {
    const auto group = new_group({"unit:sports", data_class, 3});
    const auto key = new_data_key();
    const auto sealed = take(crypto::seal_data_key(key, kRow, trusted(group.public_half())));
    CHECK(bytes_of(take(crypto::open_data_key(sealed, kRow, group)).data()) == bytes_of(key.data()));

    const auto member = new_member("person:17");
    const auto wrap = take(crypto::wrap_group_secret(group, trusted(member)));
    const auto opened = take(crypto::open_wrap(wrap, group.public_half(), member));
    CHECK(bytes_of(opened.key.data()) == bytes_of(group.key.data()));
    CHECK(bytes_of(take(crypto::open_data_key(sealed, kRow, opened)).data()) == bytes_of(key.data()));
  }
}

TEST_CASE("sealing the same twice gives two results") {
  const auto key = new_data_key();
  const auto group = new_group(kGroup);
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    CHECK(seen.insert(take(crypto::seal_field(key, kPlace, "x")).bytes()).second);
    CHECK(seen.insert(take(crypto::seal_data_key(key, kRow, trusted(group.public_half()))).bytes()).second);
    CHECK(seen.insert(bytes_of(new_data_key().data())).second);
  }
}

TEST_CASE("K2: a field that was moved to another row, column, table, class or row version does not open") {
  const auto key = new_data_key();
  const auto sealed = take(crypto::seal_field(key, kPlace, "x"));
  std::vector<Place> others(7, kPlace);
  others[0].row = kOtherRow;
  others[1].column = "texts";
  others[2].table = "answer";
  others[3].data_class = DataClass::contact;
  others[4].data_class = DataClass::health;
  others[5].row_version = 2;
  // The same letters in a row, divided elsewhere.
  others[6].table = "answerst";
  others[6].column = "ext";
  for (const auto& other : others) CHECK(kind(crypto::open_field(key, other, sealed)) == ErrorKind::denied);
  CHECK(take(crypto::open_field(key, kPlace, sealed)).text() == "x");
}

TEST_CASE("K2: a data key that was moved to another row, group, class or epoch does not open, even for a holder of the same secret key") {
  const auto group = new_group(kGroup);
  const auto sealed = take(crypto::seal_data_key(new_data_key(), kRow, trusted(group.public_half())));
  CHECK(kind(crypto::open_data_key(sealed, kOtherRow, group)) == ErrorKind::denied);
  for (const auto& other : other_groups(kGroup)) CHECK(kind(crypto::open_data_key(sealed, kRow, with_id(group, other))) == ErrorKind::denied);
}

TEST_CASE("K2: a wrapped group key does not open as another group's, class's or epoch's, nor under another member's name") {
  const auto group = new_group(kGroup);
  const auto member = new_member("person:17");
  const auto wrap = take(crypto::wrap_group_secret(group, trusted(member)));
  for (const auto& other : other_groups(kGroup)) {
    CHECK(kind(crypto::open_wrap(wrap, {other, group.key.public_key()}, member)) == ErrorKind::denied);
  }
  const crypto::MemberSecretKey renamed{"person:18", take(crypto::SecretKey::from_bytes(bytes_of(member.key.data())))};
  CHECK(kind(crypto::open_wrap(wrap, group.public_half(), renamed)) == ErrorKind::denied);
}

TEST_CASE("K4: the secret key of another group, another member or another row opens nothing") {
  const auto group = new_group(kGroup), stranger = new_group(kGroup);
  const auto key = new_data_key();
  CHECK(kind(crypto::open_data_key(take(crypto::seal_data_key(key, kRow, trusted(group.public_half()))), kRow, stranger)) == ErrorKind::denied);
  CHECK(kind(crypto::open_field(new_data_key(), kPlace, take(crypto::seal_field(key, kPlace, "x")))) == ErrorKind::denied);
  const auto member = new_member("person:17"), other = new_member("person:17");
  const auto wrap = take(crypto::wrap_group_secret(group, trusted(member)));
  CHECK(kind(crypto::open_wrap(wrap, group.public_half(), other)) == ErrorKind::denied);
}

TEST_CASE("a wrap of a key that is not the other half of the group's public key is refused") {
  const auto group = new_group(kGroup), attacker = new_group(kGroup);
  const auto member = new_member("person:17");
  const auto wrap = take(crypto::wrap_group_secret(attacker, trusted(member)));
  CHECK(kind(crypto::open_wrap(wrap, group.public_half(), member)) == ErrorKind::denied);
}

TEST_CASE("a sealed data key and a wrap are never taken for each other") {
  const auto member = new_member("person:17");
  const crypto::GroupSecretKey group{kGroup, take(crypto::SecretKey::from_bytes(bytes_of(member.key.data())))};
  const auto wrap = take(crypto::wrap_group_secret(group, trusted(member)));
  CHECK(kind(crypto::open_data_key(wrap, kRow, group)) == ErrorKind::denied);
  const crypto::DataKey key(take(crypto::Key::from_bytes(bytes_of(member.key.data()))));
  const auto sealed = take(crypto::seal_data_key(key, kRow, trusted(group.public_half())));
  CHECK(kind(crypto::open_wrap(sealed, group.public_half(), member)) == ErrorKind::denied);
}

TEST_CASE("every changed bit, every cut and every tail of what is sealed is refused") {
  const auto key = new_data_key();
  refuses_all_changes(take(crypto::seal_field(key, kPlace, "12 words")), [&](const Sealed& s) { return kind(crypto::open_field(key, kPlace, s)); });
  Place health = kPlace;
  health.data_class = DataClass::health;
  refuses_all_changes(take(crypto::seal_field(key, health, "x")), [&](const Sealed& s) { return kind(crypto::open_field(key, health, s)); });
  const auto group = new_group(kGroup);
  refuses_all_changes(take(crypto::seal_data_key(key, kRow, trusted(group.public_half()))),
                      [&](const Sealed& s) { return kind(crypto::open_data_key(s, kRow, group)); });
  const auto member = new_member("recovery");
  refuses_all_changes(take(crypto::wrap_group_secret(group, trusted(member))),
                      [&](const Sealed& s) { return kind(crypto::open_wrap(s, group.public_half(), member)); });
}

TEST_CASE("the length of a health field tells only its step, other fields are not padded") {
  const auto key = new_data_key();
  Place place = kPlace;
  const auto size_of = [&](std::size_t length) { return take(crypto::seal_field(key, place, std::string(length, 'x'))).bytes().size() - 41; };
  CHECK(size_of(17) == 17);
  place.data_class = DataClass::health;
  std::set<std::size_t> sizes;
  for (std::size_t length = 0; length <= crypto::kMaxFieldText; length += 13) sizes.insert(size_of(length));
  CHECK(sizes == std::set<std::size_t>{256, 1024, 4096, 16384});
  for (const std::size_t step : sizes) CHECK(size_of(step - 1) == step);
}

TEST_CASE("an empty row id, or one that is no uuid in its one form, is refused before anything is sealed or opened") {
  const auto key = new_data_key();
  const auto group = new_group(kGroup);
  const auto field = take(crypto::seal_field(key, kPlace, "x"));
  const auto data_key = take(crypto::seal_data_key(key, kRow, trusted(group.public_half())));
  for (const auto* row : {"", "0", "1", "00000000-0000-0000-0000-000000000000", "3F2B8C1E-5D47-4A90-9E1C-7B6A05D4C3F2",
                          "3f2b8c1e5d474a909e1c7b6a05d4c3f2", "{3f2b8c1e-5d47-4a90-9e1c-7b6a05d4c3f2}", "3f2b8c1e-5d47-4a90-9e1c-7b6a05d4c3f",
                          "3f2b8c1e-5d47-4a90-9e1c-7b6a05d4c3f22", "3f2b8c1e-5d47-4a90-9e1c-7b6a05d4c3fg", "3f2b8c1e-5d474-a90-9e1c-7b6a05d4c3f2"}) {
    INFO(row);
    CHECK_FALSE(crypto::is_row_id(row));
    Place place = kPlace;
    place.row = row;
    CHECK(kind(crypto::seal_field(key, place, "x")) == ErrorKind::invalid);
    CHECK(kind(crypto::open_field(key, place, field)) == ErrorKind::invalid);
    CHECK(kind(crypto::seal_data_key(key, row, trusted(group.public_half()))) == ErrorKind::invalid);
    CHECK(kind(crypto::open_data_key(data_key, row, group)) == ErrorKind::invalid);
  }
}

TEST_CASE("a place, group or member that cannot be is refused") {
  const auto key = new_data_key();
  std::vector<Place> places(6, kPlace);
  places[0].table = "";
  places[1].table = std::string(65, 'a');
  places[2].column = "a b";
  places[3].column = "ä";
  places[4].row_version = 0;
  places[5].data_class = DataClass{5};
  for (const auto& place : places) CHECK(kind(crypto::seal_field(key, place, "x")) == ErrorKind::invalid);
  const auto member = new_member("person:17");
  for (const auto& id : {crypto::GroupKeyId{"", DataClass::health, 1}, {"Unit", DataClass::health, 1}, {std::string(65, 'u'), DataClass::health, 1},
                         {"unit:sports", DataClass::health, 0}, {"unit:sports", DataClass{0}, 1}}) {
    const auto group = new_group(id);
    CHECK(kind(crypto::seal_data_key(key, kRow, trusted(group.public_half()))) == ErrorKind::invalid);
    CHECK(kind(crypto::wrap_group_secret(group, trusted(member))) == ErrorKind::invalid);
    CHECK(kind(crypto::open_wrap(Sealed(""), group.public_half(), member)) == ErrorKind::invalid);
  }
  for (const auto* name : {"", "Person", "person 17"}) CHECK(kind(crypto::open_wrap(Sealed(""), new_group(kGroup).public_half(), new_member(name))) == ErrorKind::invalid);
}

TEST_CASE("keys are exactly 32 bytes, and nothing is sealed to a public key that everybody could open") {
  for (const std::size_t size : {0U, 31U, 33U}) {
    CHECK(kind(crypto::PublicKey::from_bytes(std::string(size, 'k'))) == ErrorKind::invalid);
    CHECK(kind(crypto::SecretKey::from_bytes(std::string(size, 'k'))) == ErrorKind::invalid);
  }
  // Points of small order (RFC 7748, section 7): the shared secret would be zero.
  for (const char first : {'\0', '\1'}) {
    const auto point = take(crypto::PublicKey::from_bytes(std::string(1, first) + std::string(31, '\0')));
    CHECK(kind(crypto::seal_data_key(new_data_key(), kRow, trusted(crypto::GroupPublicKey{kGroup, point}))) == ErrorKind::invalid);
  }
}

TEST_CASE("K11: the known answers of another implementation come out: fields") {
  const auto vectors = v::load();
  for (const auto& one : vectors.at("fields")) {
    INFO(one.at("name"));
    const crypto::DataKey key(take(crypto::Key::from_bytes(v::bytes(one, "key"))));
    const auto opened = crypto::open_field(key, v::place(one.at("place")), v::sealed(one));
    CHECK(v::verdict(opened) == one.at("verdict"));
    if (opened) CHECK(opened->text() == v::bytes(one, "text"));
  }
}

TEST_CASE("K11: the known answers of another implementation come out: data keys and wraps") {
  const auto vectors = v::load();
  for (const auto& one : vectors.at("data_keys")) {
    INFO(one.at("name"));
    const crypto::GroupSecretKey group{v::group(one), take(crypto::SecretKey::from_bytes(v::bytes(one, "secret")))};
    const auto opened = crypto::open_data_key(v::sealed(one), one.at("row").get<std::string>(), group);
    CHECK(v::verdict(opened) == one.at("verdict"));
    if (opened) CHECK(bytes_of(opened->data()) == v::bytes(one, "key"));
  }
  for (const auto& one : vectors.at("wraps")) {
    INFO(one.at("name"));
    const crypto::MemberSecretKey member{one.at("member"), take(crypto::SecretKey::from_bytes(v::bytes(one, "secret")))};
    const crypto::GroupPublicKey group{v::group(one), take(crypto::PublicKey::from_bytes(v::bytes(one, "public")))};
    const auto opened = crypto::open_wrap(v::sealed(one), group, member);
    CHECK(v::verdict(opened) == one.at("verdict"));
    if (opened) CHECK(bytes_of(opened->key.data()) == v::bytes(one, "key"));
  }
}
