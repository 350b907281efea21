// The kinds of mail: how each one's data become what its template prints.
#pragma once

#include <array>
#include <string>

#include "lib/base/config.h"
#include "lib/base/lang.h"
#include "lib/view/view.h"
#include "mailer/data.h"
#include "mailer/terms.h"

namespace mailer {

struct Context {
  const view::Templates& templates;
  const base::City& city;
  const Terms& terms;  // in this mail's language
  base::Lang lang;

  std::string say(std::string_view key, view::Params params = {}) const { return templates.say(lang, key, params); }
  std::string money(base::Cents cents) const { return base::format_money(cents, lang); }
};

struct Filled {
  std::string subject;
  view::Object values;
};

struct Kind {
  const char* name;  // also its template's: mail/<name>.html and .txt
  Filled (*fill)(const Context&, const Data&);
  const char* specimen;  // its data with every optional part, as JSON
};

extern const std::array<Kind, 13> kKinds;
// nullptr: there is no such kind.
const Kind* find_kind(std::string_view name);

// confirmation.cc
Filled fill_confirmation(const Context& context, const Data& data);

}  // namespace mailer
