// Fields of a form as templates/partials/staff_field.html shows them, and the one of a row's own form as staff_words.html does.
#pragma once

#include <optional>
#include <string>

#include "backoffice/product_form.h"

namespace backoffice {

struct Input {
  enum class Kind { text, area, select, tick };
  Kind kind = Kind::text;
  std::string id, label, hint = {};
  std::string type = "text";   // of the element: text, number, date, datetime-local
  std::string lang = {};       // of what is typed
  bool is_missing = false;     // is asked for before it is published, and isn't there
  bool is_short = false;
  std::vector<Lists::Named> options = {};  // of a select, after "choose"
};
view::Object input_view(const Call& call, const FormFields& fields, const web::Problems& problems, const Input& input);
// name_fi, name_sv, name_en.
view::List name_inputs(const Call& call, const FormFields& fields, const web::Problems& problems);
// price_<group>, next_<group> and from_<group>, a row each.
view::List price_inputs(const Call& call, const std::vector<Lists::Named>& groups, const FormFields& fields, const web::Problems& problems);
// For partials/own_prices.html: those of a choice or a session alone. Closed while there are none.
struct OwnPrices {
  std::vector<Lists::Named> groups;
  bool may = false;  // whether who is here may set them
};
void set_own_prices(const Call& call, const OwnPrices& own, const FormFields& fields, const web::Problems& problems, view::Object& data);

// Many rows of a page have a form with the field `words`: in each it has an id of its own, so that the error summary leads to the right one.
struct RowWords {
  std::string id, label;
  bool came_back = false;      // this row's form is the one that was posted: what was typed is in it still
  bool is_long = false;        // several lines
};
view::Object row_words_view(const Call& call, const web::Problems& problems, const RowWords& words);
// A reason that was typed into `field`, of at most `max` characters; or a problem at the element `id`, and an empty text.
struct Reason {
  std::string id;
  std::size_t max;
  std::string field = "words";
};
std::string staff_words(const Call& call, web::Problems& problems, const Reason& reason);

}  // namespace backoffice
