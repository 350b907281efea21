// A posted form: past the door nobody sees raw bytes. Values are valid UTF-8 without control characters
// (line ends in long texts excepted), trimmed, and each is asked for with its greatest length.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/view/view.h"
#include "lib/web/request.h"

namespace web {

class Form {
 public:
  // Urlencoded, or multipart where it has a file. ERRORS: invalid: another content type, broken escapes, too many fields.
  static base::Result<Form> parse(const Request& request);
  static Form from_pairs(Pairs pairs);

  // Cleaned; empty when absent. A value longer than `max_chars` characters comes back whole: the caller's
  // check of its length says so to the person.
  std::string text(std::string_view name) const;
  // Every byte as it was sent: for passwords.
  std::string exact(std::string_view name) const;
  bool ticked(std::string_view name) const { return text(name) == "1" || text(name) == "on"; }
  // A whole number in [least, most]; nothing otherwise.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most) const;
  bool has(std::string_view name) const;
  // The bytes of a file, as they were sent; null: none was sent.
  const std::string* file(std::string_view name) const;
  const Pairs& pairs() const { return pairs_; }

 private:
  Pairs pairs_, sent_;
  Pairs files_;
};

// What is wrong with a form, field by field, in the order of the page.
class Problems {
 public:
  // `key` is a text of site/text/<lang>/errors.toml, e.g. "email_invalid"; `values` fill its {{names}}.
  using Values = std::vector<std::pair<std::string, std::string>>;
  void add(std::string field, std::string key, Values values = {});
  bool empty() const { return list_.empty(); }
  std::size_t count() const { return list_.size(); }
  // The first message of a field, or empty.
  std::string message(const view::Templates& templates, base::Lang lang, std::string_view field) const;
  // For templates: `problems` (list of {field, message}), `has_problems`, `problems_title`, and for every name in `fields`
  // `<field>_problem` (the message, or false).
  void fill(view::Object& page, const view::Templates& templates, base::Lang lang,
            const std::vector<std::string>& fields) const;

 private:
  struct One {
    std::string field, key;
    Values values;
  };
  std::vector<One> list_;
};

}  // namespace web
