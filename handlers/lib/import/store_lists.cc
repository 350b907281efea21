#include "lib/import/store_lists.h"

#include <set>

#include "lib/crypto/crypto.h"

namespace import {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

std::optional<std::string> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

base::Status store_units(db::Connection& db, const Catalogue& catalogue) {
  for (const auto& u : catalogue.units) {
    KK_TRY(done(db.execute("INSERT INTO units (code, name_fi, name_sv, name_en, email, phone) VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
                            "name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), email = VALUE(email), phone = VALUE(phone)",
                            u.code, u.name[Lang::fi], u.name[Lang::sv], u.name[Lang::en], u.email, u.phone)));
  }
  return {};
}

base::Status store_price_groups(db::Connection& db, const Catalogue& catalogue) {
  int order = 0;
  for (const auto& g : catalogue.price_groups) {
    KK_TRY(done(db.execute("INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                            "ON DUPLICATE KEY UPDATE sort_order = VALUE(sort_order), name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), "
                            "proof = VALUE(proof), proof_fi = VALUE(proof_fi), proof_sv = VALUE(proof_sv), proof_en = VALUE(proof_en)",
                            g.code, ++order, g.name[Lang::fi], g.name[Lang::sv], g.name[Lang::en], g.proof_needed, g.proof[Lang::fi], g.proof[Lang::sv], g.proof[Lang::en])));
  }
  return {};
}

base::Status store_deliveries(db::Connection& db, const Catalogue& catalogue) {
  int order = 0;
  for (const auto& d : catalogue.deliveries) {
    KK_TRY(done(db.execute("INSERT INTO delivery_ways (code, kind, cents, vat_code, sort_order, name_fi, name_sv, name_en, detail_fi, detail_sv, detail_en) "
                            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE kind = VALUE(kind), cents = VALUE(cents), vat_code = VALUE(vat_code), "
                            "sort_order = VALUE(sort_order), name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), "
                            "detail_fi = VALUE(detail_fi), detail_sv = VALUE(detail_sv), detail_en = VALUE(detail_en)",
                            d.code, d.kind, d.cents, null_if_empty(d.vat), ++order, d.name[Lang::fi], d.name[Lang::sv], d.name[Lang::en],
                            d.detail[Lang::fi], d.detail[Lang::sv], d.detail[Lang::en])));
  }
  return {};
}

// Categories may have swapped their addresses: each known one first lets go of its own. Nobody else sees it.
base::Status free_slugs(db::Connection& db, const Catalogue& catalogue) {
  std::set<std::string> codes;
  for (const auto& k : catalogue.categories) {
    codes.insert(k.code);
    KK_TRY(done(db.execute("UPDATE categories SET slug_fi = CONCAT('/', code), slug_sv = CONCAT('/', code), slug_en = CONCAT('/', code) WHERE code = ?", k.code)));
  }
  KK_LET(const db::Rows rows, db.query("SELECT code, slug_fi, slug_sv, slug_en FROM categories"));
  for (const auto& row : rows) {
    if (codes.contains(row.text(0))) continue;
    for (const auto& k : catalogue.categories) {
      for (const auto lang : base::kLangs) {
        if (k.slug[lang] != row.text(1 + base::index(lang))) continue;
        return fail(ErrorKind::invalid, k.slug_at[lang] + ": the address " + k.slug[lang] + " belongs to category " + row.text(0) + ", which was imported earlier");
      }
    }
  }
  return {};
}

base::Status store_categories(db::Connection& db, const Catalogue& catalogue) {
  KK_TRY(free_slugs(db, catalogue));
  // Parents first: a foreign key holds the tree together.
  for (const bool top : {true, false}) {
    for (const auto& k : catalogue.categories) {
      if (k.parent.empty() != top) continue;
      KK_LET(const auto image, store_image(db, k.image));
      KK_TRY(done(db.execute("INSERT INTO categories (code, parent_code, unit_code, sort_order, name_fi, name_sv, name_en, summary_fi, summary_sv, summary_en, slug_fi, slug_sv, slug_en, image_sha256) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE parent_code = VALUE(parent_code), unit_code = VALUE(unit_code), sort_order = VALUE(sort_order), "
                              "name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), summary_fi = VALUE(summary_fi), summary_sv = VALUE(summary_sv), summary_en = VALUE(summary_en), "
                              "slug_fi = VALUE(slug_fi), slug_sv = VALUE(slug_sv), slug_en = VALUE(slug_en), image_sha256 = VALUE(image_sha256)",
                              k.code, null_if_empty(k.parent), k.unit, k.order, k.name[Lang::fi], k.name[Lang::sv], k.name[Lang::en], k.summary[Lang::fi], k.summary[Lang::sv], k.summary[Lang::en],
                              k.slug[Lang::fi], k.slug[Lang::sv], k.slug[Lang::en], image)));
    }
  }
  return {};
}

}  // namespace

base::Result<std::optional<std::string>> store_image(db::Connection& db, const std::optional<Image>& image) {
  if (!image) return std::optional<std::string>();
  const std::string hash = crypto::as_bytes(crypto::sha256(image->bytes));
  KK_TRY(done(db.execute("INSERT IGNORE INTO images (sha256, media_type, bytes) VALUES (?, ?, ?)", hash, image->media_type, image->bytes)));
  return std::optional<std::string>(hash);
}

base::Status store_lists(db::Connection& db, const Catalogue& catalogue) {
  KK_TRY(store_units(db, catalogue));
  KK_TRY(store_price_groups(db, catalogue));
  KK_TRY(store_deliveries(db, catalogue));
  return store_categories(db, catalogue);
}

}  // namespace import
