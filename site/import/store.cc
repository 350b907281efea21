#include "import/store.h"

#include <map>
#include <set>
#include <sstream>

#include "lib/crypto/crypto.h"

namespace import {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

// Everything that makes up a thing, as one text to hash: fields apart by a byte that no text has.
class Content {
 public:
  Content& add(const std::string& text) { return text_.append(text).append(1, '\x1f'), *this; }
  Content& add(std::int64_t number) { return add(std::to_string(number)); }
  Content& add(const base::Texts& texts) { return add(texts[Lang::fi]).add(texts[Lang::sv]).add(texts[Lang::en]); }
  Content& add(const std::optional<base::UtcTime>& time) { return add(time ? base::to_sql(*time) : "-"); }
  Content& add(const std::vector<Price>& prices) {
    for (const auto& price : prices) add(price.group).add(price.cents.value());
    return add("/");
  }
  std::string hash() const { return crypto::as_bytes(crypto::sha256(text_)); }

 private:
  std::string text_;
};

std::string hash_of(const Product& p) {
  Content c;
  c.add(p.kind).add(p.category).add(p.unit).add(p.vat).add(p.withdrawal).add(p.cost_centre).add(p.ledger_account);
  c.add(p.consumer_contract).add(p.minor_value).add(p.holder_name).add(p.topical).add(p.draft).add(p.max_per_order).add(p.order);
  c.add(p.days_valid.value_or(0)).add(p.sale_from).add(p.sale_until);
  c.add(p.name).add(p.summary).add(p.description).add(p.alt).add(p.slug).add(p.appeal).add(p.prices);
  for (const auto& way : p.deliveries) c.add(way);
  for (const auto& v : p.variants) c.add(v.code).add(v.name).add(v.stock.value_or(-1)).add(v.starts).add(v.ends).add(v.prices);
  c.add(p.image ? p.image->bytes : "");
  return c.hash();
}

std::string hash_of_lists(const Catalogue& catalogue) {
  Content c;
  for (const auto& u : catalogue.units) c.add(u.code).add(u.name).add(u.email).add(u.phone);
  for (const auto& g : catalogue.price_groups) c.add(g.code).add(g.name).add(g.proof_needed).add(g.proof);
  for (const auto& d : catalogue.deliveries) c.add(d.code).add(d.kind).add(d.cents.value()).add(d.vat).add(d.name).add(d.detail);
  for (const auto& k : catalogue.categories) {
    c.add(k.code).add(k.parent).add(k.unit).add(k.order).add(k.name).add(k.summary).add(k.slug).add(k.image ? k.image->bytes : "");
  }
  return c.hash();
}

std::optional<std::string> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

class Store {
 public:
  Store(db::Connection& db, base::UtcTime now) : db_(db), now_(now) {}

  base::Result<Stored> run(const Catalogue& catalogue) {
    Stored out;
    KK_TRY(check_vat_codes(catalogue));
    KK_LET(const bool lists_changed, remember("lists", hash_of_lists(catalogue)));
    if (lists_changed) {
      KK_TRY(store_lists(catalogue));
      KK_TRY(done(db_.execute("INSERT INTO changes (kind, at_utc) VALUES ('all', ?)", now_)));
    }
    for (const auto& product : catalogue.products) {
      KK_LET(const bool changed, remember("product/" + product.code, hash_of(product)));
      if (!changed) {
        ++out.same_products;
        continue;
      }
      KK_LET(const bool is_new, store_product(product));
      ++(is_new ? out.new_products : out.changed_products);
    }
    return out;
  }

 private:
  static base::Status done(base::Result<db::Done> result) {
    if (!result) return fail(std::move(result).error());
    return {};
  }

  // True when `name` was not yet stored with this content.
  base::Result<bool> remember(const std::string& name, const std::string& hash) {
    KK_LET(const db::Rows rows, db_.query("SELECT content_hash FROM catalogue_imports WHERE name = ?", name));
    if (!rows.empty() && rows[0].text(0) == hash) return false;
    KK_TRY(done(db_.execute("REPLACE INTO catalogue_imports (name, content_hash, at_utc) VALUES (?, ?, ?)", name, hash, now_)));
    return true;
  }

