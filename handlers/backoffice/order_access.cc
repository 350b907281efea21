#include "backoffice/order_access.h"

#include <charconv>

namespace backoffice {

using base::ErrorKind;
using base::fail;

base::Result<std::vector<LinePlace>> places_of(db::Connection& db, std::int64_t order_id) {
  KK_LET(const db::Rows rows, db.query("SELECT l.line_no, l.unit_code, p.category_code, c.parent_code, p.code FROM order_lines l LEFT JOIN products p ON p.id = l.product_id "
                                       "LEFT JOIN categories c ON c.code = p.category_code WHERE l.order_id = ? AND l.kind = 'product' ORDER BY l.line_no", order_id));
  std::vector<LinePlace> out;
  for (const auto& row : rows) out.push_back({static_cast<int>(row.integer(0)), {.unit = row.text(1), .categories = {row.text(2), row.text(3)}, .product = row.text(4), .reg = "shop"}});
  return out;
}

base::Result<std::int64_t> id_of(const std::string& arg) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(arg.data(), arg.data() + arg.size(), id);
  // One number, one spelling: the use log names orders by it.
  if (error != std::errc() || end != arg.data() + arg.size() || id <= 0 || arg.front() == '0') return fail(ErrorKind::not_found, "no number");
  return id;
}

base::Result<Reach> reach_of(const Call& call, staff::Right right) {
  Reach out;
  std::vector<db::Param> named;
  std::string where;
  for (const auto& scope : call.rights.scopes(right)) {
    if (scope.kind == staff::Scope::Kind::shop || (scope.kind == staff::Scope::Kind::reg && scope.id == "shop" && staff::info(right).of == staff::Register::shop)) out.all = true;
    if (scope.kind == staff::Scope::Kind::unit) out.units.push_back(scope.id);
    if (scope.kind == staff::Scope::Kind::product || scope.kind == staff::Scope::Kind::category) {
      where += std::string(where.empty() ? "" : " OR ") + (scope.kind == staff::Scope::Kind::product ? "p.code = ?" : "? IN (p.category_code, c.parent_code)");
      named.emplace_back(scope.id);
    }
  }
  if (where.empty() || out.all) return out;
  KK_LET(const db::Rows rows, call.db.run_query("SELECT p.id FROM products p JOIN categories c ON c.code = p.category_code WHERE " + where, named));
  for (const auto& row : rows) out.products.push_back(row.integer(0));
  return out;
}

std::string within(const Reach& reach, const std::string& unit, const std::string& product, std::vector<db::Param>& params) {
  if (reach.all) return "TRUE";
  std::string out;
  if (!reach.units.empty()) out = unit + " IN (" + db::question_marks(reach.units.size()) + ")";
  if (!reach.products.empty()) out += (out.empty() ? "" : " OR ") + product + " IN (" + db::question_marks(reach.products.size()) + ")";
  for (const auto& one : reach.units) params.emplace_back(one);
  for (const auto one : reach.products) params.emplace_back(one);
  return out.empty() ? "FALSE" : "(" + out + ")";
}

std::string line_within(const Reach& reach, std::vector<db::Param>& params) {
  if (reach.all) return "TRUE";
  const std::string mine = within(reach, "y.unit_code", "y.product_id", params);
  return "EXISTS (SELECT 1 FROM order_lines y WHERE y.order_id = l.order_id AND y.kind = 'product' AND (y.line_no = l.line_no OR (l.kind = 'delivery' AND y.delivery_code = l.delivery_code)) AND " + mine + ")";
}

base::Result<std::set<std::int64_t>> may_open(const Call& call, const std::set<std::int64_t>& orders) {
  std::set<std::int64_t> out;
  if (orders.empty()) return out;
  KK_LET(const Reach reach, reach_of(call, staff::Right::orders_view));
  std::vector<db::Param> params(orders.begin(), orders.end());
  const std::string mine = within(reach, "l.unit_code", "l.product_id", params);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT DISTINCT l.order_id FROM order_lines l WHERE l.order_id IN (" + db::question_marks(orders.size()) + ") AND " + mine, params));
  for (const auto& row : rows) out.insert(row.integer(0));
  return out;
}

}  // namespace backoffice
