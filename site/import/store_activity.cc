#include "import/store_activity.h"

#include "import/store_lists.h"
#include "lib/catalogue/activity_store.h"

namespace import {

base::Status store_forms(db::Connection& db, const std::vector<Form>& forms) {
  for (const auto& form : forms) {
    KK_TRY(done(db.execute("INSERT IGNORE INTO forms (code) VALUES (?)", form.code)));
    KK_TRY(done(db.execute("DELETE FROM form_choices WHERE form_code = ?", form.code)));
    KK_TRY(done(db.execute("DELETE FROM form_questions WHERE form_code = ?", form.code)));
    int order = 0;
    for (const auto& question : form.questions) KK_TRY(catalogue::store_question(db, form.code, question, ++order));
  }
  return {};
}

}  // namespace import
