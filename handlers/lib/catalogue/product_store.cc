#include "lib/catalogue/product_store.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/catalogue/product_json.h"
#include "lib/catalogue/rules.h"

namespace catalogue {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

std::optional<std::string> null_if_none(const std::string& text) { return text.empty() ? std::nullopt : std::optional<std::string>(text); }

// A slug that is known stays.
base::Status write_texts(db::Connection& db, std::int64_t id, const Product& p) {
  KK_LET(const db::Rows rows, db.query("SELECT lang FROM product_texts WHERE product_id = ?", id));
  std::set<std::string> known;
  for (const auto& row : rows) known.insert(row.text(0));
  for (const auto lang : base::kLangs) {
    const std::string code = base::to_string(lang);
    if (p.name[lang].empty()) {
      if (known.contains(code)) KK_TRY(db.write("DELETE FROM product_texts WHERE product_id = ? AND lang = ?", id, code));
      continue;
    }
    if (known.contains(code)) {
      KK_TRY(db.write("UPDATE product_texts SET name = ?, summary = ?, description = ? WHERE product_id = ? AND lang = ?", p.name[lang], p.summary[lang], p.description[lang], id, code));
      continue;
    }
    const auto added = db.execute("INSERT INTO product_texts (product_id, lang, slug, name, summary, description) VALUES (?, ?, ?, ?, ?, ?)", id, code, p.slug[lang], p.name[lang], p.summary[lang], p.description[lang]);
    if (added) continue;
    if (added.error().kind != ErrorKind::conflict) return fail(added.error());
    KK_LET(const db::Rows holder, db.query("SELECT p.code FROM product_texts t JOIN products p ON p.id = t.product_id WHERE t.lang = ? AND t.slug = ?", code, p.slug[lang]));
    if (holder.empty()) return fail(added.error());
    return fail(ErrorKind::conflict, "slug_" + code + ": the address " + p.slug[lang] + " belongs to product " + holder[0].text(0));
  }
  return {};
}

base::Status write_deliveries(db::Connection& db, std::int64_t id, const Product& p) {
  KK_TRY(db.write("DELETE FROM product_deliveries WHERE product_id = ?", id));
  for (const auto& way : p.deliveries) KK_TRY(db.write("INSERT INTO product_deliveries (product_id, delivery_code) VALUES (?, ?)", id, way));
  return {};
}

base::Status write_stock(db::Connection& db, std::int64_t variant, std::optional<int> capacity) {
  if (!capacity) return db.write("DELETE FROM stock WHERE variant_id = ?", variant);
  KK_TRY(db.write("INSERT IGNORE INTO stock (variant_id, capacity, free) VALUES (?, ?, ?)", variant, *capacity, *capacity));
  return db.write("UPDATE stock SET free = free + ? - capacity, capacity = ? WHERE variant_id = ?", *capacity, *capacity, variant);
}

base::Result<std::int64_t> write_variant(db::Connection& db, std::int64_t product, const Variant& v, int order, const std::string& today) {
  KK_LET(const db::Rows row, db.query("INSERT INTO variants (product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc, sort_order, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                      "ON DUPLICATE KEY UPDATE name_fi = VALUE(name_fi), name_sv = VALUE(name_sv), name_en = VALUE(name_en), starts_utc = VALUE(starts_utc), ends_utc = VALUE(ends_utc), "
                                      "sort_order = VALUE(sort_order), active = VALUE(active) RETURNING id",
                                      product, v.code, v.name[Lang::fi], v.name[Lang::sv], v.name[Lang::en], v.starts, v.ends, order, v.active));
  const std::int64_t id = row[0].integer(0);
  KK_TRY(write_prices(db, product, id, v.prices, today));
  KK_TRY(write_stock(db, id, v.stock));
  return id;
}

base::Result<std::vector<std::int64_t>> write_variants(db::Connection& db, std::int64_t id, const Product& p, const Product* before, const std::string& today) {
  std::vector<std::int64_t> out;
  int order = 0;
  for (const auto& v : p.variants) {
    ++order;
    const bool same = before != nullptr && static_cast<std::size_t>(order) <= before->variants.size() && before->variants[static_cast<std::size_t>(order - 1)] == v;
    if (same) {
      out.push_back(0);
      continue;
    }
    KK_LET(const std::int64_t made, write_variant(db, id, v, order, today));
    out.push_back(made);
  }
  // What was called off stays off sale. After the stock, as whoever sells does; and as it is now, not when the transaction began.
  const bool has_times = std::any_of(p.variants.begin(), p.variants.end(), [](const auto& v) { return v.starts.has_value(); });
  if (has_times) KK_TRY(db.write("UPDATE variants v STRAIGHT_JOIN called_off_times c ON c.variant_id = v.id SET v.active = FALSE WHERE v.product_id = ? AND v.active", id));
  return out;
}

base::Result<std::int64_t> write_row(db::Connection& db, const Product& p, base::UtcTime now) {
  KK_LET(const db::Rows written, db.query(
      "INSERT INTO products (code, kind, category_code, unit_code, vat_code, withdrawal, consumer_contract, minor_value, holder_name, cost_centre, ledger_account, max_per_order, days_valid, uses, "
      "shown_from_utc, sale_from_utc, sale_until_utc, state, topical, sort_order, image_sha256, alt_fi, alt_sv, alt_en, appeal_fi, appeal_sv, appeal_en, benefit, updated_utc) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE kind = VALUE(kind), category_code = VALUE(category_code), unit_code = VALUE(unit_code), "
      "vat_code = VALUE(vat_code), withdrawal = VALUE(withdrawal), consumer_contract = VALUE(consumer_contract), minor_value = VALUE(minor_value), holder_name = VALUE(holder_name), "
      "cost_centre = VALUE(cost_centre), ledger_account = VALUE(ledger_account), max_per_order = VALUE(max_per_order), days_valid = VALUE(days_valid), uses = VALUE(uses), shown_from_utc = VALUE(shown_from_utc), sale_from_utc = VALUE(sale_from_utc), "
      "sale_until_utc = VALUE(sale_until_utc), state = VALUE(state), topical = VALUE(topical), sort_order = VALUE(sort_order), image_sha256 = VALUE(image_sha256), alt_fi = VALUE(alt_fi), "
      "alt_sv = VALUE(alt_sv), alt_en = VALUE(alt_en), appeal_fi = VALUE(appeal_fi), appeal_sv = VALUE(appeal_sv), appeal_en = VALUE(appeal_en), benefit = VALUE(benefit), updated_utc = VALUE(updated_utc), "
      "revision = revision + 1 RETURNING id",
      p.code, p.kind, p.category, p.unit, p.vat, p.withdrawal, p.consumer_contract, p.minor_value, p.holder_name, p.cost_centre, p.ledger_account, p.max_per_order, p.days_valid, p.uses,
      p.shown_from, p.sale_from, p.sale_until, p.state, p.topical, p.order, null_if_none(p.image), p.alt[Lang::fi], p.alt[Lang::sv], p.alt[Lang::en], p.appeal[Lang::fi], p.appeal[Lang::sv],
      p.appeal[Lang::en], p.benefit, now));
  return written[0].integer(0);
}

void read_row(const db::Row& row, Stored& out) {
  Product& p = out.product;
  out.id = row.integer(0);
  out.revision = row.integer(1);
  for (auto [text, column] : {std::pair{&p.code, 2}, {&p.kind, 3}, {&p.category, 4}, {&p.unit, 5}, {&p.vat, 6}, {&p.withdrawal, 7}, {&p.cost_centre, 11}, {&p.ledger_account, 12}, {&p.state, 17}, {&p.image, 20}}) {
    *text = row.text(static_cast<std::size_t>(column));
  }
  p.consumer_contract = row.boolean(8);
  p.minor_value = row.boolean(9);
  p.holder_name = row.boolean(10);
  p.max_per_order = static_cast<int>(row.integer(13));
  if (!row.is_null(14)) p.days_valid = static_cast<int>(row.integer(14));
  p.sale_from = row.time(15);
  p.sale_until = row.time(16);
  p.topical = row.boolean(18);
  p.order = static_cast<int>(row.integer(19));
  for (const auto lang : base::kLangs) {
    p.alt[lang] = row.text(21 + base::index(lang));
    p.appeal[lang] = row.text(24 + base::index(lang));
  }
  out.updated = row.time(30).value_or(base::UtcTime{});
  p.benefit = row.text(31);
  p.shown_from = row.time(32);
  if (!row.is_null(29)) p.uses = static_cast<int>(row.integer(29));
  if (!row.is_null(27)) p.activity = Activity{row.text(27), row.text(28)};
}

constexpr const char* kPricesSql = "SELECT p.variant_id, p.price_group, p.cents, CAST(c.valid_from AS CHAR), c.cents FROM prices p JOIN price_groups g ON g.code = p.price_group "
                                   "LEFT JOIN coming_prices c ON c.product_id = p.product_id AND c.variant_id = p.variant_id AND c.price_group = p.price_group ";

Price read_price(const db::Row& row, const std::string& today) {
  Price out{row.text(1), row.cents(2)};
  if (const auto from = row.optional_text(3)) out.next_from = *from, out.next_cents = row.cents(4);
  return in_effect(std::move(out), today);
}

base::Status read_prices(db::Connection& db, const std::string& today, Stored& out) {
  KK_LET(const db::Rows rows, db.query(std::string(kPricesSql) + "WHERE p.product_id = ? ORDER BY g.sort_order, g.code", out.id));
  for (const auto& row : rows) {
    const Price price = read_price(row, today);
    if (row.integer(0) == 0) out.product.prices.push_back(price);
    const auto at = std::find(out.variants.begin(), out.variants.end(), row.integer(0));
    if (at != out.variants.end()) out.product.variants[static_cast<std::size_t>(at - out.variants.begin())].prices.push_back(price);
  }
  return {};
}

}  // namespace

