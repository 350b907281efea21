// What a new password may be (OWASP ASVS 5.0, 6.2.1 to 6.2.12, level 2): 12 to 128 characters of any kind, none that is tried first, not
// one's own name; no rules of composition.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "lib/base/config.h"

namespace opener {

inline constexpr std::size_t kMostPassword = 128;                     // characters
inline constexpr std::size_t kMostPasswordBytes = 4 * kMostPassword;  // no longer one is stretched

class PasswordRules {
 public:
  // `list`: site/passwords/common.txt. The city's and the shop's own names are among what is tried first too.
  // ERRORS: broken: the list is not there, or empty.
  static base::Result<PasswordRules> load(const std::string& list, const base::City& city);

  // A text's key in site/text/<lang>/errors.toml; nullptr: it will do. `about`: the person's login and name.
  const char* problem(const std::string& password, const std::vector<std::string>& about) const;

 private:
  std::unordered_set<std::string> common_;
  std::vector<std::string> local_;
};

}  // namespace opener
