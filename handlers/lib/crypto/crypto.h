// Random tokens, hashes, message authentication and sealed cookies; the only user of libsodium
// (sealing of personal data to groups and its opening stand beside this file, opening as a library of its own).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace crypto {

// To be called once at start. ERRORS: broken.
base::Status init();

// `bytes` bytes from the system's generator.
std::string random_bytes(std::size_t bytes);

// 128 random bits as 26 characters of Crockford's base32, lower case: links, stamps, ticket codes.
std::string random_token();
// True for what random_token makes; anything else is no token of ours.
bool is_token(std::string_view text);

// A number and its check character for people to read out: `length` random characters of Crockford's
// base32 (no i l o u), upper case, and a check character (lib/base/check_code.h).
std::string random_code(std::size_t length);

// A uniform random number in [0, bound).
std::uint32_t random_below(std::uint32_t bound);

using Hash = std::array<unsigned char, 32>;
Hash sha256(std::string_view data);
std::string as_bytes(const Hash& hash);
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);  // lower case only

// HMAC with a key of any length (RFC 2104), lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
std::string hmac_sha512_hex(std::string_view key, std::string_view message);

// Overwrites bytes that were secret.
void wipe(void* bytes, std::size_t size);

// Compares in constant time; texts of different lengths differ.
bool equal(std::string_view a, std::string_view b);

// URL-safe base64 without padding.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// A key in guarded memory, wiped when it goes.
class Key {
 public:
  static constexpr std::size_t kBytes = 32;
  // ERRORS: invalid: not exactly 32 bytes.
  static base::Result<Key> from_bytes(std::string_view bytes);
  // ERRORS: broken: no guarded memory.
  static base::Result<Key> random();
  Key(Key&& other) noexcept;
  Key& operator=(Key&& other) noexcept;
  ~Key();
  const unsigned char* data() const { return bytes_; }
  // As the key of a MAC.
  std::string_view octets() const { return {reinterpret_cast<const char*>(bytes_), kBytes}; }

 private:
  Key();
  unsigned char* bytes_;
};

// A small sealed text for a cookie: XSalsa20-Poly1305 (crypto_secretbox) with a random nonce; `label` (what
// the text is and its version, e.g. "cart.1") is sealed in, so that one kind is never taken for another.
// URL-safe base64. Format: 24-byte nonce, box of (label, 0x00, text).
std::string seal_text(const Key& key, std::string_view label, std::string_view text);
// Nothing, when it was not sealed with this key and label.
std::optional<std::string> open_text(const Key& key, std::string_view label, std::string_view sealed);

}  // namespace crypto