base::Result<std::vector<Price>> load_prices(db::Connection& db, std::int64_t product, std::int64_t variant, const std::string& today) {
  KK_LET(const db::Rows rows, db.query(std::string(kPricesSql) + "WHERE p.product_id = ? AND p.variant_id = ? ORDER BY g.sort_order, g.code", product, variant));
  std::vector<Price> out;
  for (const auto& row : rows) out.push_back(read_price(row, today));
  return out;
}

base::Status write_prices(db::Connection& db, std::int64_t product, std::int64_t variant, const std::vector<Price>& prices, const std::string& today) {
  KK_TRY(db.write("DELETE FROM prices WHERE product_id = ? AND variant_id = ?", product, variant));
  for (const auto& one : prices) {
    const Price price = in_effect(one, today);  // price_days notes what is written as what could be paid
    KK_TRY(db.write("INSERT INTO prices (product_id, variant_id, price_group, cents) VALUES (?, ?, ?, ?)", product, variant, price.group, price.cents));
    if (price.next_from.empty()) continue;
    KK_TRY(db.write("INSERT INTO coming_prices (product_id, variant_id, price_group, valid_from, cents) VALUES (?, ?, ?, ?, ?)", product, variant, price.group, price.next_from, price.next_cents));
  }
  return {};
}

