#include "lib/crypto/opening.h"

#include <sodium.h>

#include <algorithm>

#include "lib/crypto/sealing_format.h"

namespace crypto {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kFieldNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kFieldTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

bool has_version(std::string_view bytes) { return !bytes.empty() && format::octets(bytes)[0] == format::kVersion; }

// The key in a box made by format::box_key, when nothing but `head` stands before it.
base::Result<Key> key_in_box(const Sealed& sealed, std::string_view head, const SecretKey& secret) {
  constexpr std::size_t kAround = 1 + crypto_box_SEALBYTES;
  const std::string_view bytes = sealed.bytes();
  if (!has_version(bytes)) return fail(ErrorKind::broken, "a sealed key of no known version");
  if (bytes.size() <= kAround + Key::kBytes || bytes.size() > kAround + format::kMaxHead + Key::kBytes) {
    return fail(ErrorKind::broken, "a sealed key of no possible length");
  }
  format::Guarded plain(bytes.size() - kAround);
  if (!plain) return fail(ErrorKind::broken, "no guarded memory for a key");
  if (crypto_box_seal_open(plain.data(), format::octets(bytes) + 1, bytes.size() - 1, secret.public_key().bytes.data(),
                           secret.data()) != 0) {
    return fail(ErrorKind::denied, "a sealed key does not open");
  }
  if (plain.size() != head.size() + Key::kBytes || !equal(plain.text().substr(0, head.size()), head)) {
    return fail(ErrorKind::denied, "a sealed key is for something else");
  }
  return Key::from_bytes(plain.text().substr(head.size()));
}

// Takes the padding off an authenticated text of class health.
base::Result<std::string_view> without_padding(std::string_view text) {
  std::size_t size = 0;
  if (std::find(std::begin(format::kHealthSteps), std::end(format::kHealthSteps), text.size()) == std::end(format::kHealthSteps) ||
      sodium_unpad(&size, format::octets(text), text.size(), text.size()) != 0) {
    return fail(ErrorKind::broken, "an opened field is not padded");
  }
  return text.substr(0, size);
}

}  // namespace

SecretKey::SecretKey(Key key) : key_(std::move(key)) { crypto_scalarmult_base(public_.bytes.data(), key_.data()); }

base::Result<SecretKey> SecretKey::random() {
  KK_LET(Key key, Key::random());
  return SecretKey(std::move(key));
}

base::Result<SecretKey> SecretKey::from_bytes(std::string_view bytes) {
  KK_LET(Key key, Key::from_bytes(bytes));
  return SecretKey(std::move(key));
}

SigningKey::SigningKey(Key seed) : seed_(std::move(seed)) {
  format::Guarded secret(crypto_sign_SECRETKEYBYTES);
  if (secret) crypto_sign_seed_keypair(public_.bytes.data(), secret.data(), seed_.data());
}

base::Result<SigningKey> SigningKey::random() {
  KK_LET(Key seed, Key::random());
  return SigningKey(std::move(seed));
}

base::Result<SigningKey> SigningKey::from_seed(std::string_view seed) {
  KK_LET(Key key, Key::from_bytes(seed));
  return SigningKey(std::move(key));
}

Signature SigningKey::sign(std::string_view text) const {
  Signature out;
  SignPublicKey unused;
  format::Guarded secret(crypto_sign_SECRETKEYBYTES);
  if (!secret) return out;  // all zero: verifies nowhere
  crypto_sign_seed_keypair(unused.bytes.data(), secret.data(), seed_.data());
  crypto_sign_detached(out.bytes.data(), nullptr, format::octets(text), text.size(), secret.data());
  return out;
}

base::Result<PersonSecret> PersonSecret::random() {
  KK_LET(SecretKey box, SecretKey::random());
  KK_LET(SigningKey sign, SigningKey::random());
  return PersonSecret(std::move(box), std::move(sign));
}

