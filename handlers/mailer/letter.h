// What a mail says: an outbox row's kind, language and data become subject, text and HTML.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/config.h"
#include "lib/base/lang.h"
#include "lib/base/result.h"

namespace mailer {

struct Letter {
  std::string subject;
  std::string text;
  std::string html;
};

class Letters {
 public:
  // Reads templates, texts and terms, and writes every kind in every language once from specimens.h, so that
  // a name or text that is missing stops the start. ERRORS: broken, with file and name.
  static base::Result<Letters> load(const base::Instance& instance, const base::City& city);

  // ERRORS: broken: a kind that there is not, data that lack a name (specimens.h has each kind's data).
  base::Result<Letter> write(std::string_view kind, base::Lang lang, std::string_view data) const;

  Letters(Letters&&) noexcept;
  Letters& operator=(Letters&&) noexcept;
  ~Letters();

 private:
  Letters();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The data's case code, or empty.
std::string case_code_of(std::string_view data);

}  // namespace mailer
