// Pages and mails from mustache templates; the only user of kainjow::mustache.
//
// Rules (design and reasons: site/README.md):
// - `{{x}}` only. Everything is escaped but Html, a type that code makes on purpose.
// - `{{t.area.key}}` is a text of site/text/<lang>/<area>.toml, put in when the template is loaded; a text
//   may itself contain `{{names}}`, which the page's data fill.
// - `{{>name}}` puts in templates/partials/name.html when the template is loaded.
// - A template whose first line is `{{! page }}` becomes the `{{>body}}` of partials/layout.html; `{{! staff page }}`, that of
//   partials/staff_layout.html.
// - A name that the data do not have is an error, not an empty place.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"

namespace view {

// HTML that may go out as it is. Whoever makes one answers for it.
struct Html {
  std::string text;
};

class Object;
using List = std::vector<Object>;

// What a template is filled with. A name set twice keeps the last value.
class Object {
 public:
  struct Value;
  Object();
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  Object& set(std::string name, std::string text);
  Object& set(std::string name, std::string_view text);
  Object& set(std::string name, const char* text);
  Object& set(std::string name, Html html);
  Object& set(std::string name, bool yes);
  Object& set(std::string name, List list);
  Object& set(std::string name, Object object);
  // Takes over all names of `other`.
  Object& merge(const Object& other);
  const Value* find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, Value>> fields_;
  Value& slot(std::string name);
};

struct Object::Value {
  std::variant<bool, std::string, Html, List, std::shared_ptr<Object>> is = false;
};

// Objects over one another: a later one's names hide an earlier one's.
using Layers = std::initializer_list<const Object*>;

using Params = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class Templates {
 public:
  // Loads SHARE/templates/<area>/*.{html,txt}, the partials and all texts, for each language.
  // ERRORS: broken, with file and name: a missing text, partial or layout, a triple mustache, an
  // unclosed section, texts that differ between languages.
  static base::Result<Templates> load(const std::string& share_dir, const std::vector<std::string>& areas);

  // Renders `name` ("checkout/cart.html" without ".html": "checkout/cart"; mails: "mail/x.txt" by its full name).
  // Safe to call from several threads. ERRORS: broken: no such template, a name without a value.
  base::Result<std::string> render(std::string_view name, base::Lang lang, Layers data) const;
  base::Result<std::string> render(std::string_view name, base::Lang lang, const Object& data) const { return render(name, lang, Layers{&data}); }

  // The text itself, unescaped, its {{names}} filled from `params`.
  // A missing key is logged and answers with the key.
  std::string say(base::Lang lang, std::string_view key, Params params = {}) const;
  std::string say(base::Lang lang, std::string_view key,
                  const std::vector<std::pair<std::string, std::string>>& params) const;
  bool has_text(base::Lang lang, std::string_view key) const;
  bool has_template(std::string_view name) const;

  Templates(Templates&&) noexcept;
  Templates& operator=(Templates&&) noexcept;
  ~Templates();

 private:
  Templates();
  const std::string* find_text(base::Lang lang, std::string_view key) const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// & < > " ' as entities.
std::string escape(std::string_view text);

}  // namespace view
