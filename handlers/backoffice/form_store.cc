#include "backoffice/form_store.h"

#include <algorithm>

#include "lib/catalogue/activity_store.h"
#include "lib/catalogue/product_store.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using base::UtcTime;
using staff::Right;

namespace {

base::Result<std::vector<FormRow>> forms_where(db::Connection& db, Lang lang, const char* where, const std::vector<db::Param>& params) {
  const std::string l = base::to_string(lang);
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT f.code, f.name, COALESCE(f.unit_code, ''), f.version, EXISTS (SELECT 1 FROM registrations r JOIN variants v ON v.id = r.variant_id JOIN activities a ON a.product_id = v.product_id WHERE a.form_code = f.code) "
                                           "FROM forms f WHERE ") + where + " ORDER BY IF(f.name = '', f.code, f.name)", params));
  KK_LET(const db::Rows uses, db.run_query("SELECT a.form_code, COALESCE(t.name, x.name, p.code), p.unit_code, p.category_code, COALESCE(c.parent_code, ''), p.code FROM activities a JOIN products p ON p.id = a.product_id "
                                           "LEFT JOIN categories c ON c.code = p.category_code LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + l + "' LEFT JOIN product_texts x ON x.product_id = p.id AND x.lang = 'fi' "
                                           "WHERE p.state <> 'closed' ORDER BY 2", {}));
  std::vector<FormRow> out;
  for (const auto& row : rows) {
    FormRow one{.code = row.text(0), .name = row.text(1), .unit = row.text(2), .version = row.integer(3), .used_by = {}, .places = {}, .answered = row.boolean(4)};
    for (const auto& use : uses) {
      if (use.text(0) != one.code) continue;
      one.used_by.push_back(use.text(1));
      one.places.push_back({.unit = use.text(2), .categories = {use.text(3), use.text(4)}, .product = use.text(5), .reg = ""});
    }
    out.push_back(std::move(one));
  }
  return out;
}

staff::Place place_of_unit(const FormRow& form) { return {.unit = form.unit, .categories = {}, .product = "", .reg = ""}; }

}  // namespace

base::Result<std::vector<FormRow>> find_forms(db::Connection& db, Lang lang) { return forms_where(db, lang, "TRUE", {}); }

base::Result<std::optional<FormRow>> find_form(db::Connection& db, Lang lang, const std::string& code) {
  KK_LET(auto found, forms_where(db, lang, "f.code = ?", {code}));
  return found.empty() ? std::optional<FormRow>() : std::optional<FormRow>(std::move(found[0]));
}

bool may_see(const staff::Rights& rights, const FormRow& form) {
  return rights.on(Right::activities_edit, place_of_unit(form)) || std::any_of(form.places.begin(), form.places.end(), [&](const auto& place) { return rights.on(Right::activities_edit, place); });
}

base::Result<EditForms> may_change(const staff::Rights& rights, const FormRow& form) {
  if (form.places.empty()) return rights.permit<Right::activities_edit>(place_of_unit(form));
  for (const auto& place : form.places) KK_TRY(rights.permit<Right::activities_edit>(place));
  return rights.permit<Right::activities_edit>(form.places.front());
}

base::Result<bool> touch_form(const EditForms&, db::Connection& db, const std::string& form, std::int64_t version, UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE forms SET version = version + 1 WHERE code = ? AND version = ?", form, version));
  if (done.affected != 1) return false;
  KK_TRY(db.execute("INSERT INTO changes (kind, product_id, at_utc) SELECT 'product', a.product_id, ? FROM activities a JOIN products p ON p.id = a.product_id WHERE a.form_code = ? AND p.state <> 'draft'", now, form));
  return true;
}

base::Status add_question(const EditForms&, db::Connection& db, const std::string& form, catalogue::Question question) {
  KK_LET(const db::Rows rows, db.query("SELECT code, sort_order FROM form_questions WHERE form_code = ? FOR UPDATE", form));
  int last = 0;
  for (const auto& row : rows) last = std::max(last, static_cast<int>(row.integer(1)));
  for (std::size_t n = rows.size() + 1;; ++n) {
    question.code = "q" + std::to_string(n);
    if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.text(0) == question.code; })) break;
  }
  return catalogue::store_question(db, form, question, last + 1);
}

