// FormFields of a form as templates/partials/staff_field.html shows them.
#pragma once

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

}  // namespace backoffice