  base::Status check_vat_codes(const Catalogue& catalogue) {
    KK_LET(const db::Rows rows, db_.query("SELECT DISTINCT code FROM vat_codes"));
    std::set<std::string> codes;
    for (const auto& row : rows) codes.insert(row.text(0));
    for (const auto& way : catalogue.deliveries) {
      if (!way.vat.empty() && !codes.contains(way.vat)) return fail(ErrorKind::invalid, "catalogue.toml: delivery " + way.code + ": vat: there is no VAT code " + way.vat);
    }
    for (const auto& product : catalogue.products) {
      if (!codes.contains(product.vat)) return fail(ErrorKind::invalid, product.file + ":1: vat: there is no VAT code " + product.vat);
    }
    return {};
  }

  base::Result<std::optional<std::string>> store_image(const std::optional<Image>& image) {
    if (!image) return std::optional<std::string>();
    const std::string hash = crypto::as_bytes(crypto::sha256(image->bytes));
    KK_TRY(done(db_.execute("INSERT IGNORE INTO images (sha256, media_type, bytes) VALUES (?, ?, ?)", hash, image->media_type, image->bytes)));
    return std::optional<std::string>(hash);
  }

  base::Status store_lists(const Catalogue& catalogue) {
    for (const auto& u : catalogue.units) {
      KK_TRY(done(db_.execute("INSERT INTO units (code, name_fi, name_sv, name_en, email, phone) VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
                              "name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), email = VALUE(email), phone = VALUE(phone)",
                              u.code, u.name[Lang::fi], u.name[Lang::sv], u.name[Lang::en], u.email, u.phone)));
    }
    int order = 0;
    for (const auto& g : catalogue.price_groups) {
      KK_TRY(done(db_.execute("INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                              "ON DUPLICATE KEY UPDATE sort_order = VALUE(sort_order), name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), "
                              "proof = VALUE(proof), proof_fi = VALUE(proof_fi), proof_sv = VALUE(proof_sv), proof_en = VALUE(proof_en)",
                              g.code, ++order, g.name[Lang::fi], g.name[Lang::sv], g.name[Lang::en], g.proof_needed, g.proof[Lang::fi], g.proof[Lang::sv], g.proof[Lang::en])));
    }
    for (const auto& d : catalogue.deliveries) {
      KK_TRY(done(db_.execute("INSERT INTO delivery_ways (code, kind, cents, vat_code, sort_order, name_fi, name_sv, name_en, detail_fi, detail_sv, detail_en) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE kind = VALUE(kind), cents = VALUE(cents), vat_code = VALUE(vat_code), "
                              "sort_order = VALUE(sort_order), name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), "
                              "detail_fi = VALUE(detail_fi), detail_sv = VALUE(detail_sv), detail_en = VALUE(detail_en)",
                              d.code, d.kind, d.cents, null_if_empty(d.vat), ++order, d.name[Lang::fi], d.name[Lang::sv], d.name[Lang::en],
                              d.detail[Lang::fi], d.detail[Lang::sv], d.detail[Lang::en])));
    }
    // Parents first: a foreign key holds the tree together.
    for (const bool top : {true, false}) {
      for (const auto& k : catalogue.categories) {
        if (k.parent.empty() != top) continue;
        KK_LET(const auto image, store_image(k.image));
        KK_TRY(done(db_.execute("INSERT INTO categories (code, parent_code, unit_code, sort_order, name_fi, name_sv, name_en, summary_fi, summary_sv, summary_en, slug_fi, slug_sv, slug_en, image_sha256) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE parent_code = VALUE(parent_code), unit_code = VALUE(unit_code), sort_order = VALUE(sort_order), "
                                "name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), summary_fi = VALUE(summary_fi), summary_sv = VALUE(summary_sv), summary_en = VALUE(summary_en), "
                                "slug_fi = VALUE(slug_fi), slug_sv = VALUE(slug_sv), slug_en = VALUE(slug_en), image_sha256 = VALUE(image_sha256)",
                                k.code, null_if_empty(k.parent), k.unit, k.order, k.name[Lang::fi], k.name[Lang::sv], k.name[Lang::en], k.summary[Lang::fi], k.summary[Lang::sv], k.summary[Lang::en],
                                k.slug[Lang::fi], k.slug[Lang::sv], k.slug[Lang::en], image)));
      }
    }
    return {};
  }

