// What a new password may be (OWASP ASVS 5.0, 6.2.1 to 6.2.9, level 2): 12 to 128 characters of any kind, none of the common ones, not
// one's own name; no rules of composition.
#pragma once

#include <string>
#include <unordered_set>

#include "lib/base/result.h"

namespace opener {

class PasswordRules {
 public:
  // `path`: site/passwords/common.txt. ERRORS: broken: it is not there, or empty.
  static base::Result<PasswordRules> load(const std::string& path);

  // A text's key in site/text/<lang>/errors.toml; nullptr: it will do.
  const char* problem(const std::string& password, const std::string& login) const;

 private:
  std::unordered_set<std::string> common_;
};

}  // namespace opener