base::Result<std::optional<Stored>> load_product(db::Connection& db, const std::string& code, const std::string& today) {
  Stored out;
  KK_LET(const db::Rows found, db.query("SELECT p.id, p.revision, p.code, p.kind, p.category_code, p.unit_code, p.vat_code, p.withdrawal, p.consumer_contract, p.minor_value, p.holder_name, p.cost_centre, "
                                        "p.ledger_account, p.max_per_order, p.days_valid, p.sale_from_utc, p.sale_until_utc, p.state, p.topical, p.sort_order, p.image_sha256, p.alt_fi, p.alt_sv, p.alt_en, "
                                        "p.appeal_fi, p.appeal_sv, p.appeal_en, a.type, a.form_code, p.uses, p.updated_utc, p.benefit, p.shown_from_utc FROM products p LEFT JOIN activities a ON a.product_id = p.id WHERE p.code = ?", code));
  if (found.empty()) return std::optional<Stored>();
  read_row(found[0], out);
  KK_LET(const auto rest, db.query_all({
      db::statement("SELECT lang, slug, name, summary, description FROM product_texts WHERE product_id = ?", out.id),
      db::statement("SELECT p.delivery_code FROM product_deliveries p JOIN delivery_ways d ON d.code = p.delivery_code WHERE p.product_id = ? ORDER BY d.sort_order, d.code", out.id),
      db::statement("SELECT v.id, v.code, v.name_fi, v.name_sv, v.name_en, v.starts_utc, v.ends_utc, v.active, s.capacity, s.free, c.variant_id IS NOT NULL FROM variants v LEFT JOIN stock s ON s.variant_id = v.id LEFT JOIN called_off_times c ON c.variant_id = v.id "
                    "WHERE v.product_id = ? ORDER BY v.sort_order, v.starts_utc, v.id", out.id)}));
  for (const auto& row : rest[0]) {
    const auto lang = base::parse_lang(row.text(0)).value_or(Lang::fi);
    out.product.slug[lang] = row.text(1);
    out.product.name[lang] = row.text(2);
    out.product.summary[lang] = row.text(3);
    out.product.description[lang] = row.text(4);
  }
  for (const auto& row : rest[1]) out.product.deliveries.push_back(row.text(0));
  for (const auto& row : rest[2]) {
    Variant v{row.text(1), {{row.text(2), row.text(3), row.text(4)}}, {}, row.time(5), row.time(6), {}, {}, row.boolean(7)};
    if (!row.is_null(8)) v.stock = static_cast<int>(row.integer(8));
    out.variants.push_back(row.integer(0));
    out.free.push_back(row.is_null(9) ? std::nullopt : std::optional(row.integer(9)));
    out.called_off.push_back(row.boolean(10));
    out.product.variants.push_back(std::move(v));
  }
  KK_TRY(read_prices(db, today, out));
  return std::optional<Stored>(std::move(out));
}

