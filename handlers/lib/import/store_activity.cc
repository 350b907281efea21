#include "lib/import/store_activity.h"

#include <algorithm>
#include <map>

#include "lib/import/store_lists.h"
#include "lib/catalogue/activity_store.h"

namespace import {

namespace {

std::optional<std::string> unit_of(const Form& form) { return form.unit.empty() ? std::nullopt : std::optional<std::string>(form.unit); }

// When each question of a form was retired; nothing: it is asked.
base::Result<std::map<std::string, std::optional<base::UtcTime>>> known_questions(db::Connection& db, const std::string& form) {
  KK_LET(const db::Rows rows, db.query("SELECT code, retired_utc FROM form_questions WHERE form_code = ?", form));
  std::map<std::string, std::optional<base::UtcTime>> out;
  for (const auto& row : rows) out.emplace(row.text(0), row.time(1));
  return out;
}

base::Status store_form(db::Connection& db, const Form& form, base::UtcTime now) {
  // No account may change a form's code, so it isn't one statement with ON DUPLICATE KEY UPDATE, which would ask for that.
  KK_LET(const db::Done changed, db.execute("UPDATE forms SET name = ?, unit_code = ?, version = version + 1 WHERE code = ?", form.name, unit_of(form), form.code));
  if (changed.affected == 0) KK_TRY(done(db.execute("INSERT INTO forms (code, name, unit_code) VALUES (?, ?, ?)", form.code, form.name, unit_of(form))));
  KK_LET(const auto known, known_questions(db, form.code));
  int order = 0;
  for (const auto& question : form.questions) {
    KK_TRY(done(db.execute("DELETE FROM form_choices WHERE form_code = ? AND question_code = ?", form.code, question.code)));
    KK_TRY(done(db.execute("DELETE FROM form_questions WHERE form_code = ? AND code = ?", form.code, question.code)));
    KK_TRY(catalogue::store_question(db, form.code, question, ++order));
    if (!question.retired) continue;
    const auto before = known.find(question.code);
    const auto since = before == known.end() ? std::nullopt : before->second;
    KK_TRY(done(db.execute("UPDATE form_questions SET retired_utc = ? WHERE form_code = ? AND code = ?", since.value_or(now), form.code, question.code)));
  }
  for (const auto& [code, since] : known) {
    const bool here = std::any_of(form.questions.begin(), form.questions.end(), [&](const auto& question) { return question.code == code; });
    if (!here) KK_TRY(done(db.execute("UPDATE form_questions SET retired_utc = ?, sort_order = ? WHERE form_code = ? AND code = ?", since.value_or(now), ++order, form.code, code)));
  }
  return {};
}

}  // namespace

base::Status store_forms(db::Connection& db, const std::vector<Form>& forms, base::UtcTime now) {
  for (const auto& form : forms) KK_TRY(store_form(db, form, now));
  return {};
}

}  // namespace import
