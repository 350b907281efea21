// multipart/form-data (RFC 7578): what a form with a file is sent as.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace web {

inline constexpr std::size_t kMaxParts = 60;

struct Part {
  std::string name;
  bool is_file = false;  // it has a file's name, which nobody wants to know
  std::string content;
};
// ERRORS: invalid: no boundary, a part that doesn't end, without a name or with too long a head, or too many parts.
base::Result<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace web
