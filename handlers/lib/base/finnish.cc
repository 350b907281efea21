#include "lib/base/finnish.h"

#include <algorithm>
#include <array>

namespace base {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
int digit(char c) { return c - '0'; }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

char reference_check_digit(std::string_view base_digits) {
  constexpr std::array<int, 3> kWeights = {7, 3, 1};
  int sum = 0;
  std::size_t place = 0;
  for (auto it = base_digits.rbegin(); it != base_digits.rend(); ++it) sum += digit(*it) * kWeights[place++ % 3];
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

// The remainder by 97 of a number written in digits and letters, A being 10 (ISO 7064).
// 97 for a character that is neither.
int remainder_97(std::string_view text) {
  int rest = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      rest = (rest * 10 + digit(c)) % 97;
    } else if (c >= 'A' && c <= 'Z') {
      rest = (rest * 100 + (c - 'A' + 10)) % 97;
    } else {
      return 97;
    }
  }
  return rest;
}

}  // namespace

std::optional<std::string> make_reference(std::string_view base_digits) {
  if (base_digits.size() < 3 || base_digits.size() > 19 || !all_digits(base_digits) || base_digits[0] == '0') {
    return std::nullopt;
  }
  return std::string(base_digits) + reference_check_digit(base_digits);
}

bool is_reference(std::string_view reference) {
  if (reference.empty()) return false;
  const auto made = make_reference(reference.substr(0, reference.size() - 1));
  return made && *made == reference;
}

std::string print_reference(std::string_view reference) {
  std::string out;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (i != 0 && (reference.size() - i) % 5 == 0) out += ' ';
    out += reference[i];
  }
  return out;
}

std::string rf_reference(std::string_view reference) {
  const int check = 98 - remainder_97(std::string(reference) + "RF00");
  return std::string("RF") + static_cast<char>('0' + check / 10) + static_cast<char>('0' + check % 10) +
         std::string(reference);
}

bool is_rf_reference(std::string_view rf) {
  if (rf.size() < 5 || rf.size() > 25 || !rf.starts_with("RF") || !all_digits(rf.substr(2, 2))) return false;
  return remainder_97(std::string(rf.substr(4)) + std::string(rf.substr(0, 4))) == 1;
}

std::optional<std::string> reference_of_rf(std::string_view rf) {
  if (!is_rf_reference(rf)) return std::nullopt;
  const std::string digits(rf.substr(std::min(rf.find_first_not_of('0', 4), rf.size())));
  return is_reference(digits) ? std::optional(digits) : std::nullopt;
}

std::string print_rf_reference(std::string_view rf) {
  std::string out;
  for (std::size_t i = 0; i < rf.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += ' ';
    out += rf[i];
  }
  return out;
}

bool is_business_id(std::string_view id) {
  constexpr std::array<int, 7> kWeights = {7, 9, 10, 5, 8, 4, 2};
  if (id.size() != 9 || id[7] != '-' || !all_digits(id.substr(0, 7)) || !is_digit(id[8])) return false;
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += digit(id[i]) * kWeights[i];
  const int rest = sum % 11;
  if (sum == 0 || rest == 1) return false;
  return digit(id[8]) == (rest == 0 ? 0 : 11 - rest);
}

std::optional<std::string> normalise_business_id(std::string_view typed) {
  std::string text;
  for (const char c : typed) {
    if (c != ' ') text += c;
  }
  if (text.size() == 10 && (text[0] == 'F' || text[0] == 'f') && (text[1] == 'I' || text[1] == 'i')) text.erase(0, 2);
  if (text.size() == 8 && text[6] == '-') text.insert(0, 1, '0');
  if (text.size() == 8 && all_digits(text)) text.insert(7, 1, '-');
  if (!is_business_id(text)) return std::nullopt;
  return text;
}

bool is_postal_code(std::string_view code) { return code.size() == 5 && all_digits(code); }

}  // namespace base
