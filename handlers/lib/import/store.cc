#include "lib/import/store.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/import/content.h"
#include "lib/import/load.h"
#include "lib/import/store_activity.h"
#include "lib/import/store_lists.h"
#include "lib/catalogue/activity_store.h"
#include "lib/catalogue/product_store.h"

namespace import {

using base::ErrorKind;
using base::fail;

namespace {

class Store {
 public:
  Store(db::Connection& db, base::UtcTime now, bool writes) : db_(db), now_(now), writes_(writes) {}

  base::Result<Stored> run(const Catalogue& catalogue) {
    Stored out;
    KK_TRY(check_vat_codes(catalogue));
    KK_TRY(load_known());
    KK_LET(const bool new_lists, remember("lists", hash_of_lists(catalogue)));
    KK_LET(out.lists_changed, differ(new_lists, catalogue));
    if (out.lists_changed && writes_) {
      KK_TRY(store_lists(db_, catalogue));
    }
    KK_LET(const bool forms_changed, store_changed_forms(catalogue.forms));
    out.lists_changed = out.lists_changed || forms_changed;
    if (out.lists_changed && writes_) KK_TRY(done(db_.execute("INSERT INTO changes (kind, at_utc) VALUES ('all', ?)", now_)));
    for (const auto& product : catalogue.products) {
      KK_LET(const bool changed, take(product));
      if (!changed) {
        ++out.same_products;
        continue;
      }
      KK_LET(const db::Rows stored, db_.query("SELECT 1 FROM products WHERE code = ?", product.code));
      (stored.empty() ? out.new_products : out.changed_products).push_back(product.code);
      if (writes_) KK_TRY(store_product(product));
    }
    KK_LET(out.closed_products, close_others(catalogue));
    return out;
  }

 private:
  // Each form by itself: one that staff have worked on stays theirs while its file says the same.
  base::Result<bool> store_changed_forms(const std::vector<Form>& forms) {
    std::vector<Form> changed;
    for (const auto& form : forms) {
      KK_LET(const bool is_new, remember("form/" + form.code, hash_of(form)));
      if (is_new) changed.push_back(form);
    }
    if (changed.empty()) return false;
    KK_LET(const Catalogue stored, load_lists(db_));
    std::erase_if(changed, [&](const Form& form) {
      return std::any_of(stored.forms.begin(), stored.forms.end(), [&](const Form& other) { return other.code == form.code && hash_of(other) == hash_of(form); });
    });
    if (writes_) KK_TRY(store_forms(db_, changed, now_));
    return !changed.empty();
  }

  base::Status load_known() {
    KK_LET(const db::Rows rows, db_.query("SELECT name, content_hash FROM catalogue_imports"));
    known_.clear();
    for (const auto& row : rows) known_.emplace(row.text(0), row.text(1));
    return {};
  }

  // True when `name` was not yet stored with this content. The time of its first import stays.
  base::Result<bool> remember(const std::string& name, const std::string& hash) {
    const auto known = known_.find(name);
    if (known != known_.end() && known->second == hash) return false;
    if (writes_) KK_TRY(done(db_.execute("INSERT INTO catalogue_imports (name, content_hash, at_utc) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE content_hash = VALUE(content_hash)", name, hash, now_)));
    return true;
  }

  // Files may say in other words what the database holds already, as those of an export do.
  base::Result<bool> differ(bool new_lists, const Catalogue& catalogue) {
    if (!new_lists) return false;
    KK_LET(const Catalogue stored, load_lists(db_));
    const Catalogue said{{}, catalogue.units, catalogue.price_groups, catalogue.deliveries, catalogue.categories, {}};
    return hash_of_lists(in_order(stored)) != hash_of_lists(in_order(said));
  }

  // True when the product is to be stored. One that staff made stays theirs while the file says the same.
  base::Result<bool> take(const Product& product) {
    const std::string name = "product/" + product.code, hash = hash_of(product);
    const auto known = known_.find(name);
    if (known != known_.end() && known->second == hash) return false;
    KK_LET(const auto stored, load_whole(db_, product.code));
    const bool same = stored && hash_of(in_order(*stored)) == hash_of(in_order(product));
    if (same && known == known_.end()) return false;
    KK_TRY(remember(name, hash));
    return !same;
  }

