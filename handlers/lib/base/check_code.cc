#include "lib/base/check_code.h"

namespace base {
namespace {

constexpr std::size_t kMaxLength = 30;

// Multiplies by x in GF(32) modulo x^5 + x^2 + 1, which is primitive: x has order 31.
constexpr unsigned times_x(unsigned value) {
  value <<= 1;
  return (value & 32U) != 0 ? value ^ 0b100101U : value;
}

// The sum over all characters, the first having the highest power: Horner's rule. 32 for a foreign character.
unsigned weighted_sum(std::string_view text) {
  unsigned sum = 0;
  for (const char c : text) {
    const auto value = kCodeAlphabet.find(c);
    if (value == std::string_view::npos) return 32;
    sum = times_x(sum) ^ static_cast<unsigned>(value);
  }
  return sum;
}

}  // namespace

std::string with_check_character(std::string_view code) {
  std::string out(code);
  const unsigned sum = weighted_sum(code);
  // The check character has weight 1; the sum over the whole is then 0.
  if (sum < 32) out += kCodeAlphabet[times_x(sum)];
  return out;
}

bool is_code(std::string_view text, std::size_t length) {
  return length != 0 && length <= kMaxLength && text.size() == length + 1 && weighted_sum(text) == 0;
}

std::string print_code(std::string_view code) {
  std::string out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += ' ';
    out += code[i] >= 'a' && code[i] <= 'z' ? static_cast<char>(code[i] - 'a' + 'A') : code[i];
  }
  return out;
}

std::string normalise_code(std::string_view typed) {
  std::string out;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    out += c;
  }
  return out;
}

}  // namespace base
