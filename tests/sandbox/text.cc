#include "text.h"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace sandbox {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the sequence that begins at s[i], or 0 when it isn't well formed.
std::size_t sequence(std::string_view s, std::size_t i) {
  const auto at = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char b = at(i);
  if (b < 0x80) return 1;
  const std::size_t n = b >= 0xC2 && b <= 0xDF ? 2 : b >= 0xE0 && b <= 0xEF ? 3 : b >= 0xF0 && b <= 0xF4 ? 4 : 0;
  if (n == 0 || i + n > s.size()) return 0;
  for (std::size_t k = 1; k < n; ++k)
    if ((at(i + k) & 0xC0) != 0x80) return 0;
  const unsigned char c = at(i + 1);
  if ((b == 0xE0 && c < 0xA0) || (b == 0xED && c > 0x9F)) return 0;  // overlong, surrogates
  if ((b == 0xF0 && c < 0x90) || (b == 0xF4 && c > 0x8F)) return 0;
  return n;
}

char check_digit(std::string_view base) {
  static constexpr int kWeights[] = {7, 3, 1};
  int sum = 0;
  for (std::size_t i = 0; i < base.size(); ++i) sum += (base[base.size() - 1 - i] - '0') * kWeights[i % 3];
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

}  // namespace

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string percent_encode(std::string_view s) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(s.size());
  for (const char ch : s) {
    const auto b = static_cast<unsigned char>(ch);
    const bool plain = is_digit(ch) || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || ch == '-' || ch == '.' || ch == '_' || ch == '~';
    if (plain) {
      out += ch;
    } else {
      out += '%';
      out += kHex[b >> 4];
      out += kHex[b & 15];
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+') {
      out += ' ';
    } else if (s[i] == '%') {
      if (i + 2 >= s.size()) return std::nullopt;
      const int high = hex_digit(s[i + 1]), low = hex_digit(s[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

std::optional<Pairs> parse_query(std::string_view query) {
  Pairs out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (part.empty()) continue;
    const auto eq = part.find('=');
    auto name = percent_decode(part.substr(0, eq));
    auto value = percent_decode(eq == std::string_view::npos ? std::string_view{} : part.substr(eq + 1));
    if (!name || !value) return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

std::string value_of(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return value;
  return {};
}

std::string html_escape(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

bool valid_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto n = sequence(s, i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

std::size_t utf16_length(std::string_view s) {
  std::size_t count = 0;
  for (const char c : s) {
    const auto b = static_cast<unsigned char>(c);
    if ((b & 0xC0) != 0x80) count += b >= 0xF0 ? 2 : 1;
  }
  return count;
}

std::optional<Address> parse_address(std::string_view url) {
  for (const char c : url)
    if (c <= ' ' || c >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '#') return std::nullopt;
  Address out;
  const std::string_view whole = url;
  if (url.starts_with("https://")) {
    out.secure = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const auto slash = url.find_first_of("/?");
  const auto authority = url.substr(0, slash);
  const auto rest = slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
  out.target = rest.empty() || rest.front() != '/' ? "/" + std::string(rest) : std::string(rest);
  out.origin = whole.substr(0, whole.size() - rest.size());
  const auto colon = authority.find(':');
  out.host = lower(authority.substr(0, colon));
  out.port = out.secure ? 443 : 80;
  if (colon != std::string_view::npos) {
    const auto port = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc{} || end != port.data() + port.size() || out.port < 1 || out.port > 65535) return std::nullopt;
  }
  if (out.host.empty() || out.host.front() == '.' || out.host.back() == '.' || out.host.front() == '-') return std::nullopt;
  const bool good = std::all_of(out.host.begin(), out.host.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-'; });
  if (!good) return std::nullopt;
  return out;
}

bool is_loopback_host(std::string_view host) { return host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost"); }

std::string random_hex(std::size_t bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string raw(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1) std::abort();
  std::string out;
  out.reserve(bytes * 2);
  for (const char c : raw) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string random_uuid() {
  std::string h = random_hex(16);
  h[12] = '4';
  h[16] = "89ab"[hex_digit(h[16]) & 3];
  return h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" + h.substr(20);
}

std::uint64_t random_below(std::uint64_t limit) {
  std::uint64_t value = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1) std::abort();
  return limit == 0 ? 0 : value % limit;
}

bool is_finnish_reference(std::string_view s) {
  if (s.size() < 4 || s.size() > 20 || s.front() == '0') return false;
  if (!std::all_of(s.begin(), s.end(), is_digit)) return false;
  return check_digit(s.substr(0, s.size() - 1)) == s.back();
}

std::string random_reference(int digits) {
  std::string base(1, static_cast<char>('1' + random_below(9)));
  while (static_cast<int>(base.size()) < digits) base += static_cast<char>('0' + random_below(10));
  return base + check_digit(base);
}

}  // namespace sandbox
