// The terms and conditions as they are sent: site/content/<lang>/terms.md, its settings filled in.
#pragma once

#include <array>
#include <string>

#include "lib/base/config.h"
#include "lib/base/result.h"
#include "lib/view/view.h"

namespace mailer {

struct Terms {
  std::string text;  // as view::markdown_to_text makes it
  view::Html html;
};

// ERRORS: broken, with the file: not readable, no front matter, an unknown {{name}}, a link to a page or
// path that there is not.
base::Result<Terms> load_terms(const base::Instance& instance, const base::City& city, const view::Templates& texts,
                               base::Lang lang);

}  // namespace mailer
