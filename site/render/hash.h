// Fingerprints: to see that something changed, never to keep anything safe. FNV-1a, 64 bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace render {

class Hash {
 public:
  Hash& add(std::string_view bytes) {
    for (const char c : bytes) step(static_cast<unsigned char>(c));
    step(0x1f);  // "ab", "c" is not "a", "bc"
    return *this;
  }
  Hash& add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) step(static_cast<unsigned char>(number >> shift));
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void step(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

inline std::uint64_t hash_of(std::string_view bytes) { return Hash().add(bytes).value(); }

// The last ten hexadecimal digits.
inline std::string short_hex(std::uint64_t value) {
  std::string out(10, '0');
  for (std::size_t i = 0; i < 10; ++i) out[9 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15];
  return out;
}

}  // namespace render
