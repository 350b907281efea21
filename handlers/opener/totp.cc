#include "opener/totp.h"

#include <liboath/oath.h>

#include <array>
#include <cstdlib>

#include "lib/crypto/crypto.h"

namespace opener {

namespace {

constexpr std::int64_t kStepSeconds = 30;
constexpr unsigned kDigits = 6;

std::string percent_encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) out += c;
    else out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}

std::string base32(std::string_view bytes) {
  char* text = nullptr;
  std::size_t length = 0;
  if (oath_base32_encode(bytes.data(), bytes.size(), &text, &length) != OATH_OK) return {};
  std::string out(text, length);
  std::free(text);
  while (!out.empty() && out.back() == '=') out.pop_back();
  return out;
}

}  // namespace

std::int64_t totp_step(base::UtcTime now) {
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() / kStepSeconds;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  std::array<char, kDigits + 1> out{};
  if (oath_hotp_generate(secret.data(), secret.size(), static_cast<std::uint64_t>(step), kDigits, false, OATH_HOTP_DYNAMIC_TRUNCATION, out.data()) != OATH_OK) return {};
  return out.data();
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code, base::UtcTime now) {
  std::string typed;
  for (const char c : code) {
    if (c != ' ') typed += c;
  }
  std::optional<std::int64_t> found;
  for (const std::int64_t off : {0, -1, 1}) {  // all of them, whichever it is: the time tells nothing
    const std::int64_t step = totp_step(now) + off;
    const std::string right = totp_code(secret, step);
    if (!right.empty() && crypto::equal(right, typed) && !found) found = step;
  }
  return found;
}

std::string totp_words(std::string_view secret) {
  const std::string letters = base32(secret);
  std::string out;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += ' ';
    out += letters[i];
  }
  return out;
}

std::string totp_uri(std::string_view secret, const std::string& issuer, const std::string& login) {
  return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(login) + "?secret=" + base32(secret) + "&issuer=" + percent_encoded(issuer);
}

}  // namespace opener
