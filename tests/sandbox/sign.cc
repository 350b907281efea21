#include "sign.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace sandbox {
namespace {

std::string hex(const unsigned char* data, std::size_t size) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    out += kHex[data[i] >> 4];
    out += kHex[data[i] & 15];
  }
  return out;
}

}  // namespace

bool known_algorithm(std::string_view name) { return name == "sha256" || name == "sha512"; }

std::string signing_text(const Pairs& pairs, std::string_view body) {
  Pairs chosen;
  for (const auto& pair : pairs)
    if (pair.first.starts_with("checkout-")) chosen.push_back(pair);
  std::stable_sort(chosen.begin(), chosen.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out;
  for (const auto& [name, value] : chosen) out += name + ":" + value + "\n";
  out += body;
  return out;
}

std::string sign(std::string_view secret, std::string_view algorithm, std::string_view text) {
  if (!known_algorithm(algorithm)) return {};
  const EVP_MD* digest = algorithm == "sha512" ? EVP_sha512() : EVP_sha256();
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const void* key = secret.empty() ? "" : secret.data();
  if (!HMAC(digest, key, static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size)) return {};
  return hex(out, size);
}

bool same_signature(std::string_view a, std::string_view b) {
  return a.size() == b.size() && !a.empty() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string sha256_hex(std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), out, &size, EVP_sha256(), nullptr) != 1) return {};
  return hex(out, size);
}

}  // namespace sandbox
