#include "mailer/mime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace mailer {
namespace {

constexpr std::size_t kLineMax = 76;

bool is_alnum(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// A header's value without control characters: each run of them is one space.
std::string one_line(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// Letters and digits stand for themselves, a space is "_" (RFC 2047, section 4.2 and 5 (3)).
std::string q_encode(std::string_view character) {
  std::string out;
  for (const char c : character) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_alnum(byte)) out += c;
    else if (c == ' ') out += '_';
    else out += fmt::format("={:02X}", byte);
  }
  return out;
}

// Encoded words of at most 75 characters, each with whole characters only; `used`: what stands on the first line.
std::string encoded_words(std::string_view value, std::size_t used) {
  static constexpr std::string_view kOpen = "=?UTF-8?Q?";
  std::string out(kOpen);
  std::size_t line = used + kOpen.size();
  for (std::size_t pos = 0; pos < value.size();) {
    std::size_t end = pos + 1;
    while (end < value.size() && is_continuation(value[end])) ++end;
    const std::string piece = q_encode(value.substr(pos, end - pos));
    if (line + piece.size() + 2 > kLineMax) {
      out += "?=\r\n ";
      out += kOpen;
      line = 1 + kOpen.size();
    }
    out += piece;
    line += piece.size();
    pos = end;
  }
  return out + "?=";
}

// Only tabs and line ends may stay of the control characters.
std::string clean_body(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 ? byte != 0x7f : (c == '\n' || c == '\t')) out += c;
  }
  return out;
}

std::string part(std::string_view boundary, std::string_view type, std::string_view body) {
  return fmt::format(
      "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n", boundary,
      type, quoted_printable(clean_body(body)));
}

}  // namespace

std::string header_line(std::string_view name, std::string_view value) {
  const std::string clean = one_line(value);
  std::string out = std::string(name) + ": ";
  const bool as_is = plain_ascii(clean) && out.size() + clean.size() <= kLineMax && clean.find("=?") == std::string::npos;
  out += as_is ? clean : encoded_words(clean, out.size());
  return out + "\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  std::size_t line = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      line = 0;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    const bool line_ends = i + 1 == text.size() || text[i + 1] == '\n';
    const bool blank = c == ' ' || c == '\t';
    // A dot that begins a line is encoded too, so that nobody on the way has to double it.
    const bool literal = blank ? !line_ends : (byte > 0x20 && byte < 0x7f && c != '=' && !(c == '.' && line == 0));
    const std::size_t width = literal ? 1 : 3;
    if (line + width > kLineMax - (line_ends ? 0 : 1)) {
      out += "=\r\n";
      line = 0;
    }
    if (literal && !(c == '.' && line == 0)) out += c;
    else out += fmt::format("={:02X}", byte);
    line += width;
  }
  return out;
}

std::string rfc5322_date(base::UtcTime time) {
  using namespace std::chrono;
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<seconds>(time - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

bool valid_recipient(std::string_view address) {
  const auto at = address.find('@');
  if (address.size() > 254 || at == 0 || at == std::string_view::npos || at + 1 == address.size()) return false;
  if (address.find('@', at + 1) != std::string_view::npos) return false;
  return std::all_of(address.begin(), address.end(), [](char c) {
    return c > 0x20 && c < 0x7f && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  });
}

std::string to_mime(const Mail& mail) {
  // "=_" cannot stand in quoted-printable, so the boundary never does (RFC 2045, section 6.7).
  const std::string boundary = "=_" + mail.message_id.substr(0, mail.message_id.find('@'));
  std::string out = fmt::format("Date: {}\r\n", rfc5322_date(mail.date));
  const std::string name = encoded_words(one_line(mail.from_name), 6);
  out += fmt::format("From: {}\r\n <{}>\r\nTo: {}\r\n", name, mail.from, mail.to);
  out += header_line("Subject", mail.subject);
  out += fmt::format("Message-ID: <{}>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n", mail.message_id);
  out += fmt::format("Content-Language: {}\r\n", to_string(mail.lang));
  out += fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n", boundary);
  out += part(boundary, "text/plain", mail.text);
  out += part(boundary, "text/html", mail.html);
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace mailer
