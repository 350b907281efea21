#include "lib/crypto/crypto.h"

#include <sodium.h>

#include <utility>

#include "lib/base/check_code.h"

namespace crypto {

using base::ErrorKind;
using base::fail;

namespace {

constexpr char kBase32[] = "0123456789abcdefghjkmnpqrstvwxyz";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

base::Status init() {
  if (sodium_init() < 0) return fail(ErrorKind::broken, "libsodium does not start");
  return {};
}

std::string random_bytes(std::size_t bytes) {
  std::string out(bytes, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string random_token() {
  const std::string bytes = random_bytes(16);
  std::string out;
  unsigned bits = 0, held = 0;
  for (const char c : bytes) {
    held = (held << 8) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kBase32[(held >> bits) & 31];
    }
  }
  out += kBase32[(held << (5 - bits)) & 31];
  return out;
}

bool is_token(std::string_view text) {
  if (text.size() != 26) return false;
  return text.find_first_not_of(std::string_view(kBase32, 32)) == std::string_view::npos;
}

std::string random_code(std::size_t length) {
  std::string out;
  for (const char c : random_bytes(length)) out += base::kCodeAlphabet[static_cast<unsigned char>(c) % 32];
  return base::with_check_character(out);
}

std::uint32_t random_below(std::uint32_t bound) { return randombytes_uniform(bound); }

Hash sha256(std::string_view data) {
  Hash out{};
  crypto_hash_sha256(out.data(), bytes_of(data), data.size());
  return out;
}

std::string as_bytes(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

std::string to_hex(std::string_view bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes_of(bytes), bytes.size());
  out.pop_back();
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  std::string out(hex.size() / 2, '\0');
  std::size_t length = 0;
  if (sodium_hex2bin(bytes_of(out), out.size(), hex.data(), hex.size(), nullptr, &length, nullptr) != 0) return std::nullopt;
  return out;
}

void wipe(void* bytes, std::size_t size) { sodium_memzero(bytes, size); }

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  crypto_auth_hmacsha256_state state;
  std::string out(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(message), message.size());
  crypto_auth_hmacsha256_final(&state, bytes_of(out));
  sodium_memzero(&state, sizeof state);
  return to_hex(out);
}

std::string hmac_sha512_hex(std::string_view key, std::string_view message) {
  crypto_auth_hmacsha512_state state;
  std::string out(crypto_auth_hmacsha512_BYTES, '\0');
  crypto_auth_hmacsha512_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha512_update(&state, bytes_of(message), message.size());
  crypto_auth_hmacsha512_final(&state, bytes_of(out));
  sodium_memzero(&state, sizeof state);
  return to_hex(out);
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_base64(std::string_view bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  // libsodium 1.0.18 takes some bytes beyond ASCII for letters (0x82 for '_'): they are kept from it.
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (text.find_first_not_of(kLetters) != std::string_view::npos) return std::nullopt;
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  out.resize(length);
  return out;
}

base::Result<Key> Key::from_bytes(std::string_view bytes) {
  if (bytes.size() != kBytes) return fail(ErrorKind::invalid, "a key is 32 bytes");
  Key key;
  if (key.bytes_ == nullptr) return fail(ErrorKind::broken, "no guarded memory for a key");
  std::copy(bytes.begin(), bytes.end(), key.bytes_);
  sodium_mprotect_readonly(key.bytes_);
  return key;
}

base::Result<Key> Key::random() {
  Key key;
  if (key.bytes_ == nullptr) return fail(ErrorKind::broken, "no guarded memory for a key");
  randombytes_buf(key.bytes_, kBytes);
  sodium_mprotect_readonly(key.bytes_);
  return key;
}

Key::Key() : bytes_(static_cast<unsigned char*>(sodium_malloc(kBytes))) {}

Key::Key(Key&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}

Key& Key::operator=(Key&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

Key::~Key() {
  if (bytes_ != nullptr) sodium_free(bytes_);
}

std::string seal_text(const Key& key, std::string_view label, std::string_view text) {
  std::string plain;
  plain.reserve(label.size() + 1 + text.size());
  plain.append(label).append(1, '\0').append(text);
  std::string out = random_bytes(crypto_secretbox_NONCEBYTES);
  out.resize(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size());
  crypto_secretbox_easy(bytes_of(out) + crypto_secretbox_NONCEBYTES, bytes_of(plain), plain.size(), bytes_of(out), key.data());
  sodium_memzero(plain.data(), plain.size());
  return to_base64(out);
}

std::optional<std::string> open_text(const Key& key, std::string_view label, std::string_view sealed) {
  const auto bytes = from_base64(sealed);
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (!bytes || bytes->size() < kOverhead + label.size() + 1) return std::nullopt;
  std::string plain(bytes->size() - kOverhead, '\0');
  if (crypto_secretbox_open_easy(bytes_of(plain), bytes_of(*bytes) + crypto_secretbox_NONCEBYTES,
                                 bytes->size() - crypto_secretbox_NONCEBYTES, bytes_of(*bytes), key.data()) != 0) {
    return std::nullopt;
  }
  if (std::string_view(plain).substr(0, label.size()) != label || plain[label.size()] != '\0') return std::nullopt;
  return plain.substr(label.size() + 1);
}

}  // namespace crypto
