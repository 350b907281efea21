#include "import/store.h"

#include <map>
#include <set>

#include "import/store_activity.h"
#include "import/store_lists.h"

#include "lib/catalogue/activity_store.h"
#include "lib/catalogue/product_store.h"
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

void add_session(Content& c, const std::optional<Session>& s) {
  if (!s) return;
  c.add(s->place).add(s->access).add(s->skill).add(s->address).add(s->age_min.value_or(-1)).add(s->age_max.value_or(-1)).add(s->waiting).add(s->minimum);
  c.add(s->age_on ? std::chrono::sys_days{*s->age_on}.time_since_epoch().count() : 0);
  c.add(base::to_sql(s->signup_from)).add(base::to_sql(s->signup_until)).add(base::to_sql(s->cancel_until));
  for (const auto& meeting : s->meetings) c.add(base::to_sql(meeting.starts)).add(base::to_sql(meeting.ends));
}

std::string hash_of(const Product& p) {
  Content c;
  c.add(p.kind).add(p.category).add(p.unit).add(p.vat).add(p.withdrawal).add(p.cost_centre).add(p.ledger_account);
  c.add(p.consumer_contract).add(p.minor_value).add(p.holder_name).add(p.topical).add(p.state == "draft").add(p.max_per_order).add(p.order);
  c.add(p.days_valid.value_or(0)).add(p.uses.value_or(0)).add(p.sale_from).add(p.sale_until);
  c.add(p.name).add(p.summary).add(p.description).add(p.alt).add(p.slug).add(p.appeal).add(p.prices);
  for (const auto& way : p.deliveries) c.add(way);
  for (const auto& v : p.variants) c.add(v.code).add(v.name).add(v.stock.value_or(-1)).add(v.starts).add(v.ends).add(v.prices), add_session(c, v.session);
  if (p.activity) c.add(p.activity->type).add(p.activity->form);
  c.add(p.picture ? p.picture->bytes : "");
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

std::string hash_of(const Form& form) {
  Content c;
  for (const auto& q : form.questions) {
    c.add(q.code).add(q.of).add(q.type).add(q.data_class).add(q.required).add(q.label).add(q.hint).add(q.purpose);
    for (const auto& choice : q.choices) c.add(choice.code).add(choice.label);
  }
  return c.hash();
}

class Store {
 public:
  Store(db::Connection& db, base::UtcTime now) : db_(db), now_(now) {}

  base::Result<Stored> run(const Catalogue& catalogue) {
    Stored out;
    KK_TRY(check_vat_codes(catalogue));
    KK_TRY(load_known());
    KK_LET(const bool lists_changed, remember("lists", hash_of_lists(catalogue)));
    if (lists_changed) {
      KK_TRY(store_lists(db_, catalogue));
      KK_TRY(done(db_.execute("INSERT INTO changes (kind, at_utc) VALUES ('all', ?)", now_)));
    }
    KK_TRY(store_changed_forms(catalogue.forms));
    for (const auto& product : catalogue.products) {
      KK_LET(const bool changed, remember("product/" + product.code, hash_of(product)));
      if (!changed) {
        ++out.same_products;
        continue;
      }
      KK_LET(const bool is_new, store_product(product));
      ++(is_new ? out.new_products : out.changed_products);
    }
    KK_LET(out.closed_products, close_others(catalogue));
    return out;
  }

 private:
  // A form that staff have worked on since is theirs: answers were given to its questions.
  base::Status store_changed_forms(const std::vector<Form>& forms) {
    for (const auto& form : forms) {
      KK_LET(const bool changed, remember("form/" + form.code, hash_of(form)));
      if (!changed) continue;
      KK_LET(const db::Rows known, db_.query("SELECT version FROM forms WHERE code = ?", form.code));
      if (!known.empty() && known[0].integer(0) > 1) continue;
      KK_TRY(store_forms(db_, {form}));
      KK_TRY(done(db_.execute("INSERT INTO changes (kind, at_utc) VALUES ('all', ?)", now_)));
    }
    return {};
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
    KK_TRY(done(db_.execute("INSERT INTO catalogue_imports (name, content_hash, at_utc) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE content_hash = VALUE(content_hash)", name, hash, now_)));
    return true;
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
  base::Result<int> close_others(const Catalogue& catalogue) {
    std::set<std::string> here;
    for (const auto& product : catalogue.products) here.insert(product.code);
    KK_LET(const db::Rows rows, db_.query("SELECT id, code FROM products WHERE state = 'published'"));
    int closed = 0;
    for (const auto& row : rows) {
      const std::string name = "product/" + row.text(1);
      if (here.contains(row.text(1)) || !known_.contains(name)) continue;
      KK_TRY(done(db_.execute("UPDATE products SET state = 'closed', updated_utc = ?, revision = revision + 1 WHERE id = ?", now_, row.integer(0))));
      KK_TRY(done(db_.execute("UPDATE catalogue_imports SET content_hash = '' WHERE name = ?", name)));
      KK_TRY(done(db_.execute("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", row.integer(0), now_)));
      ++closed;
    }
    return closed;
  }

  // True when the product is new. Variants that the file no longer has are no longer sold.
  base::Result<bool> store_product(const Product& p) {
    catalogue::Product product = p;
    KK_LET(const auto image, store_image(db_, p.picture));
    product.image = image.value_or("");
    KK_TRY(done(db_.execute("UPDATE variants v JOIN products p ON p.id = v.product_id SET v.active = FALSE WHERE p.code = ?", p.code)));
    auto written = catalogue::write_product(db_, product, nullptr, now_);
    if (!written && written.error().kind == ErrorKind::conflict) return fail(ErrorKind::invalid, slug_problem(p, written.error().detail));
    if (!written) return fail(std::move(written).error());
    for (std::size_t i = 0; i < p.variants.size(); ++i) {
      if (p.variants[i].session) KK_TRY(catalogue::store_session(db_, written->variants[i], *p.variants[i].session));
    }
    return written->is_new;
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
  return db.transact([&] { return Store(db, now).run(catalogue); });
}

}  // namespace import
