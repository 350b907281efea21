#include "backoffice/discount_store.h"

#include <tuple>

#include "lib/catalogue/campaign_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kProductName = "COALESCE((SELECT t.name FROM product_texts t WHERE t.product_id = p.id AND t.lang = ?), (SELECT t.name FROM product_texts t WHERE t.product_id = p.id AND t.lang = 'fi'), p.code)";

std::string select_discounts(bool codes, base::Lang lang, const char* where) {
  const std::string l = base::to_string(lang);
  const std::string own = codes ? "c.code, c.minimum_cents, c.max_uses, c.used, COALESCE(m.off, 0), COALESCE(m.sold, 0)" : "'', 0, NULL, 0, 0, 0";
  const std::string money = codes ? " LEFT JOIN (SELECT u.discount_id, SUM(u.cents) AS off, SUM(o.total_cents) AS sold FROM discount_uses u JOIN orders o ON o.id = u.order_id WHERE o.state IN ('paid', 'confirmed') GROUP BY 1) m ON m.discount_id = c.id" : "";
  return "SELECT c.id, c.name_fi, c.name_sv, c.name_en, c.scope, c.price_group, c.percent, c.cents, CAST(c.from_day AS CHAR), CAST(c.until_day AS CHAR), c.ended_utc, c.version, " + own + ", COALESCE(u.name_" + l + ", k.name_" + l + ", IF(p.id IS NULL, '', " + kProductName + ")), "
         "COALESCE(u.code, p.unit_code, ''), COALESCE(k.code, p.category_code, ''), COALESCE(k.parent_code, g.parent_code, ''), COALESCE(p.code, '') FROM " + (codes ? "discount_codes" : "campaigns") + " c" + money +
         " LEFT JOIN units u ON c.scope = CONCAT('unit:', u.code) LEFT JOIN categories k ON c.scope = CONCAT('category:', k.code) LEFT JOIN products p ON c.scope = CONCAT('product:', p.code) "
         "LEFT JOIN categories g ON g.code = p.category_code" + where + " ORDER BY c.from_day DESC, c.id DESC";
}

staff::Place place_from(const db::Row& row, std::size_t first) {
  staff::Place out{.unit = row.text(first), .categories = {}, .product = row.text(first + 3), .reg = ""};
  for (const std::size_t i : {first + 1, first + 2}) {
    if (!row.text(i).empty()) out.categories.push_back(row.text(i));
  }
  return out;
}

Discount discount_of(const db::Row& row, bool is_code) {
  Discount out;
  out.is_code = is_code;
  out.id = row.integer(0);
  for (const auto lang : base::kLangs) out.name[lang] = row.text(1 + base::index(lang));
  out.scope = row.text(4);
  out.group = row.text(5);
  if (!row.is_null(6)) out.percent = static_cast<int>(row.integer(6));
  out.cents = row.cents(7);
  out.from = row.text(8);
  out.until = row.text(9);
  out.ended = row.time(10);
  out.version = static_cast<int>(row.integer(11));
  out.code = row.text(12);
  out.minimum = row.cents(13);
  if (!row.is_null(14)) out.max_uses = static_cast<int>(row.integer(14));
  out.used = static_cast<int>(row.integer(15));
  out.off = row.cents(16);
  out.sold = row.cents(17);
  out.scope_name = row.text(18);
  out.place = place_from(row, 19);
  return out;
}

// A campaign's pages; a code shows on none.
base::Status tell_pages_of(db::Connection& db, const Discount& one, base::UtcTime now) {
  if (one.is_code) return {};
  return db.write(std::string("INSERT INTO changes (kind, product_id, at_utc) SELECT 'product', p.id, ? FROM (SELECT ? AS scope) c JOIN products p LEFT JOIN categories g ON g.code = p.category_code WHERE ") + catalogue::kInScope, now, one.scope);
}

std::optional<std::string> group_or_null(const Discount& one) { return one.group.empty() ? std::nullopt : std::optional<std::string>(one.group); }
std::optional<base::Cents> cents_or_null(const Discount& one) { return one.percent ? std::nullopt : std::optional<base::Cents>(one.cents); }

bool say_the_same(const Discount& a, const Discount& b) {
  const auto all = [](const Discount& one) { return std::tie(one.name.by_lang, one.scope, one.group, one.percent, one.cents, one.from, one.until, one.code, one.minimum, one.max_uses); };
  return all(a) == all(b);
}

const char* table_of(const Discount& one) { return one.is_code ? "discount_codes" : "campaigns"; }

}  // namespace

base::Result<std::vector<Discount>> find_discounts(db::Connection& db, base::Lang lang) {
  std::vector<Discount> out;
  for (const bool codes : {false, true}) {
    KK_LET(const db::Rows rows, db.query(select_discounts(codes, lang, ""), base::to_string(lang)));
    for (const auto& row : rows) out.push_back(discount_of(row, codes));
  }
  return out;
}

base::Result<std::optional<Discount>> find_discount(db::Connection& db, base::Lang lang, const std::string& key) {
  const bool is_code = key.starts_with("code-");
  const std::string id = key.substr(key.find('-') + 1);
  if ((!is_code && !key.starts_with("campaign-")) || id.empty() || id.size() > 10 || id.find_first_not_of("0123456789") != std::string::npos) return std::optional<Discount>();
  KK_LET(const db::Rows rows, db.query(select_discounts(is_code, lang, " WHERE c.id = ?"), base::to_string(lang), id));
  return rows.empty() ? std::optional<Discount>() : discount_of(rows[0], is_code);
}

