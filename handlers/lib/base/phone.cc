// Telephone numbers of contact.h.
#include <algorithm>
#include <array>

#include "lib/base/contact.h"
#include "lib/base/utf8.h"

namespace base {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_separator(char32_t c) {
  constexpr std::u32string_view kSeparators = U" -()./\t\u00A0\u2010\u2011\u2012\u2013\u202F";
  return kSeparators.find(c) != std::u32string_view::npos;
}

struct Dialled {
  bool plus = false;
  std::string digits;
};

// "+358 (0)40" says the same with and without its country code: the (0) goes when one is there.
std::optional<Dialled> read_digits(std::u32string_view typed) {
  Dialled out;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const char32_t c = typed[i];
    const bool abroad = (out.plus && !out.digits.empty()) || (out.digits.size() > 2 && out.digits.starts_with("00"));
    if (abroad && typed.substr(i, 3) == U"(0)") {
      i += 2;
    } else if (c >= U'0' && c <= U'9') {
      out.digits += static_cast<char>(c);
    } else if (c == U'+' && !out.plus && out.digits.empty()) {
      out.plus = true;
    } else if (!is_separator(c)) {
      return std::nullopt;
    }
  }
  return out;
}

// Numbers that are called as they are and that nobody owns: 112, 116117, 118 ..., and the emergency
// numbers of other countries.
bool is_short_number(std::string_view digits) {
  constexpr std::array<std::string_view, 4> kAbroad = {"911", "999", "000", "110"};
  if (digits.size() <= 6 && digits.starts_with("11")) return true;
  return std::find(kAbroad.begin(), kAbroad.end(), digits) != kAbroad.end();
}

bool is_mobile(std::string_view national) { return national.starts_with('4') || national.starts_with("50"); }

tl::expected<std::string, PhoneProblem> finnish_number(std::string_view national) {
  if (national.starts_with("11")) return tl::unexpected(PhoneProblem::emergency);
  const std::size_t least = is_mobile(national) ? 6 : 5;
  const std::size_t most = is_mobile(national) ? 10 : 12;
  if (national.size() < least) return tl::unexpected(PhoneProblem::too_short);
  if (national.size() > most) return tl::unexpected(PhoneProblem::too_long);
  if (national.front() == '0') return tl::unexpected(PhoneProblem::invalid);
  return "+358" + std::string(national);
}

tl::expected<std::string, PhoneProblem> international_number(std::string_view digits) {
  if (digits.starts_with("358")) {
    digits.remove_prefix(3);
    if (digits.starts_with('0')) digits.remove_prefix(1);
    return finnish_number(digits);
  }
  if (digits.starts_with('0')) return tl::unexpected(PhoneProblem::invalid);
  if (digits.size() < 6) return tl::unexpected(PhoneProblem::too_short);
  if (digits.size() > 15) return tl::unexpected(PhoneProblem::too_long);
  return "+" + std::string(digits);
}

// 3 3, 3 4, 4 4, 3 3 3 ... from the left.
std::string in_groups(std::string_view digits) {
  std::string out;
  while (!digits.empty()) {
    const std::size_t take = (digits.size() == 4 || digits.size() == 8) ? 4 : 3;
    if (!out.empty()) out += ' ';
    out += digits.substr(0, take);
    digits.remove_prefix(std::min(take, digits.size()));
  }
  return out;
}

// The digits of a Finnish area or network code without its 0 (Traficom's numbering of telephone networks).
std::size_t finnish_code_length(std::string_view national) {
  for (const std::string_view code : {"457", "600", "606", "700", "800"}) {
    if (national.starts_with(code)) return 3;
  }
  if (national.size() == 9 && (national.starts_with("400") || national.starts_with("500"))) return 3;
  if (is_mobile(national)) return 2;
  for (const std::string_view code : {"1", "20", "29", "30", "7"}) {
    if (national.starts_with(code)) return 2;
  }
  return 1;
}

// The digits of a country code (ITU-T E.164 list of assigned codes): 1 and 7 alone, these two by two, the rest three.
std::size_t country_code_length(std::string_view digits) {
  constexpr std::string_view kTwo =
      " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
      "81 82 84 86 90 91 92 93 94 95 98 ";
  if (digits.front() == '1' || digits.front() == '7') return 1;
  const std::string two = " " + std::string(digits.substr(0, 2)) + " ";
  return kTwo.find(two) != std::string_view::npos ? 2 : 3;
}

}  // namespace

const char* to_string(PhoneProblem problem) {
  switch (problem) {
    case PhoneProblem::missing: return "missing";
    case PhoneProblem::invalid: return "invalid";
    case PhoneProblem::emergency: return "emergency";
    case PhoneProblem::too_short: return "too_short";
    case PhoneProblem::too_long: return "too_long";
  }
  return "invalid";
}

tl::expected<std::string, PhoneProblem> parse_phone(std::string_view typed) {
  const auto points = from_utf8(typed);
  if (!points) return tl::unexpected(PhoneProblem::invalid);
  if (points->find_first_not_of(U" \t\u00A0") == std::u32string::npos) return tl::unexpected(PhoneProblem::missing);
  if (points->size() > 60) return tl::unexpected(PhoneProblem::too_long);
  const auto dialled = read_digits(*points);
  if (!dialled || dialled->digits.empty()) return tl::unexpected(PhoneProblem::invalid);
  const std::string_view digits = dialled->digits;
  if (is_short_number(digits)) return tl::unexpected(PhoneProblem::emergency);
  if (dialled->plus) return international_number(digits);
  if (digits.starts_with("00")) return international_number(digits.substr(2));
  if (digits.starts_with('0')) return finnish_number(digits.substr(1));
  return tl::unexpected(PhoneProblem::invalid);
}

std::string format_phone(std::string_view e164) {
  const bool readable = e164.size() >= 7 && e164.size() <= 16 && e164.front() == '+' && e164[1] != '0' &&
                        std::all_of(e164.begin() + 1, e164.end(), is_digit);
  if (!readable) return std::string(e164);
  const auto digits = e164.substr(1);
  if (digits.starts_with("358") && digits.size() > 7) {
    const auto national = digits.substr(3);
    const std::size_t code = finnish_code_length(national);
    return "0" + std::string(national.substr(0, code)) + " " + in_groups(national.substr(code));
  }
  const std::size_t code = country_code_length(digits);
  return "+" + std::string(digits.substr(0, code)) + " " + in_groups(digits.substr(code));
}

}  // namespace base
