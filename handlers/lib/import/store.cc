#include "lib/import/store.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/import/content.h"
#include "lib/import/keep.h"
#include "lib/import/load.h"
#include "lib/import/store_activity.h"
#include "lib/import/store_lists.h"
#include "lib/catalogue/activity_store.h"
#include "lib/catalogue/product_store.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"

namespace import {

using base::ErrorKind;
using base::fail;

namespace {

// By whom. The tool remembers what it stored, and leaves alone what its files say as before; staff's files are compared with the database, whatever was before.
enum class Way { tool, staff, plan_of_staff };

class Store {
 public:
  Store(db::Connection& db, base::UtcTime now, Way way, const Progress& progress, const By* by = nullptr)
      : db_(db), now_(now), today_(base::helsinki_date_iso(now)), writes_(way != Way::plan_of_staff), remembers_(way == Way::tool), progress_(progress), by_(by) {}

  base::Result<Stored> run(const Catalogue& catalogue) {
    Stored out;
    out.unused = catalogue.unused;
    KK_TRY(check_vat_codes(catalogue));
    KK_TRY(load_known());
    KK_LET(const bool new_lists, remember("lists", hash_of_lists(catalogue)));
    KK_LET(out.lists_changed, differ(new_lists, catalogue));
    if (out.lists_changed && writes_) {
      KK_TRY(store_lists(db_, catalogue));
    }
    KK_LET(out.changed_forms, store_changed_forms(catalogue.forms));
    if ((out.lists_changed || !out.changed_forms.empty()) && writes_) KK_TRY(done(db_.execute("INSERT INTO changes (kind, at_utc) VALUES ('all', ?)", now_)));
    std::size_t count = 0;
    for (const auto& in_file : catalogue.products) {
      if (progress_) KK_TRY(progress_(++count, catalogue.products.size()));
      KK_LET(const auto taken, take(in_file, out.kept_off));
      if (!taken) {
        ++out.same_products;
        continue;
      }
      (taken->stored ? out.changed_products : out.new_products).push_back(in_file.code);
      if (writes_) KK_TRY(store_product(*taken));
    }
    KK_LET(out.closed_products, close_others(catalogue));
    out.seen = crypto::to_hex(crypto::as_bytes(crypto::sha256(seen_)));
    return out;
  }

 private:
  // Each form by itself: one that staff have worked on stays theirs while its file says the same.
  base::Result<std::vector<std::string>> store_changed_forms(const std::vector<Form>& forms) {
    std::vector<Form> changed;
    for (const auto& form : forms) {
      KK_LET(const bool is_new, remember("form/" + form.code, hash_of(form)));
      if (is_new) changed.push_back(form);
    }
    if (changed.empty()) return std::vector<std::string>();
    KK_LET(const Catalogue stored, load_lists(db_));
    std::erase_if(changed, [&](const Form& form) {
      const auto there = std::find_if(stored.forms.begin(), stored.forms.end(), [&](const Form& other) { return other.code == form.code; });
      if (there == stored.forms.end()) return false;
      // Earlier imports remembered forms with the lists: what staff have made of one since is not known, and stays.
      const bool was_with_lists = remembers_ && known_.contains("lists") && !known_.contains("form/" + form.code);
      return was_with_lists || hash_of(within_reach(*there, form)) == hash_of(form);
    });
    std::vector<std::string> out;
    for (const auto& form : changed) {
      const auto there = std::find_if(stored.forms.begin(), stored.forms.end(), [&](const Form& other) { return other.code == form.code; });
      out.push_back(form.code);
      if (there != stored.forms.end()) KK_TRY(check_kept(db_, *there, form));
      note_seen("form/" + form.code, there == stored.forms.end() ? "" : hash_of(within_reach(*there, form)));
    }
    if (writes_) KK_TRY(store_forms(db_, changed, now_));
    return out;
  }

  // What is about to be changed, as it is: whoever agreed to a plan agreed to change this.
  void note_seen(const std::string& name, const std::string& hash) { seen_ += name + '\x1f' + hash + '\x1e'; }

  base::Status load_known() {
    KK_LET(const db::Rows rows, db_.query("SELECT name, content_hash FROM catalogue_imports"));
    known_.clear();
    for (const auto& row : rows) known_.emplace(row.text(0), row.text(1));
    return {};
  }

  // A price whose day has come is the price.
  Product of_today(Product product) const {
    for (auto& price : product.prices) price = catalogue::in_effect(price, today_);
    for (auto& v : product.variants) {
      for (auto& price : v.prices) price = catalogue::in_effect(price, today_);
    }
    return product;
  }

