#include "lib/catalogue/campaign_store.h"

#include <algorithm>
#include <iterator>

namespace catalogue {

namespace {

Day read_day(const db::Row& row, std::size_t column) { return Day{std::chrono::days{row.integer(column)}}; }

Campaign campaign_of(const db::Row& row) {
  Campaign out;
  out.id = row.integer(0);
  for (const auto lang : base::kLangs) out.name[lang] = row.text(1 + base::index(lang));
  out.group = row.text(4);
  if (!row.is_null(5)) out.percent = static_cast<int>(row.integer(5));
  out.cents = row.cents(6);
  out.from = read_day(row, 7);
  out.until = read_day(row, 8);
  if (const auto ended = row.time(9)) {
    out.ended = true;
    out.until = std::min(out.until, Day{base::helsinki_day(*ended)});
  }
  return out;
}

std::string among(const char* column, const std::vector<std::int64_t>* products) { return products == nullptr ? "" : std::string(" AND ") + column + " IN (" + db::question_marks(products->size()) + ")"; }

void append(std::vector<db::Param>& params, const std::vector<std::int64_t>* products) {
  if (products != nullptr) params.insert(params.end(), products->begin(), products->end());
}

}  // namespace

base::Result<Campaigns> Campaigns::load(db::Connection& db, const std::vector<std::int64_t>* products, const std::string& day) {
  Campaigns out;
  out.day_ = day_of(day);
  if (products != nullptr && products->empty()) return out;
  // Those in force, and those of the days before that tell what was the lowest price.
  KK_LET(const db::Rows rows, db.query("SELECT id, name_fi, name_sv, name_en, price_group, percent, cents, DATEDIFF(from_day, '1970-01-01'), DATEDIFF(until_day, '1970-01-01'), ended_utc FROM campaigns WHERE from_day <= ? AND until_day >= "
                                       "(SELECT MIN(from_day) FROM campaigns WHERE ended_utc IS NULL AND ? BETWEEN from_day AND until_day) - INTERVAL 30 DAY ORDER BY id", day, day));
  if (rows.empty()) return out;
  for (const auto& row : rows) out.by_id_.emplace(row.integer(0), campaign_of(row));
  KK_TRY(out.load_scopes(db, products));
  if (!out.of_product_.empty()) KK_TRY(out.load_days(db, products, day));
  return out;
}

base::Status Campaigns::load_scopes(db::Connection& db, const std::vector<std::int64_t>* products) {
  std::vector<db::Param> params;
  append(params, products);
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT c.id, p.id, p.shown_from_utc FROM campaigns c JOIN products p LEFT JOIN categories g ON g.code = p.category_code WHERE ") + kInScope + among("p.id", products), params));
  for (const auto& row : rows) {
    if (const auto found = by_id_.find(row.integer(0)); found != by_id_.end()) of_product_[row.integer(1)].push_back(&found->second);
    if (const auto from = row.time(2)) shown_.insert_or_assign(row.integer(1), Day{base::helsinki_day(*from)});
  }
  return {};
}

base::Status Campaigns::load_days(db::Connection& db, const std::vector<std::int64_t>* products, const std::string& day) {
  std::vector<db::Param> params;
  append(params, products);
  params.emplace_back(day);
  append(params, products);
  KK_LET(const db::Rows rows, db.run_query("SELECT product_id, variant_id, price_group, DATEDIFF(from_day, '1970-01-01'), cents, written_utc FROM price_days WHERE TRUE" + among("product_id", products) +
                                           " UNION ALL SELECT product_id, variant_id, price_group, DATEDIFF(valid_from, '1970-01-01'), cents, TIMESTAMP'9999-12-31 00:00:00' FROM coming_prices WHERE valid_from <= ?" +
                                           among("product_id", products) + " ORDER BY 4, 6", params));
  for (const auto& row : rows) days_[{row.integer(0), row.integer(1), row.text(2)}].push_back({read_day(row, 3), row.cents(4)});
  return {};
}

// Until it got a price of its own, a variant cost what the product did.
std::vector<PriceDay> Campaigns::days_of(const PriceKey& key) const {
  const auto own = days_.find(key), whole = days_.find({key.product, 0, key.group});
  std::vector<PriceDay> out;
  if (key.variant != 0 && whole != days_.end()) {
    std::copy_if(whole->second.begin(), whole->second.end(), std::back_inserter(out), [&](const PriceDay& one) { return own == days_.end() || one.from < own->second.front().from; });
  }
  if (own != days_.end()) out.insert(out.end(), own->second.begin(), own->second.end());
  return out;
}

Effective Campaigns::price(const PriceKey& key, base::Cents normal) const {
  const auto campaigns = of_product_.find(key.product);
  if (campaigns == of_product_.end()) return {normal, nullptr, std::nullopt};
  const auto shown = shown_.find(key.product);
  return price_on(day_, {key.group, normal, days_of(key), shown == shown_.end() ? std::nullopt : std::optional(shown->second)}, campaigns->second);
}

}  // namespace catalogue
