// What was changed in a form of sign-ups: its questions' texts, kinds, order, and whether they are asked.
#pragma once

#include "backoffice/edit_history.h"
#include "backoffice/form_store.h"

namespace backoffice {

// A question as its page has it, field by field.
web::Pairs typed_of(const catalogue::Question& question);
// "Kysymys, Suomeksi" and what stands there, of one of these fields.
std::string question_label(const Call& call, const std::string& field);
std::string question_value(const Call& call, const std::string& field, const std::string& value);

// Within the transaction of the change. `before`: as its questions were in it.
base::Status keep_form_edits(const Call& call, const std::string& form, const std::vector<AskedQuestion>& before);
// For partials/staff_history.html.
base::Status set_form_history(const Call& call, const std::string& form, const std::vector<AskedQuestion>& now, view::Object& data);

}  // namespace backoffice
