#include "lib/crypto/password.h"

#include <sodium.h>

#include <array>

namespace crypto {

using base::ErrorKind;
using base::fail;

namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = 64ULL * 1024 * 1024;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "kkstaff1";
constexpr std::uint64_t kAuth = 1, kKek = 2;

using Bytes = std::array<unsigned char, 32>;

// Bytes on the stack that are wiped when they go.
struct Passing {
  Bytes bytes{};
  ~Passing() { sodium_memzero(bytes.data(), bytes.size()); }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

Passing keyed_hash(std::string_view message, const Key& key) {
  Passing out;
  crypto_generichash(out.bytes.data(), out.bytes.size(), reinterpret_cast<const unsigned char*>(message.data()), message.size(), key.data(), Key::kBytes);
  return out;
}

}  // namespace

base::Result<Key> argon2id(std::string_view password, std::string_view salt) {
  static_assert(kSaltBytes == crypto_pwhash_argon2id_SALTBYTES);
  if (salt.size() != kSaltBytes) return fail(ErrorKind::invalid, "a salt is 16 bytes");
  Passing root;
  if (crypto_pwhash_argon2id(root.bytes.data(), root.bytes.size(), password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                             kPasses, kMemory, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    return fail(ErrorKind::unavailable, "no memory to stretch a password");
  }
  return Key::from_bytes(root.view());
}

base::Result<Stretched> stretch(std::string_view password, std::string_view salt, const Key& pepper) {
  KK_LET(const Key root, argon2id(password, salt));
  Passing auth, kek;
  crypto_kdf_derive_from_key(auth.bytes.data(), auth.bytes.size(), kAuth, kContext, root.data());
  crypto_kdf_derive_from_key(kek.bytes.data(), kek.bytes.size(), kKek, kContext, root.data());
  KK_LET(Key mixed, Key::from_bytes(keyed_hash(kek.view(), derive(pepper, "kek.1")).view()));
  return Stretched{std::string(keyed_hash(auth.view(), derive(pepper, "verifier.1")).view()), std::move(mixed)};
}

Key derive(const Key& key, std::string_view purpose) {
  return std::move(*Key::from_bytes(keyed_hash(purpose, key).view()));
}

}  // namespace crypto
