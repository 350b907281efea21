#include "lib/suomifi/signature.h"

#include <algorithm>

#include "lib/crypto/crypto.h"

namespace suomifi {
namespace {

constexpr std::string_view kPrefix = "checkout-";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

// The signed pairs, in order of their names.
Pairs chosen(const Pairs& pairs) {
  Pairs out;
  for (const auto& [name, value] : pairs) {
    std::string small = lower(name);
    if (small.starts_with(kPrefix)) out.emplace_back(std::move(small), value);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// One reading only: no name twice, nothing in a pair that could end a line or a name.
bool unambiguous(const Pairs& sorted) {
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto& [name, value] = sorted[i];
    if (has_control(name) || has_control(value) || name.find(':') != std::string::npos) return false;
    if (i != 0 && sorted[i - 1].first == name) return false;
  }
  return true;
}

std::string mac(const Account& account, std::string_view text) {
  switch (account.algorithm) {
    case Algorithm::sha256: return crypto::hmac_sha256_hex(account.secret, text);
    case Algorithm::sha512: return crypto::hmac_sha512_hex(account.secret, text);
  }
  return {};
}

}  // namespace

const char* to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::sha256: return "sha256";
    case Algorithm::sha512: return "sha512";
  }
  return "sha256";
}

std::string signed_text(const Pairs& pairs, std::string_view body) {
  std::string out;
  for (const auto& [name, value] : chosen(pairs)) out.append(name).append(":").append(value).append("\n");
  return out.append(body);
}

std::string sign(const Account& account, const Pairs& pairs, std::string_view body) {
  return mac(account, signed_text(pairs, body));
}

bool verify(const Account& account, const Pairs& pairs, std::string_view body, std::string_view signature) {
  if (account.secret.empty() || !unambiguous(chosen(pairs))) return false;
  return crypto::equal(sign(account, pairs, body), signature);
}

std::optional<std::string> only_value(const Pairs& pairs, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& [known, value] : pairs) {
    if (lower(known) != name) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

}  // namespace suomifi
