// The fields of a form as partials/form_field.html wants them: what was typed, and what was wrong with it.
#pragma once

#include <string>
#include <vector>

#include "lib/web/form.h"

namespace web {

class Fields {
 public:
  // `typed`: nothing the first time. All are kept by reference while the fields are made.
  Fields(const view::Templates& templates, base::Lang lang, const Form* typed, const Problems& problems) : templates_(templates), lang_(lang), typed_(typed), problems_(problems) {}

  struct Text {
    std::string id, label, hint;
    const char* autocomplete = "off";
    const char* type = "text";
    const char* inputmode = "text";
    bool required = true, is_long = false, is_short = false;
  };
  void text(const Text& one);

  struct Choice {
    std::string id, name, value, label, note, price;
    bool chosen = false;
  };
  struct Choices {
    std::string id, label, hint;
    bool required = true, many = false;
  };
  void choices(const Choices& question, const std::vector<Choice>& choices);
  void tick(const std::string& id, const std::string& label, const std::string& hint);

  std::string typed(const std::string& id) const { return typed_ == nullptr ? std::string() : typed_->text(id); }
  bool ticked(const std::string& id) const { return typed_ != nullptr && typed_->ticked(id); }
  view::List take() { return std::move(list_); }

 private:
  view::Object base_of(const std::string& id, const std::string& label, const std::string& hint, bool required) const;

  const view::Templates& templates_;
  base::Lang lang_;
  const Form* typed_;
  const Problems& problems_;
  view::List list_;
};

}  // namespace web