  base::Status check_vat_codes(const Catalogue& catalogue) {
    KK_LET(const db::Rows rows, db_.query("SELECT DISTINCT code FROM vat_codes"));
    std::set<std::string> codes;
    for (const auto& row : rows) codes.insert(row.text(0));
    for (const auto& way : catalogue.deliveries) {
      if (!way.vat.empty() && !codes.contains(way.vat)) return fail(ErrorKind::invalid, way.vat_at + ": there is no VAT code " + way.vat);
    }
    for (const auto& product : catalogue.products) {
      if (!codes.contains(product.vat)) return fail(ErrorKind::invalid, product.vat_at + ": there is no VAT code " + product.vat);
    }
    return {};
  }

  // What an earlier import published and this one doesn't have is shown and no longer sold. Its content counts as
  // forgotten, so that it opens again when it comes back.
  base::Result<std::vector<std::string>> close_others(const Catalogue& catalogue) {
    std::set<std::string> here;
    for (const auto& product : catalogue.products) here.insert(product.code);
    KK_LET(const db::Rows rows, db_.query("SELECT id, code FROM products WHERE state = 'published'"));
    std::vector<std::string> closed;
    for (const auto& row : rows) {
      const std::string name = "product/" + row.text(1);
      if (here.contains(row.text(1)) || !known_.contains(name)) continue;
      closed.push_back(row.text(1));
      if (!writes_) continue;
      KK_TRY(done(db_.execute("UPDATE products SET state = 'closed', updated_utc = ?, revision = revision + 1 WHERE id = ?", now_, row.integer(0))));
      KK_TRY(done(db_.execute("UPDATE catalogue_imports SET content_hash = '' WHERE name = ?", name)));
      KK_TRY(done(db_.execute("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", row.integer(0), now_)));
    }
    return closed;
  }

  // Variants that the file no longer has are no longer sold; but sessions that staff made on pages are theirs.
  base::Status store_product(const Product& p) {
    catalogue::Product product = p;
    KK_LET(const auto image, store_image(db_, p.picture));
    product.image = image.value_or("");
    KK_LET(const auto known, keep_states(db_, p, product));
    KK_TRY(done(db_.execute("UPDATE variants SET active = FALSE WHERE product_id = (SELECT id FROM products WHERE code = ?) AND id NOT IN (SELECT variant_id FROM activity_sessions WHERE made_key IS NOT NULL)", p.code)));
    auto written = catalogue::write_product(db_, product, nullptr, now_);
    if (!written && written.error().kind == ErrorKind::conflict) return fail(ErrorKind::invalid, slug_problem(p, written.error().detail));
    if (!written) return fail(std::move(written).error());
    for (std::size_t i = 0; i < p.variants.size(); ++i) {
      const auto& [code, session] = std::tie(p.variants[i].code, p.variants[i].session);
      if (!session) continue;
      KK_TRY(catalogue::store_session(db_, written->variants[i], *session));
      const auto state = p.session_states.find(code);
      if (state == p.session_states.end() || known.contains(code)) continue;
      KK_TRY(done(db_.execute("UPDATE activity_sessions SET state = ? WHERE variant_id = ?", state->second, written->variants[i])));
    }
    return {};
  }

  // "slug_fi: the address ..." with the line of the file instead of the field.
  static std::string slug_problem(const Product& p, const std::string& detail) {
    for (const auto lang : base::kLangs) {
      const std::string field = std::string("slug_") + base::to_string(lang);
      if (detail.starts_with(field)) return p.slug_at[lang] + detail.substr(field.size());
    }
    return detail;
  }

  db::Connection& db_;
  base::UtcTime now_;
  bool writes_;
  std::map<std::string, std::string> known_;  // name -> hash, as it was before this import
};

}  // namespace

base::Result<std::map<std::string, base::UtcTime>> first_imports(db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT SUBSTRING(name, 9), at_utc FROM catalogue_imports WHERE name LIKE 'product/%'"));
  std::map<std::string, base::UtcTime> out;
  for (const auto& row : rows) out.emplace(row.text(0), row.time(1).value_or(base::UtcTime{}));
  return out;
}

base::Result<Stored> store_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now) {
  return db.transact([&] { return store_within(db, catalogue, now); });
}

base::Result<Stored> store_within(db::Connection& db, const Catalogue& catalogue, base::UtcTime now) { return Store(db, now, true).run(catalogue); }

base::Result<Stored> plan_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now) { return Store(db, now, false).run(catalogue); }

}  // namespace import
