// The countries of ISO 3166-1, with their names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"

namespace checkout {

struct CountryName {
  std::string_view code;  // two letters
  std::string_view name;
};

// In the order of the language's alphabet, Finland first.
const std::vector<CountryName>& countries(base::Lang lang);
bool is_country(std::string_view code);
// A code that is none comes back as it is.
std::string country_name(const std::string& code, base::Lang lang);

}  // namespace checkout
