#include "render/load.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "lib/base/log.h"
#include "lib/catalogue/campaign_store.h"
#include "lib/catalogue/sale.h"
#include "render/hash.h"
#include "render/load_shared.h"

namespace render {
namespace {

using base::fail;
using db::Rows;

constexpr std::int64_t kWindow = 2000;       // rows of `changes` that may still commit behind the last one
constexpr std::size_t kBatch = 64;           // products in one statement when some are loaded again

using ById = std::unordered_map<std::int64_t, std::size_t>;  // product id -> place in `products`

// Runs a statement that ends in a condition on product ids, for all products or in batches of them.
base::Status for_products(db::Connection& connection, const std::string& select, const std::string& column,
                          const std::string& order, const std::vector<std::int64_t>* ids,
                          const std::function<void(const db::Row&)>& use) {
  if (ids == nullptr) {
    KK_LET(const Rows rows, connection.query(select + " ORDER BY " + order));
    std::for_each(rows.begin(), rows.end(), use);
    return {};
  }
  for (std::size_t begin = 0; begin < ids->size(); begin += kBatch) {
    std::vector<db::Param> params;
    for (std::size_t i = begin; i < begin + kBatch; ++i) params.emplace_back(i < ids->size() ? (*ids)[i] : 0);
    KK_LET(const Rows rows, connection.run_query(select + " WHERE " + column + " IN (" + db::question_marks(kBatch) +
                                                     ") ORDER BY " + order, params));
    std::for_each(rows.begin(), rows.end(), use);
  }
  return {};
}

Product read_product(const db::Row& row) {
  Product p;
  p.id = row.integer(0);
  p.code = row.text(1);
  p.kind = row.text(2);
  p.category = row.text(3);
  p.unit = row.text(4);
  p.vat = row.text(5);
  p.withdrawal = row.text(6);
  p.consumer_contract = row.boolean(7);
  p.holder_name = row.boolean(8);
  p.max_per_order = row.integer(9);
  if (!row.is_null(10)) p.days_valid = row.integer(10);
  p.sale_from = row.time(11);
  p.sale_until = row.time(12);
  p.closed = row.text(13) == "closed";
  p.topical = row.boolean(14);
  p.order = row.integer(15);
  if (!row.is_null(16)) p.image = to_hex(row.text(16));
  for (std::size_t i = 0; i < 3; ++i) {
    p.alt.by_lang[i] = row.text(17 + i);
    p.appeal.by_lang[i] = row.text(20 + i);
  }
  p.benefit = row.text(24);
  if (!row.is_null(23)) p.uses = row.integer(23);
  return p;
}

std::uint64_t text_fingerprint(const Product& product) {
  Hash hash;
  for (const auto& text : product.texts) {
    if (!text) continue;
    hash.add(text->slug).add(text->name).add(text->summary).add(text->description);
  }
  return hash.value();
}

std::uint64_t count_of(const std::optional<UtcTime>& time) {
  return time ? static_cast<std::uint64_t>(time->time_since_epoch().count()) : 0;
}

void add(Hash& hash, const Session& s) {
  for (std::size_t i = 0; i < 3; ++i) hash.add(s.place.by_lang[i]).add(s.access.by_lang[i]).add(s.skill.by_lang[i]);
  hash.add(s.address).add(s.state).add(s.age_on);
  for (const auto number : {s.age_min.value_or(-1), s.age_max.value_or(-1), s.waiting}) hash.add(static_cast<std::uint64_t>(number));
  for (const auto time : {s.signup_from, s.signup_until, s.cancel_until}) hash.add(count_of(time));
  for (const auto& meeting : s.meetings) hash.add(count_of(meeting.starts)).add(count_of(meeting.ends));
}

void add(Hash& hash, const Question& q) {
  for (std::size_t i = 0; i < 3; ++i) hash.add(q.label.by_lang[i]).add(q.purpose.by_lang[i]);
  hash.add(q.data_class);
}

std::uint64_t fingerprint(const Product& p, const Shared& shared) {
  Hash hash;
  hash.add(p.code).add(p.kind).add(p.category).add(p.unit).add(p.vat).add(p.withdrawal).add(p.benefit).add(p.image);
  hash.add(static_cast<std::uint64_t>((p.consumer_contract ? 1 : 0) + (p.holder_name ? 2 : 0) + (p.closed ? 4 : 0) +
                                      (p.topical ? 8 : 0)));
  hash.add(static_cast<std::uint64_t>(p.max_per_order)).add(static_cast<std::uint64_t>(p.order));
  hash.add(static_cast<std::uint64_t>(p.days_valid.value_or(0))).add(static_cast<std::uint64_t>(p.uses.value_or(0)));
  hash.add(count_of(p.sale_from)).add(count_of(p.sale_until)).add(p.text_version);
  for (std::size_t i = 0; i < 3; ++i) hash.add(p.alt.by_lang[i]).add(p.appeal.by_lang[i]);
  hash.add(p.activity).add(p.form);
  for (const auto& v : p.variants) {
    hash.add(static_cast<std::uint64_t>(v.id)).add(v.code).add(count_of(v.starts)).add(count_of(v.ends));
    for (const auto& name : v.name.by_lang) hash.add(name);
    if (v.session) add(hash, *v.session);
  }
  for (const auto& price : p.prices) {
    hash.add(static_cast<std::uint64_t>(price.variant)).add(price.group).add(static_cast<std::uint64_t>(price.cents.value()));
    if (price.before) hash.add(static_cast<std::uint64_t>(price.before->value()));
    for (const auto& name : price.campaign.by_lang) hash.add(name);
  }
  for (const auto& code : p.deliveries) hash.add(code);
  if (const auto form = shared.forms.find(p.form); form != shared.forms.end()) {
    for (const auto& question : form->second) add(hash, question);
  }
  if (p.paused) {
    for (const auto& words : p.paused->by_lang) hash.add(words);
  }
  return hash.value();
}

base::Status load_texts(db::Connection& connection, const std::vector<std::int64_t>* ids, const ById& places,
                        std::vector<Product>& products) {
  return for_products(connection, "SELECT product_id, lang, slug, name, summary, description FROM product_texts",
                      "product_id", "product_id", ids, [&](const db::Row& row) {
                        const auto place = places.find(row.integer(0));
                        const auto lang = base::parse_lang(row.text(1));
                        if (place == places.end() || !lang) return;
                        products[place->second].texts[base::index(*lang)] =
                            ProductText{row.text(2), row.text(3), row.text(4), row.text(5)};
                      });
}

enum class Which { shown, any };  // any: drafts too, and what lacks something

base::Status load_variants(db::Connection& connection, const std::vector<std::int64_t>* ids, const ById& places, Which which,
                           std::vector<Product>& products) {
  return for_products(connection,
                      "SELECT v.product_id, v.id, v.code, v.name_fi, v.name_sv, v.name_en, v.starts_utc, v.ends_utc, s.free, "
                      "v.active, COALESCE(a.state = 'draft', 0) FROM variants v LEFT JOIN stock s ON s.variant_id = v.id "
                      "LEFT JOIN activity_sessions a ON a.variant_id = v.id",
                      "v.product_id", "v.product_id, v.sort_order, v.starts_utc, v.id", ids, [&](const db::Row& row) {
                        const auto place = places.find(row.integer(0));
                        if (place == places.end() || !(row.boolean(9) || (which == Which::any && row.boolean(10)))) return;
                        Variant v;
                        v.id = row.integer(1);
                        v.code = row.text(2);
                        for (std::size_t i = 0; i < 3; ++i) v.name.by_lang[i] = row.text(3 + i);
                        v.starts = row.time(6);
                        v.ends = row.time(7);
                        if (!row.is_null(8)) v.free = std::max<std::int64_t>(0, row.integer(8));
                        products[place->second].variants.push_back(std::move(v));
                      });
}

Variant* variant_of(const ById& places, std::vector<Product>& products, const db::Row& row) {
  const auto place = places.find(row.integer(0));
  if (place == places.end()) return nullptr;
  auto& variants = products[place->second].variants;
  const auto found = std::find_if(variants.begin(), variants.end(), [&](const Variant& v) { return v.id == row.integer(1); });
  return found == variants.end() ? nullptr : &*found;
}

base::Status load_sessions(db::Connection& connection, const std::vector<std::int64_t>* ids, const ById& places, std::vector<Product>& products) {
  KK_TRY(for_products(connection, "SELECT product_id, type, form_code FROM activities", "product_id", "product_id", ids, [&](const db::Row& row) {
    const auto place = places.find(row.integer(0));
    if (place == places.end()) return;
    products[place->second].activity = row.text(1);
    products[place->second].form = row.text(2);
  }));
  KK_TRY(for_products(connection,
                      "SELECT v.product_id, v.id, s.place_fi, s.place_sv, s.place_en, s.access_fi, s.access_sv, s.access_en, s.skill_fi, s.skill_sv, s.skill_en, s.address, s.state, s.age_min, s.age_max, "
                      "CAST(s.age_on AS CHAR), s.waiting_places, s.signup_from_utc, s.signup_until_utc, s.cancel_until_utc FROM activity_sessions s JOIN variants v ON v.id = s.variant_id",
                      "v.product_id", "v.id", ids, [&](const db::Row& row) {
                        Variant* variant = variant_of(places, products, row);
                        if (variant == nullptr) return;
                        Session s;
                        for (std::size_t i = 0; i < 3; ++i) {
                          s.place.by_lang[i] = row.text(2 + i);
                          s.access.by_lang[i] = row.text(5 + i);
                          s.skill.by_lang[i] = row.text(8 + i);
                        }
                        s.address = row.text(11);
                        s.state = row.text(12);
                        if (!row.is_null(13)) s.age_min = row.integer(13);
                        if (!row.is_null(14)) s.age_max = row.integer(14);
                        s.age_on = row.optional_text(15).value_or("");
                        s.waiting = row.integer(16);
                        s.signup_from = row.time(17).value_or(UtcTime{});
                        s.signup_until = row.time(18).value_or(UtcTime{});
                        s.cancel_until = row.time(19).value_or(UtcTime{});
                        variant->session = std::move(s);
                      }));
  return for_products(connection, "SELECT v.product_id, v.id, m.starts_utc, m.ends_utc FROM activity_meetings m JOIN variants v ON v.id = m.variant_id", "v.product_id", "v.id, m.starts_utc", ids,
                      [&](const db::Row& row) {
                        Variant* variant = variant_of(places, products, row);
                        if (variant != nullptr && variant->session) variant->session->meetings.push_back({row.time(2).value_or(UtcTime{}), row.time(3).value_or(UtcTime{})});
                      });
}

// As they are on `day`.
base::Status load_prices(db::Connection& connection, const std::vector<std::int64_t>* ids, const ById& places,
                         std::vector<Product>& products, const std::string& day) {
  KK_LET(const auto campaigns, catalogue::Campaigns::load(connection, ids, day));
  return for_products(connection,
                      "SELECT p.product_id, p.variant_id, p.price_group, IF(c.valid_from <= '" + day + "', c.cents, p.cents) FROM prices p "
                      "JOIN price_groups g ON g.code = p.price_group "
                      "LEFT JOIN coming_prices c ON c.product_id = p.product_id AND c.variant_id = p.variant_id AND c.price_group = p.price_group",
                      "p.product_id", "p.product_id, p.variant_id, g.sort_order, g.code", ids, [&](const db::Row& row) {
                        const auto place = places.find(row.integer(0));
                        if (place == places.end()) return;
                        const auto now = campaigns.price({row.integer(0), row.integer(1), row.text(2)}, row.cents(3));
                        products[place->second].prices.push_back({row.integer(1), row.text(2), now.cents, now.before, now.by == nullptr ? Texts() : now.by->name});
                      });
}

base::Status load_deliveries(db::Connection& connection, const std::vector<std::int64_t>* ids, const ById& places,
                             std::vector<Product>& products) {
  return for_products(connection,
                      "SELECT p.product_id, p.delivery_code FROM product_deliveries p "
                      "JOIN delivery_ways d ON d.code = p.delivery_code",
                      "p.product_id", "p.product_id, d.sort_order, d.code", ids, [&](const db::Row& row) {
                        const auto place = places.find(row.integer(0));
                        if (place != places.end()) products[place->second].deliveries.push_back(row.text(1));
                      });
}

// Why a product is not shown; empty: it is.
std::string left_out(const Product& p, const Shared& shared, bool bilingual) {
  if (bilingual && (!p.has(Lang::fi) || !p.has(Lang::sv))) return "a bilingual shop needs Finnish and Swedish";
  if (!p.has(Lang::fi) && !p.has(Lang::sv) && !p.has(Lang::en)) return "no text";
  if (shared.category(p.category) == nullptr) return "no category";
  if (!shared.vat.contains(p.vat)) return "no VAT rate today";
  if (p.prices.empty() || p.variants.empty()) return "no price or no variant";
  return {};
}

struct Loaded {
  std::vector<Product> products;
  std::map<std::int64_t, UtcTime> coming;
};

base::Result<Loaded> load_rows(db::Connection& connection, const std::vector<std::int64_t>* ids, UtcTime now, Which which) {
  Loaded out;
  auto& products = out.products;
  KK_TRY(for_products(connection,
                      "SELECT id, code, kind, category_code, unit_code, vat_code, withdrawal, consumer_contract, holder_name, "
                      "max_per_order, days_valid, sale_from_utc, sale_until_utc, state, topical, sort_order, image_sha256, "
                      "alt_fi, alt_sv, alt_en, appeal_fi, appeal_sv, appeal_en, uses, benefit, shown_from_utc FROM products",
                      "id", "id", ids, [&](const db::Row& row) {
                        const auto from = row.time(25);
                        if (which == Which::shown && row.text(13) == "draft") return;
                        if (which == Which::any || catalogue::is_shown(now, from)) products.push_back(read_product(row));
                        else out.coming.emplace(row.integer(0), *from);
                      }));
  ById places;
  for (std::size_t i = 0; i < products.size(); ++i) places.emplace(products[i].id, i);
  KK_TRY(load_texts(connection, ids, places, products));
  KK_TRY(load_variants(connection, ids, places, which, products));
  KK_TRY(load_sessions(connection, ids, places, products));
  KK_TRY(load_prices(connection, ids, places, products, base::helsinki_date_iso(now)));
  KK_TRY(load_deliveries(connection, ids, places, products));
  return out;
}

base::Result<Loaded> load_products(db::Connection& connection, const std::vector<std::int64_t>* ids, const Shared& shared,
                                   bool bilingual, UtcTime now) {
  KK_LET(auto loaded, load_rows(connection, ids, now, Which::shown));
  std::erase_if(loaded.products, [&](const Product& p) {
    const auto why = left_out(p, shared, bilingual);
    if (!why.empty()) base::log_info("product_left_out", {{"product", p.code}, {"why", why}});
    return !why.empty();
  });
  for (auto& p : loaded.products) {
    if (const auto* why = shared.closures.why({p.unit, p.code})) p.paused = *why;
    p.text_version = text_fingerprint(p);
    p.version = fingerprint(p, shared);
  }
  return loaded;
}

}  // namespace

base::Result<std::map<std::string, std::string>> load_image_types(db::Connection& connection) {
  std::map<std::string, std::string> out;
  KK_LET(const Rows rows, connection.query("SELECT sha256, media_type FROM images"));
  for (const auto& row : rows) out.emplace(to_hex(row.text(0)), row.text(1));
  return out;
}

base::Result<Product> load_any(db::Connection& connection, const std::string& code, UtcTime now) {
  KK_LET(const Rows found, connection.query("SELECT id FROM products WHERE code = ?", code));
  if (found.empty()) return Product();
  const std::vector<std::int64_t> ids = {found[0].integer(0)};
  KK_LET(auto loaded, load_rows(connection, &ids, now, Which::any));
  return loaded.products.empty() ? Product() : std::move(loaded.products[0]);
}

base::Result<Catalogue> load_catalogue(db::Connection& connection, UtcTime now, bool bilingual) {
  return connection.transact([&]() -> base::Result<Catalogue> {
    Catalogue out;
    out.as_of = now;
    // Everything is loaded here: of the rows so far only those are looked at that tell which of the window are known.
    KK_LET(const Rows newest, connection.query("SELECT COALESCE(MAX(seq), 0) FROM changes"));
    out.changes.last = newest[0].integer(0);
    KK_TRY(read_changes(connection, out.changes));
    KK_LET(out.shared, load_shared(connection, base::helsinki_date_iso(now)));
    KK_LET(out.images, load_image_types(connection));
    KK_LET(auto loaded, load_products(connection, nullptr, out.shared, bilingual, now));
    out.products = std::move(loaded.products);
    out.coming = std::move(loaded.coming);
    return out;
  });
}

base::Result<News> read_changes(db::Connection& connection, Changes& changes) {
  KK_LET(const Rows rows, connection.query("SELECT seq, kind, product_id FROM changes WHERE seq > ? ORDER BY seq",
                                           std::max<std::int64_t>(0, changes.last - kWindow)));
  News news;
  for (const auto& row : rows) {
    const auto seq = row.integer(0);
    if (!changes.seen.insert(seq).second) continue;
    changes.last = std::max(changes.last, seq);
    news.any = true;
    if (row.text(1) == "all") news.all = true;
    else news.products.push_back(row.integer(2));
  }
  changes.seen.erase(changes.seen.begin(), changes.seen.lower_bound(changes.last - kWindow));
  std::sort(news.products.begin(), news.products.end());
  news.products.erase(std::unique(news.products.begin(), news.products.end()), news.products.end());
  return news;
}

base::Status reload(db::Connection& connection, Catalogue& catalogue, const std::vector<std::int64_t>& ids, UtcTime now,
                    bool bilingual) {
  struct Fresh {
    Shared shared;
    std::map<std::string, std::string> images;
    Loaded rows;
  };
  auto loaded = connection.transact([&]() -> base::Result<Fresh> {
    Fresh fresh;
    KK_LET(fresh.shared, load_shared(connection, base::helsinki_date_iso(now)));
    KK_LET(fresh.images, load_image_types(connection));
    KK_LET(fresh.rows, load_products(connection, &ids, fresh.shared, bilingual, now));
    return fresh;
  });
  if (!loaded) return fail(std::move(loaded).error());
  std::erase_if(catalogue.products,
                [&](const Product& p) { return std::binary_search(ids.begin(), ids.end(), p.id); });
  std::move(loaded->rows.products.begin(), loaded->rows.products.end(), std::back_inserter(catalogue.products));
  std::sort(catalogue.products.begin(), catalogue.products.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const auto id : ids) catalogue.coming.erase(id);
  catalogue.coming.merge(loaded->rows.coming);
  catalogue.shared = std::move(loaded->shared);
  catalogue.images = std::move(loaded->images);
  catalogue.as_of = now;
  return {};
}

base::Result<std::string> load_image(db::Connection& connection, const std::string& sha256_hex) {
  KK_LET(const Rows rows, connection.query("SELECT bytes FROM images WHERE sha256 = UNHEX(?)", sha256_hex));
  if (rows.empty()) return fail(base::ErrorKind::broken, "image " + sha256_hex + " is gone");
  return rows[0].text(0);
}

}  // namespace render
