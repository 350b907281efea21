// Shapes of single fields in the service's messages, shared by callbacks and answers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace suomifi {

inline bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// 1 to 200 printable characters: stamps and references are ours, and ours are such.
inline bool is_name(std::string_view text) { return !text.empty() && text.size() <= 200 && is_printable_ascii(text); }

// Cut, and without anything but printable ASCII: for words that are only stored and shown to staff.
inline std::string plain(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  for (char& c : out) {
    if (!is_printable_ascii({&c, 1})) c = '_';
  }
  return out;
}

inline std::string lower_hex(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace suomifi