  // True when the product is new.
  base::Result<bool> store_product(const Product& p) {
    KK_LET(const db::Rows known, db_.query("SELECT id FROM products WHERE code = ? FOR UPDATE", p.code));
    KK_LET(const auto image, store_image(p.image));
    KK_LET(const db::Rows written, db_.query(
        "INSERT INTO products (code, kind, category_code, unit_code, vat_code, withdrawal, consumer_contract, minor_value, holder_name, cost_centre, ledger_account, max_per_order, days_valid, "
        "sale_from_utc, sale_until_utc, state, topical, sort_order, image_sha256, alt_fi, alt_sv, alt_en, appeal_fi, appeal_sv, appeal_en, updated_utc) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE kind = VALUE(kind), category_code = VALUE(category_code), unit_code = VALUE(unit_code), "
        "vat_code = VALUE(vat_code), withdrawal = VALUE(withdrawal), consumer_contract = VALUE(consumer_contract), minor_value = VALUE(minor_value), holder_name = VALUE(holder_name), "
        "cost_centre = VALUE(cost_centre), ledger_account = VALUE(ledger_account), max_per_order = VALUE(max_per_order), days_valid = VALUE(days_valid), sale_from_utc = VALUE(sale_from_utc), "
        "sale_until_utc = VALUE(sale_until_utc), state = VALUE(state), topical = VALUE(topical), sort_order = VALUE(sort_order), image_sha256 = VALUE(image_sha256), alt_fi = VALUE(alt_fi), "
        "alt_sv = VALUE(alt_sv), alt_en = VALUE(alt_en), appeal_fi = VALUE(appeal_fi), appeal_sv = VALUE(appeal_sv), appeal_en = VALUE(appeal_en), updated_utc = VALUE(updated_utc) RETURNING id",
        p.code, p.kind, p.category, p.unit, p.vat, p.withdrawal, p.consumer_contract, p.minor_value, p.holder_name, p.cost_centre, p.ledger_account, p.max_per_order, p.days_valid,
        p.sale_from, p.sale_until, p.draft ? "draft" : "published", p.topical, p.order, image, p.alt[Lang::fi], p.alt[Lang::sv], p.alt[Lang::en], p.appeal[Lang::fi], p.appeal[Lang::sv],
        p.appeal[Lang::en], now_));
    const std::int64_t id = written[0].integer(0);
    KK_TRY(store_texts(id, p));
    KK_TRY(store_deliveries(id, p));
    KK_TRY(store_variants(id, p));
    KK_TRY(done(db_.execute("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", id, now_)));
    return known.empty();
  }

  base::Status store_texts(std::int64_t id, const Product& p) {
    for (const auto lang : base::kLangs) {
      if (p.name[lang].empty()) continue;
      // A slug that is known stays: addresses outlive names.
      KK_TRY(done(db_.execute("INSERT INTO product_texts (product_id, lang, slug, name, summary, description) VALUES (?, ?, ?, ?, ?, ?) "
                              "ON DUPLICATE KEY UPDATE name = VALUE(name), summary = VALUE(summary), description = VALUE(description)",
                              id, base::to_string(lang), p.slug[lang], p.name[lang], p.summary[lang], p.description[lang])));
    }
    return {};
  }

  base::Status store_deliveries(std::int64_t id, const Product& p) {
    KK_TRY(done(db_.execute("DELETE FROM product_deliveries WHERE product_id = ?", id)));
    for (const auto& way : p.deliveries) {
      KK_TRY(done(db_.execute("INSERT INTO product_deliveries (product_id, delivery_code) VALUES (?, ?)", id, way)));
    }
    return {};
  }