base::Result<std::optional<staff::Place>> place_of_scope(db::Connection& db, const std::string& typed) {
  if (typed == "shop:") return std::optional<staff::Place>(staff::Place());
  const std::string scope = db::in_ascii(typed);
  KK_LET(const db::Rows rows, db.query("SELECT u.code, '', '', '' FROM units u WHERE CONCAT('unit:', u.code) = ? UNION ALL SELECT '', k.code, COALESCE(k.parent_code, ''), '' FROM categories k WHERE CONCAT('category:', k.code) = ? "
                                       "UNION ALL SELECT p.unit_code, p.category_code, COALESCE(g.parent_code, ''), p.code FROM products p LEFT JOIN categories g ON g.code = p.category_code WHERE CONCAT('product:', p.code) = ?", scope, scope, scope));
  return rows.empty() ? std::optional<staff::Place>() : place_from(rows[0], 0);
}

base::Result<Touched> find_touched(db::Connection& db, base::Lang lang, const Discount& one, const std::string& day) {
  const std::string prices = "(SELECT p.product_id, p.price_group, IF(c.valid_from <= ?, c.cents, p.cents) AS cents FROM prices p LEFT JOIN coming_prices c ON c.product_id = p.product_id AND c.variant_id = p.variant_id AND c.price_group = p.price_group)";
  const std::string where = " FROM (SELECT ? AS scope) c JOIN products p LEFT JOIN categories g ON g.code = p.category_code JOIN " + prices + " pr ON pr.product_id = p.id AND (? = '' OR pr.price_group = ?) WHERE p.state = 'published' AND pr.cents > 0 AND " + catalogue::kInScope;
  const std::string l = base::to_string(lang);
  KK_LET(const auto found, db.query_all({db::statement(std::string("SELECT ") + kProductName + ", MAX(pr.cents)" + where + " GROUP BY p.id ORDER BY p.id LIMIT 3", l, one.scope, day, one.group, one.group),
                                         db::statement("SELECT COUNT(DISTINCT p.id)" + where, one.scope, day, one.group, one.group)}));
  Touched out;
  for (const auto& row : found[0]) out.some.push_back({row.text(0), row.cents(1)});
  out.products = found[1][0].integer(0);
  return out;
}

base::Result<bool> make_discount(const EditPrices&, db::Connection& db, const Discount& one, const Maker& maker, base::UtcTime now) {
  const std::string table = table_of(one);
  std::vector<db::Param> params = {one.name[base::Lang::fi], one.name[base::Lang::sv], one.name[base::Lang::en], one.scope, group_or_null(one), one.percent, cents_or_null(one), one.from, one.until, maker.form_key, maker.staff, now};
  std::string columns = "name_fi, name_sv, name_en, scope, price_group, percent, cents, from_day, until_day, form_key, made_by, made_utc";
  if (one.is_code) {
    columns += ", code, minimum_cents, max_uses";
    params.insert(params.end(), {one.code, one.minimum, one.max_uses});
  }
  if (const auto made = db.run_execute("INSERT INTO " + table + " (" + columns + ") VALUES (" + db::question_marks(params.size()) + ")", params); !made) {
    if (made.error().kind != ErrorKind::conflict) return fail(made.error());
    KK_LET(const db::Rows before, db.query(select_discounts(one.is_code, base::Lang::fi, " WHERE c.form_key = ?"), "fi", maker.form_key));
    if (before.empty() || !say_the_same(discount_of(before[0], one.is_code), one)) return fail(made.error());
    return false;
  }
  KK_TRY(tell_pages_of(db, one, now));
  return true;
}

base::Status change_discount(const EditPrices&, db::Connection& db, const Discount& was, const Discount& one, base::UtcTime now) {
  std::vector<db::Param> params = {one.name[base::Lang::fi], one.name[base::Lang::sv], one.name[base::Lang::en], one.scope, group_or_null(one), one.percent, cents_or_null(one), one.from, one.until};
  std::string set = "name_fi = ?, name_sv = ?, name_en = ?, scope = ?, price_group = ?, percent = ?, cents = ?, from_day = ?, until_day = ?, version = version + 1";
  if (one.is_code) {
    set += ", code = ?, minimum_cents = ?, max_uses = ?";
    params.insert(params.end(), {one.code, one.minimum, one.max_uses});
  }
  params.insert(params.end(), {was.id, was.version});
  KK_LET(const db::Done done, db.run_execute(std::string("UPDATE ") + table_of(was) + " SET " + set + " WHERE id = ? AND version = ? AND ended_utc IS NULL", params));
  if (done.affected == 0) return fail(ErrorKind::conflict, "it was changed or ended meanwhile");
  KK_TRY(tell_pages_of(db, was, now));
  return tell_pages_of(db, one, now);
}

base::Status end_discount(const EditPrices&, db::Connection& db, const Discount& one, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute(std::string("UPDATE ") + table_of(one) + " SET ended_utc = ?, version = version + 1 WHERE id = ? AND ended_utc IS NULL AND until_day >= ?", now, one.id, base::helsinki_date_iso(now)));
  if (done.affected == 0) return fail(ErrorKind::conflict, "it is over by now");
  return tell_pages_of(db, one, now);
}

}  // namespace backoffice
