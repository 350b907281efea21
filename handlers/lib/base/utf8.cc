#include "lib/base/utf8.h"

#include <algorithm>
#include <cstddef>

namespace base {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

// Reads one code point at `pos` and moves on; kInvalid when there is none.
char32_t read_one(std::string_view bytes, std::size_t& pos) {
  const auto lead = static_cast<unsigned char>(bytes[pos++]);
  if (lead < 0x80) return lead;
  std::size_t more = 0;
  char32_t value = 0, least = 0;
  if ((lead & 0xE0) == 0xC0) { more = 1; value = lead & 0x1FU; least = 0x80; }
  else if ((lead & 0xF0) == 0xE0) { more = 2; value = lead & 0x0FU; least = 0x800; }
  else if ((lead & 0xF8) == 0xF0) { more = 3; value = lead & 0x07U; least = 0x10000; }
  else return kInvalid;
  if (bytes.size() - pos < more) return kInvalid;
  for (; more > 0; --more) {
    const auto byte = static_cast<unsigned char>(bytes[pos++]);
    if ((byte & 0xC0) != 0x80) return kInvalid;
    value = (value << 6) | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return (value < least || surrogate || value > 0x10FFFF) ? kInvalid : value;
}

}  // namespace

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t pos = 0; pos < bytes.size();) {
    if (read_one(bytes, pos) == kInvalid) return false;
  }
  return true;
}

std::optional<std::u32string> from_utf8(std::string_view bytes) {
  std::u32string out;
  for (std::size_t pos = 0; pos < bytes.size();) {
    const char32_t c = read_one(bytes, pos);
    if (c == kInvalid) return std::nullopt;
    out += c;
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace base
