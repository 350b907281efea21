#include "lib/import/keep.h"

#include <algorithm>

#include "lib/catalogue/promises.h"

namespace import {

using base::ErrorKind;
using base::fail;

namespace {

struct Taken {
  bool sold = false;
  bool answered = false;  // somebody has signed up, whatever became of it
  int sign_ups = 0, confirmed = 0;
};

base::Result<std::map<std::string, Taken>> find_taken(db::Connection& db, const std::string& product, bool locks) {
  const std::string end = locks ? " LOCK IN SHARE MODE" : "";
  // In the lock order: sign-ups before stock.
  KK_LET(const db::Rows sign_ups, db.run_query("SELECT v.code, SUM(r.state IN ('waiting', 'held', 'filled', 'ordered', 'confirmed')), SUM(r.state = 'confirmed') FROM registrations r JOIN variants v ON v.id = r.variant_id "
                                               "JOIN products p ON p.id = v.product_id WHERE p.code = ? GROUP BY v.code" + end, {product}));
  KK_LET(const db::Rows stock, db.run_query("SELECT v.code, k.free < k.capacity FROM stock k JOIN variants v ON v.id = k.variant_id JOIN products p ON p.id = v.product_id WHERE p.code = ? ORDER BY v.id" + end, {product}));
  std::map<std::string, Taken> out;
  for (const auto& row : stock) out[row.text(0)].sold = row.boolean(1);
  for (const auto& row : sign_ups) {
    auto& one = out[row.text(0)];
    one.answered = true, one.sign_ups = static_cast<int>(row.integer(1)), one.confirmed = static_cast<int>(row.integer(2));
  }
  return out;
}

base::Status check_session(const std::string& at, const Session& was, const Session& is, const Taken& taken, base::UtcTime now) {
  const auto broken = catalogue::broken_by(was, is, {taken.sign_ups, now});
  if (!broken.empty()) return fail(ErrorKind::invalid, at + ": " + broken[0].field + ": expected " + broken[0].expected);
  if (taken.confirmed > 0 && catalogue::moves(was, is)) return fail(ErrorKind::invalid, at + ": families have signed up for this time and place: change them on the session's page, which tells the families");
  return {};
}

}  // namespace

base::Status check_kept(db::Connection& db, const Product& stored, const Product& product, const Checked& how) {
  if (product.kind != "activity" && product.kind != "ticket") return {};
  KK_LET(const auto taken, find_taken(db, product.code, how.locks));
  const std::string file = product.kind_at.substr(0, product.kind_at.find(".toml:") + 5);
  const bool answered = std::any_of(taken.begin(), taken.end(), [](const auto& one) { return one.second.answered; });
  if (answered && stored.activity && product.activity && stored.activity->form != product.activity->form) return fail(ErrorKind::invalid, file + ": form: expected " + stored.activity->form + ", since somebody has signed up by it");
  for (const auto& was : stored.variants) {
    const auto is = std::find_if(product.variants.begin(), product.variants.end(), [&](const Variant& one) { return one.code == was.code; });
    const auto by = taken.find(was.code);
    if (is == product.variants.end() || by == taken.end()) continue;
    const std::string at = file + ": " + was.code;
    if (was.session && is->session) KK_TRY(check_session(at, *was.session, *is->session, by->second, how.now));
    else if (catalogue::breaks_time(was, *is, by->second.sold)) return fail(ErrorKind::invalid, at + ": expected the time for which tickets have been sold");
  }
  return {};
}

base::Status check_kept(db::Connection& db, const Form& stored, const Form& form) {
  KK_LET(const db::Rows answered, db.query("SELECT 1 FROM registrations r JOIN variants v ON v.id = r.variant_id JOIN activities a ON a.product_id = v.product_id WHERE a.form_code = ? LIMIT 1", form.code));
  if (answered.empty()) return {};
  for (const auto& was : stored.questions) {
    const auto is = std::find_if(form.questions.begin(), form.questions.end(), [&](const Question& one) { return one.code == was.code; });
    if (is == form.questions.end()) continue;  // it is asked no more, and stays
    const auto broken = catalogue::broken_by(was, *is);
    if (!broken.empty()) return fail(ErrorKind::invalid, "forms.toml: " + form.code + ", " + was.code + ": " + broken[0].field + ": expected " + broken[0].expected);
  }
  return {};
}

}  // namespace import
