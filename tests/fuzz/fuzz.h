// What all fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// A promise of a header that must hold for every input.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

// Takes the first byte off, as a choice; 0 when there is none.
inline unsigned take_choice(std::string_view& text) {
  if (text.empty()) return 0;
  const auto out = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  return out;
}

// Takes what stands before the next line end.
inline std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto out = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return out;
}

}  // namespace fuzz
