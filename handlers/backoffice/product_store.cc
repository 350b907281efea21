#include "backoffice/product_store.h"

#include <algorithm>

#include "lib/catalogue/rules.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using catalogue::Product;
using catalogue::Stored;

namespace {

std::string words_of_vat(const db::Row& row, Lang lang) {
  return row.is_null(1) ? row.text(2) : base::format_per_mille(static_cast<int>(row.integer(1)), lang);
}

// "AND (...)" of what is in the scopes.
void add_scopes(const std::vector<staff::Scope>& scopes, db::Statement& out) {
  if (std::any_of(scopes.begin(), scopes.end(), [](const auto& one) { return one.kind == staff::Scope::Kind::shop; })) return;
  std::string any;
  for (const auto& one : scopes) {
    const char* column = one.kind == staff::Scope::Kind::unit ? "p.unit_code = ?" : one.kind == staff::Scope::Kind::category ? "(p.category_code = ? OR c.parent_code = ?)" : one.kind == staff::Scope::Kind::product ? "p.code = ?" : nullptr;
    if (column == nullptr) continue;
    any += (any.empty() ? "" : " OR ") + std::string(column);
    out.params.emplace_back(one.id);
    if (one.kind == staff::Scope::Kind::category) out.params.emplace_back(one.id);
  }
  out.sql += any.empty() ? " AND FALSE" : " AND (" + any + ")";
}

// Of the product `p` a variant `v` on sale with its stock `k` of which so many pieces are left, or fewer. What isn't counted has no row of stock.
std::string low_variants(int pieces) { return " FROM variants v JOIN stock k ON k.variant_id = v.id WHERE v.product_id = p.id AND v.active AND k.free <= " + std::to_string(pieces); }
void add_low(int pieces, base::UtcTime now, db::Statement& out) {
  out.sql += std::string(" AND p.kind = 'goods' AND p.state = 'published' AND ") + catalogue::kIsShown + " AND EXISTS (SELECT 1" + low_variants(pieces) + ")";
  out.params.emplace_back(now);
}

std::string like_words(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

base::Result<std::vector<Version>> versions(db::Connection& db, const std::string& where, const std::vector<db::Param>& params) {
  KK_LET(const db::Rows rows, db.run_query("SELECT v.version, s.name, v.at_utc, v.note, v.content FROM product_versions v LEFT JOIN staff s ON s.id = v.staff_id WHERE v.product_id = ? " + where, params));
  std::vector<Version> out;
  for (const auto& row : rows) {
    KK_LET(Product product, catalogue::from_json(row.text(4)));
    out.push_back({row.integer(0), row.text(1), row.time(2).value_or(base::UtcTime{}), row.text(3), std::move(product)});
  }
  return out;
}

// Each language's address: the one that it has, or a free one made of its name.
base::Status choose_slugs(db::Connection& db, const std::optional<Stored>& now, Product& wish) {
  for (const auto lang : base::kLangs) {
    auto& slug = wish.slug[lang];
    slug = now ? now->product.slug[lang] : "";
    if (!slug.empty() || wish.name[lang].empty()) continue;
    std::string wanted = catalogue::slug_of(wish.name[lang]);
    if (wanted.empty()) wanted = wish.code;
    KK_LET(const db::Rows rows, db.query("SELECT slug FROM product_texts WHERE lang = ? AND slug LIKE ?", base::to_string(lang), wanted + "%"));
    const auto taken = [&](const std::string& one) { return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.text(0) == one; }); };
    slug = wanted;
    for (int n = 2; taken(slug); ++n) slug = wanted + "-" + std::to_string(n);
  }
  return {};
}

// Pieces are moved by movements alone, and sessions by their own pages.
void keep_others(const Stored& now, Product& wish) {
  if (wish.kind == "activity") wish.variants = now.product.variants;
  for (auto& variant : wish.variants) {
    for (const auto& known : now.product.variants) {
      if (known.code == variant.code) variant.stock = known.stock;
    }
  }
}

}  // namespace

base::Result<std::vector<Lists::Named>> find_units(db::Connection& db, Lang lang) {
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT code, name_") + base::to_string(lang) + " FROM units ORDER BY 2", {}));
  std::vector<Lists::Named> out;
  for (const auto& row : rows) out.push_back({row.text(0), row.text(1)});
  return out;
}

