#include "backoffice/closure_store.h"

#include "backoffice/product_store.h"
#include "lib/catalogue/closure_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

// Whose pages show it.
base::Status tell_pages(db::Connection& db, const std::string& scope, base::UtcTime now) {
  const auto cut = scope.find(':');
  const std::string kind = scope.substr(0, cut), code = scope.substr(cut + 1);
  if (kind == "shop") return db.write("INSERT INTO changes (kind, at_utc) VALUES ('all', ?)", now);
  return db.write(std::string("INSERT INTO changes (kind, product_id, at_utc) SELECT 'product', id, ? FROM products WHERE ") + (kind == "unit" ? "unit_code" : "code") + " = ?", now, code);
}

constexpr const char* kNameOfProduct = "COALESCE((SELECT t.name FROM product_texts t WHERE t.product_id = p.id AND t.lang = ?), (SELECT t.name FROM product_texts t WHERE t.product_id = p.id AND t.lang = 'fi'), p.code)";

staff::Place place_of_product(const db::Row& row, std::size_t from) { return {.unit = row.text(from), .categories = {row.text(from + 1), row.text(from + 2)}, .product = row.text(from + 3), .reg = ""}; }

}  // namespace

base::Result<std::vector<ClosureRow>> find_closures(db::Connection& db, base::Lang lang) {
  const std::string code = base::to_string(lang);
  KK_LET(const db::Rows rows, db.query("SELECT c.id, c.scope, COALESCE(u.name_" + code + ", IF(p.id IS NULL, '', " + kNameOfProduct + ")), c.reason_fi, c.reason_sv, c.reason_en, s.name, c.closed_utc, "
                                       "COALESCE(u.code, p.unit_code, ''), COALESCE(p.category_code, ''), COALESCE(g.parent_code, ''), COALESCE(p.code, '') FROM sale_closures c JOIN staff s ON s.id = c.closed_by "
                                       "LEFT JOIN units u ON c.scope = CONCAT('unit:', u.code) LEFT JOIN products p ON c.scope = CONCAT('product:', p.code) LEFT JOIN categories g ON g.code = p.category_code "
                                       "WHERE c.standing IS NOT NULL ORDER BY c.id DESC", code));
  std::vector<ClosureRow> out;
  for (const auto& row : rows) {
    ClosureRow one{row.integer(0), row.text(1), row.text(2), {}, row.text(6), row.time(7).value_or(base::UtcTime{}), place_of_product(row, 8), row.text(1).starts_with("product:")};
    for (const auto each : base::kLangs) one.reason[each] = row.text(3 + base::index(each));
    out.push_back(std::move(one));
  }
  return out;
}

base::Result<std::vector<ToClose>> units_to_close(db::Connection& db, base::Lang lang) {
  KK_LET(const auto units, find_units(db, lang));
  std::vector<ToClose> out;
  for (const auto& one : units) out.push_back({one.code, one.name, {.unit = one.code, .categories = {}, .product = "", .reg = ""}});
  return out;
}

base::Result<std::optional<ToClose>> product_to_close(db::Connection& db, base::Lang lang, const std::string& code) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kNameOfProduct + ", p.unit_code, p.category_code, COALESCE(g.parent_code, ''), p.code FROM products p LEFT JOIN categories g ON g.code = p.category_code WHERE p.code = ?",
                                       base::to_string(lang), db::in_ascii(code)));
  if (rows.empty()) return std::optional<ToClose>();
  return std::optional<ToClose>(ToClose{code, rows[0].text(0), place_of_product(rows[0], 1)});
}

base::Status close_sale(const Close&, db::Connection& db, const std::string& scope, const base::Texts& reason, std::int64_t by, base::UtcTime now) {
  // Its unique key waits for those who are selling it now.
  KK_TRY(db.execute("INSERT INTO sale_closures (scope, reason_fi, reason_sv, reason_en, closed_by, closed_utc) VALUES (?, ?, ?, ?, ?, ?)", scope, reason[base::Lang::fi], reason[base::Lang::sv], reason[base::Lang::en], by, now));
  return tell_pages(db, scope, now);
}

base::Status reopen_sale(const Close&, db::Connection& db, const ClosureRow& closure, std::int64_t by, base::UtcTime now) {
  // The table's trigger is counted too.
  KK_LET(const db::Done done, db.execute("UPDATE sale_closures SET reopened_by = ?, reopened_utc = ? WHERE id = ? AND reopened_utc IS NULL", by, now, closure.id));
  if (done.affected == 0) return fail(ErrorKind::conflict, "the sale is open by now");
  return tell_pages(db, closure.scope, now);
}

}  // namespace backoffice
