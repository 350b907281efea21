#include "lib/base/contact.h"

#include <idn2.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "lib/base/utf8.h"

namespace base {
namespace {

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Controls, marks that turn the direction of writing, byte-order marks and what is no character at all.
bool is_forbidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
         (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF);
}

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }

// Beyond ASCII everything is taken for a letter but the blocks of signs, pictures and private use: a name is
// not to be refused because a table is old.
bool is_letter(char32_t c) {
  if (c < 0x80) return is_ascii_letter(c);
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) && !(c >= 0x2E00 && c <= 0x2E7F) &&
         !(c >= 0x3000 && c <= 0x3004) && !(c >= 0x3008 && c <= 0x3030) && !(c >= 0xE000 && c <= 0xF8FF) &&
         !(c >= 0xFE00 && c <= 0xFE6F) && !(c >= 0xFF01 && c <= 0xFF20) && !(c >= 0x1F000 && c <= 0x1FAFF) &&
         c < 0xE0000;
}

bool belongs_to_name(char32_t c) {
  constexpr std::u32string_view kSigns = U" '-.,\u2019\u2010\u2011\u200C\u200D";
  return is_letter(c) || is_ascii_digit(c) || kSigns.find(c) != std::u32string_view::npos;
}

char lower(char c) { return (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c; }

// Calls `is_part` for each part between dots; false as soon as one is.
template <typename IsPart>
bool all_parts(std::string_view text, IsPart is_part) {
  while (true) {
    const auto dot = text.find('.');
    if (!is_part(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// RFC 5321 4.1.2 Dot-string of RFC 5322 atext.
bool is_local_part(std::string_view text) {
  constexpr std::string_view kSigns = "!#$%&'*+-/=?^_`{|}~";
  if (text.size() > 64) return false;
  return all_parts(text, [&](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), [&](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return is_ascii_letter(byte) || is_ascii_digit(byte) || kSigns.find(c) != std::string_view::npos;
    });
  });
}

// Host name of letters, digits and hyphens with at least one dot, the last label no number.
bool is_domain(std::string_view text) {
  if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
  const auto last = text.substr(text.rfind('.') + 1);
  if (std::all_of(last.begin(), last.end(), [](char c) { return is_ascii_digit(static_cast<unsigned char>(c)); })) return false;
  return all_parts(text, [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) {
             const auto byte = static_cast<unsigned char>(c);
             return is_ascii_letter(byte) || is_ascii_digit(byte) || c == '-';
           });
  });
}

// The domain in lower case and as A-labels; empty when it is none.
std::string ascii_domain(std::string_view typed) {
  std::string domain(typed);
  std::transform(domain.begin(), domain.end(), domain.begin(), lower);
  const bool plain = is_ascii(domain) && domain.find("xn--") == std::string::npos;
  if (!plain) {
    std::uint8_t* converted = nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(domain.c_str());
    if (idn2_lookup_u8(bytes, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return {};
    domain = reinterpret_cast<const char*>(converted);
    idn2_free(converted);
  }
  return is_domain(domain) ? domain : std::string();
}

// One character too many, missing, wrong, or two swapped.
bool is_one_slip(std::string_view typed, std::string_view meant) {
  const std::size_t shorter = std::min(typed.size(), meant.size());
  std::size_t same = 0;
  while (same < shorter && typed[same] == meant[same]) ++same;
  const auto a = typed.substr(same), b = meant.substr(same);
  if (a.empty() && b.empty()) return false;
  if (a.size() == b.size() + 1) return a.substr(1) == b;
  if (b.size() == a.size() + 1) return b.substr(1) == a;
  if (a.size() != b.size()) return false;
  if (a.substr(1) == b.substr(1)) return true;
  return a.size() >= 2 && a[0] == b[1] && a[1] == b[0] && a.substr(2) == b.substr(2);
}

}  // namespace

const char* to_string(TextProblem problem) {
  switch (problem) {
    case TextProblem::missing: return "missing";
    case TextProblem::invalid: return "invalid";
    case TextProblem::too_long: return "too_long";
  }
  return "invalid";
}

tl::expected<std::string, TextProblem> clean_text(std::string_view typed, std::size_t max_chars) {
  const auto points = from_utf8(typed);
  if (!points) return tl::unexpected(TextProblem::invalid);
  std::string out;
  std::size_t count = 0;
  bool gap = false;
  for (const char32_t c : *points) {
    if (is_space(c)) {
      gap = !out.empty();
      continue;
    }
    if (is_forbidden(c)) return tl::unexpected(TextProblem::invalid);
    if (gap) {
      out += ' ';
      ++count;
      gap = false;
    }
    append_utf8(out, c);
    ++count;
  }
  if (count == 0) return tl::unexpected(TextProblem::missing);
  if (count > max_chars) return tl::unexpected(TextProblem::too_long);
  return out;
}

tl::expected<std::string, TextProblem> parse_name(std::string_view typed) {
  auto clean = clean_text(typed, 50);
  if (!clean) return clean;
  const auto points = from_utf8(*clean);
  if (!points || !std::all_of(points->begin(), points->end(), belongs_to_name) ||
      std::none_of(points->begin(), points->end(), is_letter)) {
    return tl::unexpected(TextProblem::invalid);
  }
  return clean;
}

tl::expected<std::string, TextProblem> parse_email(std::string_view typed) {
  constexpr std::size_t kMaxBytes = 200;
  // Bounded before anything else is done with it; a domain only grows by becoming A-labels.
  if (typed.size() > 1000) return tl::unexpected(TextProblem::too_long);
  const auto clean = clean_text(typed, 1000);
  if (!clean) return clean;
  const auto at = clean->find('@');
  if (at == std::string::npos || clean->find('@', at + 1) != std::string::npos || clean->find(' ') != std::string::npos) {
    return tl::unexpected(TextProblem::invalid);
  }
  if (clean->size() > kMaxBytes) return tl::unexpected(TextProblem::too_long);
  const std::string local = clean->substr(0, at);
  const std::string domain = ascii_domain(std::string_view(*clean).substr(at + 1));
  if (!is_local_part(local) || domain.empty()) return tl::unexpected(TextProblem::invalid);
  std::string address = local + "@" + domain;
  if (address.size() > kMaxBytes) return tl::unexpected(TextProblem::too_long);
  return address;
}

std::optional<std::string> email_suggestion(std::string_view address) {
  constexpr std::array<std::string_view, 10> kCommon = {
      "gmail.com",   "hotmail.com", "hotmail.fi", "outlook.com", "icloud.com",
      "luukku.com", "elisanet.fi", "kolumbus.fi", "yahoo.com",   "saunalahti.fi"};
  // Real domains that are one slip away from a common one.
  constexpr std::array<std::string_view, 8> kAlsoReal = {"mail.com",   "ymail.com",   "email.com", "gmail.co",
                                                         "hotmail.fr", "outlook.co", "yahoo.co",  "fmail.com"};
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto domain = address.substr(at + 1);
  const auto is = [domain](std::string_view known) { return known == domain; };
  if (std::any_of(kCommon.begin(), kCommon.end(), is) || std::any_of(kAlsoReal.begin(), kAlsoReal.end(), is)) {
    return std::nullopt;
  }
  for (const auto meant : kCommon) {
    if (is_one_slip(domain, meant)) return std::string(address.substr(0, at + 1)).append(meant);
  }
  return std::nullopt;
}

}  // namespace base