base::Result<Lists> find_lists(db::Connection& db, Lang lang, base::UtcTime now) {
  const std::string l = base::to_string(lang), today = base::helsinki_date_iso(now);
  KK_LET(const auto rows, db.query_all({
      db::statement("SELECT code, name_" + l + " FROM price_groups ORDER BY sort_order, code"),
      db::statement("SELECT code, name_" + l + " FROM delivery_ways ORDER BY sort_order, code"),
      db::statement("SELECT c.code, c.name_" + l + ", COALESCE(c.parent_code, ''), p.name_" + l + ", EXISTS (SELECT 1 FROM categories k WHERE k.parent_code = c.code) FROM categories c "
                    "LEFT JOIN categories p ON p.code = c.parent_code ORDER BY COALESCE(p.name_" + l + ", c.name_" + l + "), c.name_" + l),
      db::statement("SELECT code, per_mille, reason_" + l + " FROM vat_codes WHERE valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?) ORDER BY per_mille IS NULL, per_mille DESC, code", today, today)}));
  Lists out;
  KK_LET(out.units, find_units(db, lang));
  for (const auto& [list, at] : {std::pair{&out.groups, 0}, {&out.deliveries, 1}}) {
    for (const auto& row : rows[static_cast<std::size_t>(at)]) list->push_back({row.text(0), row.text(1)});
  }
  for (const auto& row : rows[2]) out.categories.push_back({row.text(0), row.text(2), row.is_null(3) ? row.text(1) : row.text(3) + " – " + row.text(1), row.boolean(4)});
  for (const auto& row : rows[3]) out.vat_codes.push_back({row.text(0), words_of_vat(row, lang)});
  return out;
}

staff::Place place_of(const Lists& lists, const std::string& unit, const std::string& category, const std::string& product) {
  staff::Place out{.unit = unit, .categories = {category}, .product = product, .reg = ""};
  for (const auto& one : lists.categories) {
    if (one.code == category && !one.parent.empty()) out.categories.push_back(one.parent);
  }
  return out;
}

base::Result<std::vector<ProductRow>> find_products(db::Connection& db, Lang lang, const std::vector<staff::Scope>& scopes, const ProductsAsked& asked) {
  const std::string l = base::to_string(lang), name = "COALESCE(t.name, f.name)";
  const std::string from = " FROM products p JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + l + "' ";
  db::Statement out = db::statement("SELECT p.code, " + name + ", p.kind, c.name_" + l + ", u.name_" + l + ", p.state, (SELECT GROUP_CONCAT(x.lang) FROM product_texts x WHERE x.product_id = p.id), p.shown_from_utc, " +
                                    (asked.low ? "(SELECT GROUP_CONCAT(TRIM(CONCAT(v.name_" + l + ", ' ', k.free, '/', k.capacity)) ORDER BY v.sort_order, v.id SEPARATOR ', ')" + low_variants(*asked.low) + ")" : "''") + from +
                                    "JOIN categories c ON c.code = p.category_code JOIN units u ON u.code = p.unit_code WHERE TRUE");
  const auto where = [&](const char* condition, const std::string& value) {
    if (value.empty()) return;
    out.sql += condition;
    out.params.emplace_back(value);
  };
  add_scopes(scopes, out);
  where(" AND p.unit_code = ?", asked.unit);
  where(" AND ? IN (p.category_code, c.parent_code)", asked.category);
  where(" AND p.kind = ?", asked.kind);
  const bool coming = asked.state == "coming";
  where(" AND p.state = ?", coming ? "" : asked.state);
  if (coming || asked.state == "published" || asked.state == "closed") {
    out.sql += std::string(coming ? " AND p.state <> 'draft' AND NOT " : " AND ") + catalogue::kIsShown;
    out.params.emplace_back(asked.now);
  }
  if (asked.low) add_low(*asked.low, asked.now, out);
  if (!asked.words.empty()) where((" AND CONCAT(" + name + ", ' ', p.code) LIKE ?").c_str(), like_words(asked.words));
  where((" AND (" + name + ", p.code) > (SELECT " + name + ", p.code" + from + "WHERE p.code = ?)").c_str(), asked.after);
  KK_LET(const db::Rows rows, db.run_query(out.sql + " ORDER BY " + name + ", p.code LIMIT " + std::to_string(kProductsPerPage + 1), out.params));
  std::vector<ProductRow> found;
  for (const auto& row : rows) {
    found.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), {}, row.time(7), row.text(8)});
    for (const auto one : base::kLangs) {
      if (row.text(6).find(base::to_string(one)) == std::string::npos) found.back().missing.push_back(one);
    }
  }
  return found;
}