  // True when `name` was not yet stored with this content. The time of its first import stays.
  base::Result<bool> remember(const std::string& name, const std::string& hash) {
    if (!remembers_) return true;
    const auto known = known_.find(name);
    if (known != known_.end() && known->second == hash) return false;
    KK_TRY(done(db_.execute("INSERT INTO catalogue_imports (name, content_hash, at_utc) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE content_hash = VALUE(content_hash)", name, hash, now_)));
    return true;
  }

  // Files may say in other words what the database holds already, as those of an export do.
  base::Result<bool> differ(bool new_lists, const Catalogue& catalogue) {
    if (!new_lists) return false;
    KK_LET(const Catalogue stored, load_lists(db_));
    const Catalogue said{{}, catalogue.units, catalogue.price_groups, catalogue.deliveries, catalogue.categories, {}, {}};
    const std::string is = hash_of_lists(in_order(within_reach(stored, said)));
    if (is == hash_of_lists(in_order(said))) return false;
    note_seen("lists", is);
    return true;
  }

  struct Taken {
    Product product;                // as it is to be
    std::optional<Product> stored;  // as it is
  };
  // Nothing: it isn't to be stored. One that staff made stays theirs while the file says the same.
  base::Result<std::optional<Taken>> take(const Product& in_file, std::vector<KeptOff>& kept_off) {
    const std::string name = "product/" + in_file.code, hash = hash_of(in_file);
    const auto known = known_.find(name);
    if (remembers_ && known != known_.end() && known->second == hash) return std::optional<Taken>();
    KK_LET(auto stored, load_whole(db_, in_file.code, today_));
    Product product = over(stored.value_or(Product()), of_today(in_file));
    for (std::size_t i = 0; stored && i < in_file.variants.size(); ++i) {
      const Variant& v = in_file.variants[i];
      if (v.active && v.starts && *v.starts > now_ && stored->called_off.contains(v.code)) kept_off.push_back({in_file.code, *v.starts});  // it may be one of a series there
    }
    if (stored && stored->kind != product.kind) return fail(ErrorKind::invalid, product.kind_at + ": expected " + stored->kind + ", as it is in the shop: what is another kind of thing is another product, with another file name");
    const std::string is = stored ? hash_of(in_order(within_reach(*stored, product))) : "";
    const bool same = is == hash_of(in_order(product));
    if (same && known == known_.end()) return std::optional<Taken>();
    if (stored && !same) KK_TRY(check_kept(db_, *stored, product, {now_, writes_}));
    KK_TRY(remember(name, hash));
    if (same) return std::optional<Taken>();
    note_seen(name, is);
    return std::optional(Taken{std::move(product), std::move(stored)});
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

  // What an earlier import of the tool published and this one doesn't have is shown and no longer sold. The tool forgets what it held,
  // so that it opens again when it comes back; what staff close so stays closed. What isn't shown yet never will be.
  base::Result<std::vector<std::string>> close_others(const Catalogue& catalogue) {
    std::set<std::string> here;
    for (const auto& product : catalogue.products) here.insert(product.code);
    KK_LET(const db::Rows rows, db_.query("SELECT id, code FROM products WHERE state = 'published'"));
    std::vector<std::string> closed;
    for (const auto& row : rows) {
      const std::string name = "product/" + row.text(1);
      if (here.contains(row.text(1)) || !known_.contains(name)) continue;
      closed.push_back(row.text(1));
      note_seen("closed/" + row.text(1), "");
      if (!writes_) continue;
      KK_TRY(keep_before(row.text(1)));
      KK_TRY(done(db_.execute("UPDATE products p SET state = IF(" + std::string(catalogue::kIsShown) + ", 'closed', 'draft'), updated_utc = ?, revision = revision + 1 WHERE id = ?", now_, now_, row.integer(0))));
      if (remembers_) KK_TRY(done(db_.execute("UPDATE catalogue_imports SET content_hash = '' WHERE name = ?", name)));
      KK_TRY(keep_after(row.text(1)));
      KK_TRY(done(db_.execute("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", row.integer(0), now_)));
    }
    return closed;
  }

  // Variants that the file no longer has are no longer sold; but sessions that staff made on pages are theirs.
  base::Status store_product(const Taken& taken) {
    const Product& p = taken.product;
    catalogue::Product product = p;
    KK_LET(const auto image, store_image(db_, p.picture));
    product.image = image.value_or("");
    KK_LET(const auto before, keep_before(p.code));
    KK_TRY(done(db_.execute("UPDATE variants SET active = FALSE WHERE product_id = (SELECT id FROM products WHERE code = ?) AND id NOT IN (SELECT variant_id FROM activity_sessions WHERE made_key IS NOT NULL)", p.code)));
    auto written = catalogue::write_product(db_, product, nullptr, now_);
    if (!written && written.error().kind == ErrorKind::conflict) return fail(ErrorKind::invalid, slug_problem(p, written.error().detail));
    if (!written) return fail(std::move(written).error());
    for (std::size_t i = 0; i < p.variants.size(); ++i) {
      const auto& [code, session] = std::tie(p.variants[i].code, p.variants[i].session);
      if (!session) continue;
      KK_TRY(catalogue::store_session(db_, written->variants[i], *session));
      const auto state = p.session_states.find(code);
      const bool known = taken.stored && std::any_of(taken.stored->variants.begin(), taken.stored->variants.end(), [&, code = code](const Variant& one) { return one.code == code && one.session; });
      if (state == p.session_states.end() || known) continue;
      KK_TRY(done(db_.execute("UPDATE activity_sessions SET state = ? WHERE variant_id = ?", state->second, written->variants[i])));
    }
    if (before && !p.activity) KK_TRY(keep_movements(*before, p));
    return keep_after(p.code);
  }

  // What staff's files change is kept as what their pages change: a version before and one after, and a movement of each stock.
  base::Result<std::optional<catalogue::Stored>> keep_before(const std::string& code) {
    if (by_ == nullptr) return std::optional<catalogue::Stored>();
    KK_LET(auto stored, catalogue::load_product(db_, code, today_));
    if (stored) KK_TRY(catalogue::keep_version(db_, *stored, {std::nullopt, stored->updated, ""}));
    return stored;
  }

  base::Status keep_after(const std::string& code) {
    if (by_ == nullptr) return {};
    KK_LET(const auto stored, catalogue::load_product(db_, code, today_));
    return stored ? catalogue::keep_version(db_, *stored, {by_->staff, now_, "files"}) : base::Status();
  }

  base::Status keep_movements(const catalogue::Stored& before, const Product& p) {
    for (std::size_t i = 0; i < before.variants.size(); ++i) {
      const auto& was = before.product.variants[i];
      const auto is = std::find_if(p.variants.begin(), p.variants.end(), [&](const Variant& one) { return one.code == was.code; });
      if (is == p.variants.end() || !is->stock || is->stock == was.stock) continue;
      const std::string key = crypto::as_bytes(crypto::sha256(by_->key + std::to_string(before.variants[i]))).substr(0, 16);
      KK_TRY(db_.write("INSERT INTO stock_movements (variant_id, form_key, pieces, capacity, reason, staff_id, at_utc) VALUES (?, ?, ?, ?, ?, ?, ?)", before.variants[i], key, *is->stock - was.stock.value_or(0), *is->stock,
                       by_->reason, by_->staff, now_));
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
  std::string today_;  // in Finland
  bool writes_, remembers_;
  const Progress& progress_;
  const By* by_;
  std::map<std::string, std::string> known_;  // name -> hash, as it was before this import
  std::string seen_;
};

}  // namespace

base::Result<std::map<std::string, base::UtcTime>> first_imports(db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT SUBSTRING(name, 9), at_utc FROM catalogue_imports WHERE name LIKE 'product/%'"));
  std::map<std::string, base::UtcTime> out;
  for (const auto& row : rows) out.emplace(row.text(0), row.time(1).value_or(base::UtcTime{}));
  return out;
}

base::Result<Stored> store_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now) {
  return db.transact([&] { return Store(db, now, Way::tool, {}).run(catalogue); });
}

base::Result<Stored> store_of_staff(db::Connection& db, const Catalogue& catalogue, const By& by, base::UtcTime now) {
  // Before the first read: nobody saves a product, a session or a form between what is seen here and what is written.
  KK_TRY(db.query_all({db::statement("SELECT id FROM products ORDER BY id FOR UPDATE"), db::statement("SELECT code FROM forms ORDER BY code LOCK IN SHARE MODE")}));
  KK_LET(Stored out, Store(db, now, Way::staff, by.progress, &by).run(catalogue));
  if (out.seen != by.seen) return fail(ErrorKind::conflict, "something else would change than was agreed to");
  return out;
}

base::Result<Stored> plan_catalogue(db::Connection& db, const Catalogue& catalogue, base::UtcTime now, const Progress& progress) { return Store(db, now, Way::plan_of_staff, progress).run(catalogue); }

}  // namespace import
