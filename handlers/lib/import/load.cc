#include "lib/import/load.h"

#include <algorithm>

#include "lib/import/read.h"
#include "lib/catalogue/activity_store.h"
#include "lib/catalogue/product_store.h"

namespace import {

namespace {

base::Texts texts_from(const db::Row& row, std::size_t first) { return {{row.text(first), row.text(first + 1), row.text(first + 2)}}; }

base::Result<std::optional<Image>> load_image(db::Connection& db, const std::string& sha256) {
  if (sha256.empty()) return std::optional<Image>();
  KK_LET(const db::Rows rows, db.query("SELECT media_type, bytes FROM images WHERE sha256 = ?", sha256));
  if (rows.empty()) return base::fail(base::ErrorKind::broken, "a picture is missing");
  return std::optional(Image{rows[0].text(0), rows[0].text(1)});
}

base::Status load_shared(db::Connection& db, Catalogue& out) {
  KK_LET(const auto rows, db.query_all({
      db::statement("SELECT code, email, phone, name_fi, name_sv, name_en FROM units ORDER BY code"),
      db::statement("SELECT code, name_fi, name_sv, name_en, proof_fi, proof_sv, proof_en, proof FROM price_groups ORDER BY sort_order, code"),
      db::statement("SELECT code, kind, cents, COALESCE(vat_code, ''), name_fi, name_sv, name_en, detail_fi, detail_sv, detail_en FROM delivery_ways ORDER BY sort_order, code")}));
  for (const auto& row : rows[0]) out.units.push_back({row.text(0), row.text(1), row.text(2), texts_from(row, 3)});
  for (const auto& row : rows[1]) out.price_groups.push_back({row.text(0), texts_from(row, 1), texts_from(row, 4), row.boolean(7)});
  for (const auto& row : rows[2]) out.deliveries.push_back({row.text(0), row.text(1), row.cents(2), row.text(3), "", texts_from(row, 4), texts_from(row, 7)});
  return {};
}

base::Status load_categories(db::Connection& db, Catalogue& out) {
  KK_LET(const db::Rows rows, db.query("SELECT c.code, COALESCE(c.parent_code, ''), c.unit_code, c.sort_order, c.name_fi, c.name_sv, c.name_en, c.summary_fi, c.summary_sv, c.summary_en, "
                                       "c.slug_fi, c.slug_sv, c.slug_en, COALESCE(c.image_sha256, '') FROM categories c LEFT JOIN categories p ON p.code = c.parent_code "
                                       "ORDER BY COALESCE(p.sort_order, c.sort_order), COALESCE(p.code, c.code), c.parent_code IS NOT NULL, c.sort_order, c.code"));
  for (const auto& row : rows) {
    KK_LET(auto image, load_image(db, row.text(13)));
    out.categories.push_back({row.text(0), row.text(1), row.text(2), static_cast<int>(row.integer(3)), texts_from(row, 4), texts_from(row, 7), texts_from(row, 10), std::move(image), {}});
  }
  return {};
}

base::Status load_forms(db::Connection& db, Catalogue& out) {
  KK_LET(const db::Rows rows, db.query("SELECT code, name, COALESCE(unit_code, '') FROM forms ORDER BY code"));
  for (const auto& row : rows) {
    Form form{row.text(0), row.text(1), row.text(2), {}};
    KK_LET(auto questions, catalogue::load_questions(db, form.code));
    std::stable_sort(questions.begin(), questions.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
    for (auto& one : questions) form.questions.push_back({std::move(one.question), one.retired});
    out.forms.push_back(std::move(form));
  }
  return {};
}

base::Status load_sessions(db::Connection& db, const catalogue::Stored& stored, Product& out) {
  for (std::size_t i = 0; i < out.variants.size(); ++i) {
    KK_LET(auto session, catalogue::load_session(db, stored.variants[i]));
    if (!session) continue;
    if (session->made_on_page) out.made_on_pages.insert(out.variants[i].code);
    if (session->state != "open") out.session_states[out.variants[i].code] = session->state;
    out.variants[i].session = std::move(session->session);
  }
  return {};
}

}  // namespace

base::Result<Catalogue> load_lists(db::Connection& db) {
  Catalogue out;
  KK_TRY(load_shared(db, out));
  KK_TRY(load_categories(db, out));
  KK_TRY(load_forms(db, out));
  return out;
}

base::Result<std::optional<Product>> load_whole(db::Connection& db, const std::string& code, const std::string& today) {
  KK_LET(auto stored, catalogue::load_product(db, code, today));
  if (!stored) return std::optional<Product>();
  Product out;
  static_cast<catalogue::Product&>(out) = std::move(stored->product);
  if (out.activity) KK_TRY(load_sessions(db, *stored, out));
  for (std::size_t i = 0; i < out.variants.size(); ++i) {
    if (stored->called_off[i]) out.called_off.insert(out.variants[i].code);
  }
  if (out.activity || out.kind == "ticket") sort_by_time(out.variants);
  KK_LET(out.picture, load_image(db, out.image));
  return std::optional(std::move(out));
}

base::Result<Catalogue> load_catalogue(db::Connection& db, base::UtcTime now, const Progress& progress) {
  return db.transact([&]() -> base::Result<Catalogue> {
    KK_LET(Catalogue out, load_lists(db));
    KK_LET(const db::Rows rows, db.query("SELECT code FROM products ORDER BY code"));
    for (const auto& row : rows) {
      if (progress) KK_TRY(progress(out.products.size(), rows.size()));
      KK_LET(auto product, load_whole(db, row.text(0), base::helsinki_date_iso(now)));
      if (product) out.products.push_back(std::move(*product));
    }
    return out;
  });
}

}  // namespace import