base::Result<int> count_low(db::Connection& db, const std::vector<staff::Scope>& scopes, int pieces, base::UtcTime now) {
  db::Statement out = db::statement("SELECT COUNT(*) FROM products p JOIN categories c ON c.code = p.category_code WHERE TRUE");
  add_low(pieces, now, out);
  add_scopes(scopes, out);
  KK_LET(const db::Rows rows, db.run_query(out.sql, out.params));
  return static_cast<int>(rows.at(0).integer(0));
}

base::Result<std::optional<Stored>> find_product(const Call& call, const std::string& code) { return catalogue::load_product(call.db, code, base::helsinki_date_iso(call.now)); }

base::Result<std::string> free_code(db::Connection& db, const std::string& name) {
  std::string wanted = catalogue::slug_of(name).substr(0, catalogue::kMostCode - 4);
  while (wanted.ends_with('-')) wanted.pop_back();
  if (wanted.empty()) wanted = "product";
  KK_LET(const db::Rows rows, db.query("SELECT code FROM products WHERE code LIKE ?", wanted + "%"));
  std::string code = wanted;
  for (int n = 2; std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.text(0) == code; }); ++n) code = wanted + "-" + std::to_string(n);
  return code;
}

base::Result<std::vector<Version>> find_versions(db::Connection& db, std::int64_t product, std::int64_t before, int most) {
  return versions(db, "AND (? = 0 OR v.version < ?) ORDER BY v.version DESC LIMIT " + std::to_string(most), {product, before, before});
}

base::Result<std::optional<Version>> find_version(db::Connection& db, std::int64_t product, std::int64_t number) {
  KK_LET(auto found, versions(db, "AND v.version = ?", {product, number}));
  return found.empty() ? std::optional<Version>() : std::optional<Version>(std::move(found[0]));
}

std::string form_key(const Call& call) {
  std::string all = std::to_string(call.person().id) + "\x1f" + call.request.path;
  for (const auto& [name, value] : call.form.pairs()) all += "\x1f" + name + "=" + value;
  const std::string* picture = call.form.file("picture");
  return crypto::as_bytes(crypto::sha256(picture == nullptr ? all : all + "\x1f" + *picture)).substr(0, 16);
}

base::Result<std::optional<std::string>> saved_by(db::Connection& db, const std::string& key) {
  KK_LET(const db::Rows rows, db.query("SELECT p.code FROM product_versions v JOIN products p ON p.id = v.product_id WHERE v.form_key = ?", key));
  return rows.empty() ? std::optional<std::string>() : std::optional(rows[0].text(0));
}

base::Result<bool> save_product(const CatalogueEdit&, const Call& call, const Product& wish, const Save& save) {
  const std::string key = form_key(call);
  return call.db.transact([&]() -> base::Result<bool> {
    KK_TRY(call.db.query("SELECT id FROM products WHERE code = ? FOR UPDATE", wish.code));
    KK_LET(const auto now, find_product(call, wish.code));
    if ((now ? now->revision : 0) != save.seen) {
      KK_LET(const auto saved, saved_by(call.db, key));
      return saved == wish.code;
    }
    Product product = wish;
    if (now) {
      KK_TRY(catalogue::keep_version(call.db, *now, {std::nullopt, now->updated, ""}));
      keep_others(*now, product);
    }
    KK_TRY(choose_slugs(call.db, now, product));
    auto written = catalogue::write_product(call.db, product, now ? &now->product : nullptr, call.now);
    if (!written) return fail(std::move(written).error());
    KK_LET(const auto after, find_product(call, wish.code));
    KK_TRY(call.db.write("INSERT INTO product_versions (product_id, version, content, staff_id, at_utc, note, form_key) VALUES (?, ?, ?, ?, ?, ?, ?)", after->id, after->revision, catalogue::to_json(after->product),
                         call.person().id, call.now, save.note, key));
    if (save.also) KK_TRY(save.also(*after));
    KK_TRY(log_act(call, staff::Use::change, "product", wish.code, save.note.empty() ? "version " + std::to_string(after->revision) : save.note));
    return true;
  });
}

}  // namespace backoffice