std::string PersonSecret::lock(const Key& key, std::string_view context) const {
  format::Guarded plain(2 * Key::kBytes);
  std::string out(1, static_cast<char>(format::kVersion));
  out += random_bytes(kFieldNonce);
  if (!plain) return {};  // opens nowhere
  std::copy_n(box_.data(), Key::kBytes, plain.data());
  std::copy_n(sign_.seed(), Key::kBytes, plain.data() + Key::kBytes);
  out.resize(1 + kFieldNonce + plain.size() + kFieldTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(format::octets(out) + 1 + kFieldNonce, nullptr, plain.data(), plain.size(), format::octets(context), context.size(), nullptr,
                                             format::octets(out) + 1, key.data());
  return out;
}

base::Result<PersonSecret> PersonSecret::unlock(std::string_view locked, const Key& key, std::string_view context) {
  if (!has_version(locked) || locked.size() != 1 + kFieldNonce + 2 * Key::kBytes + kFieldTag) return fail(ErrorKind::broken, "locked keys of no known form");
  format::Guarded plain(2 * Key::kBytes);
  if (!plain) return fail(ErrorKind::broken, "no guarded memory for keys");
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, format::octets(locked) + 1 + kFieldNonce, locked.size() - 1 - kFieldNonce, format::octets(context),
                                                 context.size(), format::octets(locked) + 1, key.data()) != 0) {
    return fail(ErrorKind::denied, "locked keys do not open");
  }
  KK_LET(SecretKey box, SecretKey::from_bytes(plain.text().substr(0, Key::kBytes)));
  KK_LET(SigningKey sign, SigningKey::from_seed(plain.text().substr(Key::kBytes)));
  return PersonSecret(std::move(box), std::move(sign));
}

Opened& Opened::operator=(Opened&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

Opened::~Opened() { sodium_memzero(bytes_.data(), bytes_.size()); }

base::Result<DataKey> open_data_key(const Sealed& sealed, std::string_view row, const GroupSecretKey& group) {
  KK_TRY(format::check_row(row));
  KK_TRY(format::check(group.id));
  KK_LET(Key key, key_in_box(sealed, format::data_key_head(row, group.id), group.key));
  return DataKey(std::move(key));
}

base::Result<Opened> open_field(const DataKey& key, const Place& place, const Sealed& sealed) {
  constexpr std::size_t kAround = 1 + kFieldNonce + kFieldTag;
  KK_TRY(format::check(place));
  const std::string_view bytes = sealed.bytes();
  if (!has_version(bytes)) return fail(ErrorKind::broken, "a sealed field of no known version");
  if (bytes.size() < kAround || bytes.size() > kMaxSealedField) return fail(ErrorKind::broken, "a sealed field of no possible length");
  const std::string context = format::field_context(place);
  // One byte more: libsodium gives no memory for nothing, and an empty text is one.
  format::Guarded plain(bytes.size() - kAround + 1);
  if (!plain) return fail(ErrorKind::broken, "no guarded memory for a field");
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, format::octets(bytes) + 1 + kFieldNonce,
                                                 bytes.size() - 1 - kFieldNonce, format::octets(context), context.size(),
                                                 format::octets(bytes) + 1, key.data()) != 0) {
    return fail(ErrorKind::denied, "a sealed field does not open");
  }
  std::string_view text = plain.text().substr(0, plain.size() - 1);
  if (place.data_class == DataClass::health) {
    KK_LET(text, without_padding(text));
  }
  return Opened(text);
}

base::Result<Sealed> wrap_group_secret(const GroupSecretKey& group, const TrustedMemberKey& member) {
  KK_TRY(format::check(group.id));
  KK_TRY(format::check_member(member.member()));
  return format::box_key(format::wrap_head(member.member(), group.id), group.key.data(), member.key());
}

base::Result<GroupSecretKey> open_wrap(const Sealed& sealed, const GroupPublicKey& group, const MemberSecretKey& member) {
  KK_TRY(format::check(group.id));
  KK_TRY(format::check_member(member.member));
  KK_LET(Key bytes, key_in_box(sealed, format::wrap_head(member.member, group.id), member.key));
  KK_LET(SecretKey key, SecretKey::from_bytes({reinterpret_cast<const char*>(bytes.data()), Key::kBytes}));
  if (key.public_key() != group.key) return fail(ErrorKind::denied, "a wrapped key is not the group's");
  return GroupSecretKey{group.id, std::move(key)};
}

}  // namespace crypto
