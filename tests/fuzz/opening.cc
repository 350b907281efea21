// Opening of what a database gave: only what was sealed for exactly this place, group and member opens, and also one who knows a
// key and boxes whatever he likes gets nothing else opened.
#include <sodium.h>

#include <algorithm>
#include <iterator>

#include "fuzz.h"
#include "lib/crypto/opening.h"
#include "lib/crypto/sealing_format.h"

namespace {

constexpr std::string_view kRow = "0b7e5c1a-94d2-4f3e-8a61-2c90d7f1b3e4";
constexpr std::string_view kText = "12 words";

struct Fixture {
  crypto::DataKey key;
  crypto::GroupSecretKey group;
  crypto::MemberSecretKey member;
};

crypto::SecretKey secret(std::string_view bytes) { return std::move(crypto::SecretKey::from_bytes(bytes).value()); }

const Fixture& fixture() {
  static const Fixture kFixture = [] {
    fuzz::must(crypto::init().has_value(), "libsodium starts");
    return Fixture{crypto::DataKey(std::move(crypto::Key::from_bytes("0123456789abcdef0123456789abcdef").value())),
                   {{"unit:sports", crypto::DataClass::health, 3}, secret("group 6789abcdef0123456789abcdef")},
                   {"person:17", secret("member 789abcdef0123456789abcdef")}};
  }();
  return kFixture;
}

crypto::Place place(crypto::DataClass data_class) { return {"answers", "text", std::string(kRow), data_class, 1}; }

template <typename T>
void must_be_refused(const base::Result<T>& result, const char* what) {
  fuzz::must(!result, what);
  fuzz::must(result.error().kind == base::ErrorKind::denied || result.error().kind == base::ErrorKind::broken, "as denied or broken");
}

std::string_view key_bytes(const unsigned char* key) { return {reinterpret_cast<const char*>(key), crypto::Key::kBytes}; }

// A box that a stranger made: he knows the public key and the format.
crypto::Sealed boxed(std::string_view inner, const crypto::PublicKey& to) {
  std::string out(1 + inner.size() + crypto_box_SEALBYTES, '\1');
  crypto_box_seal(crypto::format::octets(out) + 1, crypto::format::octets(inner), inner.size(), to.bytes.data());
  return crypto::Sealed(out);
}

// A field of class health with `inner` where the padded text stands, by one who has the data key.
crypto::Sealed encrypted(std::string_view inner) {
  const std::string context = crypto::format::field_context(place(crypto::DataClass::health));
  std::string out(1 + 24 + inner.size() + 16, '\1');
  crypto_aead_xchacha20poly1305_ietf_encrypt(crypto::format::octets(out) + 25, nullptr, crypto::format::octets(inner), inner.size(),
                                             crypto::format::octets(context), context.size(), nullptr, crypto::format::octets(out) + 1,
                                             fixture().key.data());
  return crypto::Sealed(out);
}

void try_as_stored(std::string_view text) {
  const auto& [key, group, member] = fixture();
  const crypto::Sealed sealed{std::string(text)};
  for (const auto data_class : {crypto::DataClass::health, crypto::DataClass::child}) {
    if (const auto opened = crypto::open_field(key, place(data_class), sealed)) {
      fuzz::must(opened->text() == kText, "only the field of the corpus opens");
    } else {
      must_be_refused(opened, "a field");
    }
  }
  if (const auto opened = crypto::open_data_key(sealed, kRow, group)) {
    fuzz::must(key_bytes(opened->data()) == key_bytes(key.data()), "only the data key of the corpus opens");
  } else {
    must_be_refused(opened, "a data key");
  }
  if (const auto opened = crypto::open_wrap(sealed, group.public_half(), member)) {
    fuzz::must(key_bytes(opened->key.data()) == key_bytes(group.key.data()), "only the wrap of the corpus opens");
  } else {
    must_be_refused(opened, "a wrap");
  }
}

void try_as_inner(std::string_view text) {
  const auto& [key, group, member] = fixture();
  const bool is_data_key = text.size() > 32 && text.substr(0, text.size() - 32) == crypto::format::data_key_head(kRow, group.id);
  const auto data_key = crypto::open_data_key(boxed(text, group.key.public_key()), kRow, group);
  fuzz::must(data_key.has_value() == is_data_key, "a box opens when its inside is right to the byte");
  if (data_key) fuzz::must(key_bytes(data_key->data()) == text.substr(text.size() - 32), "with the key that stands there");
  const bool is_wrap_head = text.size() > 32 && text.substr(0, text.size() - 32) == crypto::format::wrap_head(member.member, group.id);
  // X25519 passes over five bits of a secret key: what differs there only is the group's key too.
  const bool is_wrap = is_wrap_head && secret(text.substr(text.size() - 32)).public_key() == group.key.public_key();
  const auto wrap = crypto::open_wrap(boxed(text, member.key.public_key()), group.public_half(), member);
  fuzz::must(wrap.has_value() == is_wrap, "a wrap opens when its inside is right to the byte and its key is the group's");
}

void try_as_padded(std::string_view text) {
  std::string inner(text);
  inner.resize(std::max<std::size_t>(256, text.size()), '\0');
  const auto opened = crypto::open_field(fixture().key, place(crypto::DataClass::health), encrypted(inner));
  if (!opened) {
    fuzz::must(opened.error().kind == base::ErrorKind::broken, "an authentic field with wrong padding is broken");
    return;
  }
  const auto& steps = crypto::format::kHealthSteps;
  fuzz::must(std::find(std::begin(steps), std::end(steps), inner.size()) != std::end(steps), "only a padded size opens");
  const std::size_t size = opened->text().size();
  fuzz::must(size < inner.size() && opened->text() == std::string_view(inner).substr(0, size) && inner[size] == '\x80', "padding ends the text");
  fuzz::must(inner.find_first_not_of('\0', size + 1) == std::string::npos, "and is zeros");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  fixture();
  switch (fuzz::take_choice(text) % 3) {
    case 0: try_as_stored(text); break;
    case 1: try_as_inner(text); break;
    default: try_as_padded(text);
  }
  return 0;
}