base::Status change_question(const EditForms&, db::Connection& db, const std::string& form, const catalogue::Question& q) {
  KK_TRY(db.execute("UPDATE form_questions SET of_whom = ?, type = ?, class = ?, required = ?, label_fi = ?, label_sv = ?, label_en = ?, hint_fi = ?, hint_sv = ?, hint_en = ?, purpose_fi = ?, purpose_sv = ?, purpose_en = ? "
                    "WHERE form_code = ? AND code = ?", q.of, q.type, q.data_class, q.required, q.label[Lang::fi], q.label[Lang::sv], q.label[Lang::en], q.hint[Lang::fi], q.hint[Lang::sv], q.hint[Lang::en], q.purpose[Lang::fi],
                    q.purpose[Lang::sv], q.purpose[Lang::en], form, q.code));
  KK_TRY(db.execute("DELETE FROM form_choices WHERE form_code = ? AND question_code = ?", form, q.code));
  int order = 0;
  for (const auto& choice : q.choices) KK_TRY(catalogue::store_choice(db, form, q.code, choice, ++order));
  return {};
}

base::Status retire_question(const EditForms&, db::Connection& db, const std::string& form, const std::string& question, std::optional<UtcTime> when) {
  KK_TRY(db.execute("UPDATE form_questions SET retired_utc = ? WHERE form_code = ? AND code = ?", when, form, question));
  return {};
}

base::Status raise_question(const EditForms&, db::Connection& db, const std::string& form, const std::string& question) {
  KK_LET(const auto all, load_questions(db, form));
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.question.code == question; });
  if (found == all.end() || found == all.begin()) return {};
  int order = 0;
  for (auto one = all.begin(); one != all.end(); ++one) {
    ++order;
    const int place = one == found ? order - 1 : one + 1 == found ? order + 1 : order;
    KK_TRY(db.execute("UPDATE form_questions SET sort_order = ? WHERE form_code = ? AND code = ?", place, form, one->question.code));
  }
  return {};
}

base::Result<FormMaking> make_form(const EditForms&, db::Connection& db, const NewForm& wanted) {
  if (!crypto::is_token(wanted.key)) return fail(ErrorKind::invalid, "no form's key");
  const std::string code = "form-" + wanted.key.substr(0, 8);
  KK_LET(const db::Done made, db.execute("INSERT IGNORE INTO forms (code, name, unit_code) VALUES (?, ?, ?)", code, wanted.name, wanted.unit.empty() ? std::nullopt : std::optional<std::string>(wanted.unit)));
  if (made.affected == 0) {
    KK_LET(const db::Rows before, db.query("SELECT name, COALESCE(unit_code, '') FROM forms WHERE code = ?", code));
    const bool same = !before.empty() && before[0].text(0) == wanted.name && before[0].text(1) == wanted.unit;
    return FormMaking{same ? FormMaking::How::before : FormMaking::How::otherwise, code};
  }
  if (wanted.like.empty()) return FormMaking{FormMaking::How::made, code};
  KK_LET(const auto questions, load_questions(db, wanted.like));
  int order = 0;
  for (const auto& one : questions) {
    if (!one.retired) KK_TRY(catalogue::store_question(db, code, one.question, ++order));
  }
  return FormMaking{FormMaking::How::made, code};
}

base::Result<bool> answered_by_another(db::Connection& db, std::int64_t product, const std::string& form) {
  KK_LET(const db::Rows rows, db.query("SELECT 1 FROM registrations r JOIN variants v ON v.id = r.variant_id JOIN activities a ON a.product_id = v.product_id WHERE v.product_id = ? AND a.form_code <> ? LIMIT 1", product, form));
  return !rows.empty();
}

base::Status use_form(const EditForms&, const Call& call, const std::string& form, const std::string& activity) {
  KK_TRY(call.db.query("SELECT id FROM products WHERE code = ? FOR UPDATE", activity));
  const std::string today = base::helsinki_date_iso(call.now);
  KK_LET(const auto before, catalogue::load_product(call.db, activity, today));
  if (!before || !before->product.activity) return fail(ErrorKind::not_found, "no such activity");
  if (before->product.activity->form == form) return {};
  KK_LET(const bool answered, answered_by_another(call.db, before->id, form));
  if (answered) return fail(ErrorKind::conflict, "somebody has signed up by another form");
  KK_TRY(catalogue::keep_version(call.db, *before, {std::nullopt, before->updated, ""}));
  KK_TRY(call.db.execute("UPDATE activities SET form_code = ? WHERE product_id = ?", form, before->id));
  KK_TRY(call.db.execute("UPDATE products SET revision = revision + 1, updated_utc = ? WHERE id = ?", call.now, before->id));
  KK_LET(const auto after, catalogue::load_product(call.db, activity, today));
  KK_TRY(catalogue::keep_version(call.db, *after, {call.person().id, call.now, ""}));
  return call.db.write("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", before->id, call.now);
}

}  // namespace backoffice
