#include "lib/catalogue/closure_store.h"

#include <set>

namespace catalogue {

std::string unit_scope(const std::string& unit) { return "unit:" + unit; }
std::string product_scope(const std::string& product) { return "product:" + product; }

const base::Texts* Closures::why(const Sold& sold) const {
  for (const auto& scope : {product_scope(sold.product), unit_scope(sold.unit), std::string(kWholeShop)}) {
    if (const auto found = by_scope_.find(scope); found != by_scope_.end()) return &found->second;
  }
  return nullptr;
}

const base::Texts* Closures::of_shop() const {
  const auto found = by_scope_.find(kWholeShop);
  return found == by_scope_.end() ? nullptr : &found->second;
}

base::Result<Closures> load_closures(db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT standing, reason_fi, reason_sv, reason_en FROM sale_closures WHERE standing IS NOT NULL"));
  Closures out;
  for (const auto& row : rows) {
    base::Texts reason;
    for (const auto lang : base::kLangs) reason[lang] = row.text(1 + base::index(lang));
    out.add(row.text(0), std::move(reason));
  }
  return out;
}

base::Result<bool> hold_open(db::Connection& db, const std::vector<Sold>& sold) {
  if (sold.empty()) return true;
  std::set<std::string> scopes = {kWholeShop};
  for (const auto& one : sold) scopes.insert({unit_scope(one.unit), product_scope(one.product)});
  // The locks are on the index's gaps too, where a new closure would stand (REPEATABLE READ).
  KK_LET(const db::Rows rows, db.run_query("SELECT 1 FROM sale_closures WHERE standing IN (" + db::question_marks(scopes.size()) + ") LOCK IN SHARE MODE", {scopes.begin(), scopes.end()}));
  return rows.empty();
}

}  // namespace catalogue
