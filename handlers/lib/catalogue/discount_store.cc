#include "lib/catalogue/discount_store.h"

#include "lib/catalogue/campaign_store.h"

namespace catalogue {

base::Result<std::optional<DiscountCode>> find_code(db::Connection& db, const std::string& plain, const std::vector<std::int64_t>& products) {
  std::vector<db::Param> params = {plain};
  params.insert(params.end(), products.begin(), products.end());
  KK_LET(const auto found, db.query_all({
      db::statement("SELECT id, code, name_fi, name_sv, name_en, price_group, percent, cents, minimum_cents, max_uses, used, version, DATEDIFF(from_day, '1970-01-01'), DATEDIFF(until_day, '1970-01-01'), ended_utc IS NOT NULL "
                    "FROM discount_codes WHERE code = ?", plain),
      {std::string("SELECT p.id FROM discount_codes c JOIN products p LEFT JOIN categories g ON g.code = p.category_code WHERE c.code = ? AND ") + kInScope + " AND p.id IN (" + db::question_marks(products.size()) + ")", params}}));
  if (found[0].empty()) return std::optional<DiscountCode>();
  const auto& row = found[0][0];
  DiscountCode out;
  out.id = row.integer(0);
  out.code = row.text(1);
  for (const auto lang : base::kLangs) out.name[lang] = row.text(2 + base::index(lang));
  out.group = row.text(5);
  if (!row.is_null(6)) out.percent = static_cast<int>(row.integer(6));
  out.cents = row.cents(7);
  out.minimum = row.cents(8);
  if (!row.is_null(9)) out.max_uses = static_cast<int>(row.integer(9));
  out.used = static_cast<int>(row.integer(10));
  out.version = static_cast<int>(row.integer(11));
  out.from = Day{std::chrono::days{row.integer(12)}};
  out.until = Day{std::chrono::days{row.integer(13)}};
  out.ended = row.boolean(14);
  for (const auto& one : found[1]) out.products.insert(one.integer(0));
  return std::optional<DiscountCode>(std::move(out));
}

base::Result<bool> take_use(db::Connection& db, const Use& use, base::UtcTime now) {
  KK_TRY(db.write("UPDATE discount_codes SET used = used + 1 WHERE id = ? AND version = ? AND ended_utc IS NULL AND ? BETWEEN from_day AND until_day AND (max_uses IS NULL OR used < max_uses)", use.code, use.version,
                  base::helsinki_date_iso(now)));
  KK_LET(const db::Rows taken, db.query("SELECT ROW_COUNT()"));
  if (taken[0].integer(0) != 1) return false;
  KK_TRY(db.write("INSERT INTO discount_uses (order_id, discount_id, cents) VALUES (@order_id, ?, ?)", use.code, use.cents));
  return true;
}

base::Status give_use_back(db::Connection& db, std::int64_t order) {
  return db.write("UPDATE discount_uses u JOIN discount_codes c ON c.id = u.discount_id SET u.counted = FALSE, c.used = c.used - 1 WHERE u.order_id = ? AND u.counted", order);
}

base::Status take_use_again(db::Connection& db, std::int64_t order) {
  return db.write("UPDATE discount_uses u JOIN discount_codes c ON c.id = u.discount_id SET u.counted = TRUE, c.used = c.used + 1 WHERE u.order_id = ? AND NOT u.counted", order);
}

}  // namespace catalogue
