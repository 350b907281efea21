// Forms of sign-ups and their questions: the SQL. A form that somebody has answered keeps what its answers are read by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"
#include "lib/catalogue/activity_store.h"

namespace backoffice {

using EditForms = staff::Permission<staff::Right::activities_edit>;

struct FormRow {
  std::string code, name, unit;      // name: for staff; unit: whose people made it, or empty
  std::int64_t version = 0;
  std::vector<std::string> used_by;  // names of the activities that use it
  std::vector<staff::Place> places;  // of them
  bool answered = false;             // somebody has signed up by it
  std::string title() const { return name.empty() ? code : name; }
};
base::Result<std::vector<FormRow>> find_forms(db::Connection& db, base::Lang lang);
base::Result<std::optional<FormRow>> find_form(db::Connection& db, base::Lang lang, const std::string& code);

// Where it may be seen: its unit's, or an activity's that uses it. To change it, all of these.
bool may_see(const staff::Rights& rights, const FormRow& form);
base::Result<EditForms> may_change(const staff::Rights& rights, const FormRow& form);

using catalogue::AskedQuestion;
using catalogue::load_questions;

// Whether somebody has signed up to the activity by another form than this.
base::Result<bool> answered_by_another(db::Connection& db, std::int64_t product, const std::string& form);

// All of these: within a transaction. Those that change a form begin with it.

// False: it has another version by now. The pages of its activities are made anew.
base::Result<bool> touch_form(const EditForms& may, db::Connection& db, const std::string& form, std::int64_t version, base::UtcTime now);
base::Status add_question(const EditForms& may, db::Connection& db, const std::string& form, catalogue::Question question);
// Of what was asked its choices only grow. REQUIRES: `question` has the code of one of the form's.
base::Status change_question(const EditForms& may, db::Connection& db, const std::string& form, const catalogue::Question& question);
base::Status retire_question(const EditForms& may, db::Connection& db, const std::string& form, const std::string& question, std::optional<base::UtcTime> when);
// One place up.
base::Status raise_question(const EditForms& may, db::Connection& db, const std::string& form, const std::string& question);
struct NewForm {
  std::string name, unit;
  std::string key;   // of the page that asked: what is sent twice makes one form
  std::string like;  // whose questions it begins with; empty: none
};
struct FormMaking {
  enum class How { made, before, otherwise };  // before: the same page has made it; otherwise: with another name or unit
  How how = How::made;
  std::string code;
};
base::Result<FormMaking> make_form(const EditForms& may, db::Connection& db, const NewForm& wanted);
// A version of the activity like any other change of it. ERRORS: conflict: somebody has signed up to it by another form.
base::Status use_form(const EditForms& may, const Call& call, const std::string& form, const std::string& activity);

}  // namespace backoffice
