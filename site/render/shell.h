// The frame around every static page, rendered once for each language and cut where pages differ: a page then costs its
// own part alone. The layout itself is templates/partials/layout.html, the same as the handlers'.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"
#include "lib/view/view.h"

namespace render {

struct ShellValues {
  std::string title, description, canonical, og_image;
  std::vector<std::pair<std::string, std::string>> alternates;  // language code, address
  std::array<std::string, 3> languages;                         // where the language switch leads
  std::vector<std::string> scripts;
};

class Shell {
 public:
  // `frame`: the layout's values but those above. ERRORS: broken: the template.
  static base::Result<Shell> make(const view::Templates& templates, base::Lang lang, bool index, view::Object frame);

  // Values are escaped, `main` goes in as it is.
  std::string fill(const ShellValues& values, std::string_view main) const;

 private:
  std::vector<std::pair<std::string, char>> parts_;  // a piece of the page, and what comes after it
  std::string alternate_, script_;                   // one line of each, with its own places
};

}  // namespace render
