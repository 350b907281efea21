#include "opener/password_rules.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "lib/base/utf8.h"

namespace opener {

namespace {

constexpr std::size_t kLeast = 12, kMost = 128;

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || static_cast<unsigned char>(c) >= 128) out += small;
  }
  return out;
}

// One short piece again and again ("salasanasalasana"), or letters and digits in a row.
bool is_monotonous(const std::string& text) {
  for (std::size_t period = 1; period <= text.size() / 2 && period <= 8; ++period) {
    bool repeats = true;
    for (std::size_t i = period; i < text.size() && repeats; ++i) repeats = text[i] == text[i - period];
    if (repeats) return true;
  }
  constexpr std::string_view kRows = "abcdefghijklmnopqrstuvwxyz 01234567890123456789 98765432109876543210 qwertyuiopasdfghjklzxcvbnm 1qaz2wsx3edc4rfv5tgb";
  return kRows.find(text) != std::string_view::npos;
}

// Words that a list has with some digits only, and people with any.
bool is_word_and_digits(const std::string& text) {
  constexpr std::array<std::string_view, 24> kWords = {"password", "passw0rd", "salasana", "losenord", "lösenord", "qwertyuiop", "qwerty", "administrator", "kuntakauppa",
                                                       "welcome", "tervetuloa", "valkommen", "välkommen", "letmein", "iloveyou", "unknown", "superman", "princess",
                                                       "football", "jalkapallo", "kesa", "talvi", "suomi", "finland"};
  std::string rest = text;
  for (const auto word : kWords) {
    for (auto at = rest.find(word); at != std::string::npos; at = rest.find(word)) rest.erase(at, word.size());
  }
  return rest.size() < text.size() && rest.size() <= 8 && std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

base::Result<PasswordRules> PasswordRules::load(const std::string& path) {
  PasswordRules out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) out.common_.insert(folded(line));
  }
  if (out.common_.empty()) return base::fail(base::ErrorKind::broken, "no list of common passwords at " + path);
  return out;
}

const char* PasswordRules::problem(const std::string& password, const std::string& login) const {
  const std::size_t length = base::from_utf8(password).value_or(std::u32string()).size();
  if (length < kLeast) return "password_short";
  if (length > kMost) return "password_long";
  const std::string plain = folded(password), own = folded(login);
  if (plain.empty() || common_.contains(plain) || is_monotonous(plain) || is_word_and_digits(plain) || (own.size() >= 3 && plain.find(own) != std::string::npos && plain.size() < own.size() + 9)) {
    return "password_common";
  }
  return nullptr;
}

}  // namespace opener