base::Result<Written> write_product(db::Connection& db, const Product& p, const Product* before, base::UtcTime now) {
  KK_LET(const db::Rows known, db.query("SELECT id FROM products WHERE code = ? FOR UPDATE", p.code));
  Written out;
  const std::string today = base::helsinki_date_iso(now);
  out.is_new = known.empty();
  KK_LET(out.id, write_row(db, p, now));
  KK_TRY(write_texts(db, out.id, p));
  KK_TRY(write_deliveries(db, out.id, p));
  if (p.activity) KK_TRY(db.write("INSERT INTO activities (product_id, type, form_code) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE type = VALUE(type), form_code = VALUE(form_code)", out.id, p.activity->type, p.activity->form));
  KK_TRY(write_prices(db, out.id, 0, p.prices, today));
  KK_LET(out.variants, write_variants(db, out.id, p, before, today));
  KK_TRY(db.write("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", out.id, now));
  return out;
}

base::Status keep_version(db::Connection& db, const Stored& stored, const Kept& kept) {
  return db.write("INSERT IGNORE INTO product_versions (product_id, version, content, staff_id, at_utc, note) VALUES (?, ?, ?, ?, ?, ?)", stored.id, stored.revision, to_json(stored.product), kept.staff, kept.at, kept.note);
}

}  // namespace catalogue
