#pragma once
// JSON as the stand-in wants it: UTF-8, one object, no name twice, not deep, and no number that a careless printer makes:
// a fraction has exactly one decimal and no exponent (the API's only fraction is a VAT rate such as 25.5).
#include <optional>
#include <string>
#include <string_view>

#include "model.h"

namespace sandbox {

// The object, or nothing and the reason in `why`.
std::optional<Json> parse_strict(std::string_view text, std::string& why);

}  // namespace sandbox