  base::Status store_prices(std::int64_t product, std::int64_t variant, const std::vector<Price>& prices) {
    for (const auto& price : prices) {
      KK_TRY(done(db_.execute("INSERT INTO prices (product_id, variant_id, price_group, cents) VALUES (?, ?, ?, ?)", product, variant, price.group, price.cents)));
    }
    return {};
  }

  base::Status store_variants(std::int64_t id, const Product& p) {
    KK_TRY(done(db_.execute("DELETE FROM prices WHERE product_id = ?", id)));
    KK_TRY(store_prices(id, 0, p.prices));
    KK_TRY(done(db_.execute("UPDATE variants SET active = FALSE WHERE product_id = ?", id)));
    int order = 0;
    for (const auto& v : p.variants) {
      KK_TRY(done(db_.execute("INSERT INTO variants (product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc, sort_order, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, TRUE) "
                              "ON DUPLICATE KEY UPDATE name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), starts_utc = VALUE(starts_utc), ends_utc = VALUE(ends_utc), "
                              "sort_order = VALUE(sort_order), active = TRUE",
                              id, v.code, v.name[Lang::fi], v.name[Lang::sv], v.name[Lang::en], v.starts, v.ends, ++order)));
      KK_LET(const db::Rows row, db_.query("SELECT id FROM variants WHERE product_id = ? AND code = ?", id, v.code));
      KK_TRY(store_prices(id, row[0].integer(0), v.prices));
      KK_TRY(store_stock(row[0].integer(0), v.stock));
    }
    return {};
  }

  base::Status store_stock(std::int64_t variant, std::optional<int> capacity) {
    if (!capacity) return done(db_.execute("DELETE FROM stock WHERE variant_id = ?", variant));
    return done(db_.execute("INSERT INTO stock (variant_id, capacity, free) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE "
                            "free = GREATEST(0, CAST(free AS SIGNED) + CAST(VALUE(capacity) AS SIGNED) - CAST(capacity AS SIGNED)), capacity = VALUE(capacity)",
                            variant, *capacity, *capacity));
  }

  db::Connection& db_;
  base::UtcTime now_;
};

}  // namespace

base::Result<Stored> store_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now) {
  return db.transact([&] { return Store(db, now).run(catalogue); });
}

base::Status store_postal_codes(db::Connection& db, const std::string& csv, base::UtcTime now) {
  const std::string hash = crypto::as_bytes(crypto::sha256(csv));
  return db.transact([&]() -> base::Status {
    KK_LET(const db::Rows known, db.query("SELECT content_hash FROM catalogue_imports WHERE name = 'postal'"));
    if (!known.empty() && known[0].text(0) == hash) return {};
    if (auto cleared = db.execute("DELETE FROM postal_codes"); !cleared) return fail(std::move(cleared).error());
    std::istringstream lines(csv);
    std::string line;
    std::vector<db::Param> params;
    const auto flush = [&]() -> base::Status {
      if (params.empty()) return {};
      const auto sql = "INSERT INTO postal_codes (code, town_fi, town_sv) VALUES " + db::placeholder_rows(params.size() / 3, 3);
      auto written = db.run_execute(sql, params);
      params.clear();
      if (!written) return fail(std::move(written).error());
      return {};
    };
    for (int number = 1; std::getline(lines, line); ++number) {
      const auto first = line.find(';'), second = line.find(';', first + 1);
      if (number == 1 && line.starts_with("code")) continue;
      if (first != 5 || second == std::string::npos) return fail(ErrorKind::invalid, "postal codes:" + std::to_string(number) + ": expected code;town_fi;town_sv");
      params.insert(params.end(), {line.substr(0, 5), line.substr(6, second - 6), line.substr(second + 1)});
      if (params.size() == 300) KK_TRY(flush());
    }
    KK_TRY(flush());
    if (auto noted = db.execute("REPLACE INTO catalogue_imports (name, content_hash, at_utc) VALUES ('postal', ?, ?)", hash, now); !noted) return fail(std::move(noted).error());
    return {};
  });
}

}  // namespace import
