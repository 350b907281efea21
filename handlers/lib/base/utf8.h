// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

bool is_ascii(std::string_view bytes);
bool is_utf8(std::string_view bytes);
// The code points, or nothing when `bytes` are not UTF-8.
std::optional<std::u32string> from_utf8(std::string_view bytes);
void append_utf8(std::string& out, char32_t code_point);

}  // namespace base
