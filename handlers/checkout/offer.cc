#include "checkout/offer.h"

#include <algorithm>
#include <iterator>

#include "lib/catalogue/campaign_store.h"

namespace checkout {

namespace {

// The texts of one language; a product without them (a shop that is not bilingual) shows its Finnish ones.
std::string offer_sql(const std::string& lang, std::size_t n) {
  return "SELECT v.id, p.id, p.code, v.code, p.kind, COALESCE(t.name, f.name), v.name_" + lang +
         ", COALESCE(t.slug, f.slug), v.starts_utc, v.ends_utc, p.sale_from_utc, p.sale_until_utc, p.state = 'published' AND v.active, "
         "p.max_per_order, p.vat_code, vc.per_mille, vc.reason_" + lang +
         ", p.withdrawal, p.consumer_contract, p.minor_value, p.holder_name, p.cost_centre, p.ledger_account, p.appeal_" + lang +
         ", p.days_valid, s.free, LOWER(HEX(p.image_sha256)), p.unit_code, p.uses, IF(p.kind = 'activity' AND COALESCE(a.age_min, 0) < 18, 'none', p.benefit), p.shown_from_utc FROM variants v JOIN products p ON p.id = v.product_id LEFT JOIN activity_sessions a ON a.variant_id = v.id "
         "LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + lang + "' "
         "JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' "
         "JOIN vat_codes vc ON vc.code = p.vat_code AND vc.valid_from <= ? AND (vc.valid_to IS NULL OR vc.valid_to >= ?) "
         "LEFT JOIN stock s ON s.variant_id = v.id WHERE v.id IN (" + db::question_marks(n) + ")";
}

// Below 0 while the capacity is less than what is sold.
int left(const db::Row& row, std::size_t column) { return static_cast<int>(std::max<std::int64_t>(0, row.integer(column))); }

Offer offer_of(const db::Row& row) {
  Offer out;
  out.variant = row.integer(0);
  out.product = row.integer(1);
  out.product_code = row.text(2);
  out.variant_code = row.text(3);
  out.kind = row.text(4);
  out.name = row.text(5);
  out.variant_name = row.text(6);
  out.slug = row.text(7);
  out.starts = row.time(8);
  out.ends = row.time(9);
  out.sale_from = row.time(10);
  out.sale_until = row.time(11);
  out.published = row.boolean(12);
  out.max_per_order = static_cast<int>(row.integer(13));
  out.vat_code = row.text(14);
  if (!row.is_null(15)) out.vat_per_mille = static_cast<int>(row.integer(15));
  out.vat_reason = row.text(16);
  out.withdrawal = orders::parse_withdrawal(row.text(17)).value_or(orders::Withdrawal::none_statutory);
  out.consumer_contract = row.boolean(18);
  if (!out.consumer_contract) out.withdrawal = orders::Withdrawal::none_statutory;
  out.minor_value = row.boolean(19);
  out.holder_name = row.boolean(20);
  out.cost_centre = row.text(21);
  out.ledger_account = row.text(22);
  out.appeal = row.text(23);
  if (!row.is_null(24)) out.days_valid = static_cast<int>(row.integer(24));
  if (!row.is_null(25)) out.free = left(row, 25);
  out.image = row.text(26);
  out.unit = row.text(27);
  out.benefit = row.text(29);
  out.shown_from = row.time(30);
  if (!row.is_null(28)) out.uses = static_cast<int>(row.integer(28));
  return out;
}

std::vector<db::Param> as_params(const std::vector<std::int64_t>& ids) { return {ids.begin(), ids.end()}; }

struct When {
  base::Lang lang;
  std::string today;
};

base::Status add_prices(db::Connection& db, const std::vector<std::int64_t>& products, const When& when, Offers& offers) {
  const std::string l = base::to_string(when.lang), &today = when.today;
  auto params = as_params(products);
  params.insert(params.begin(), db::Param(today));
  KK_LET(const db::Rows rows, db.run_query("SELECT pr.product_id, pr.variant_id, pr.price_group, IF(c.valid_from <= ?, c.cents, pr.cents), g.name_" + l + ", g.proof, g.proof_" + l +
                                           " FROM prices pr JOIN price_groups g ON g.code = pr.price_group LEFT JOIN coming_prices c ON c.product_id = pr.product_id AND c.variant_id = pr.variant_id "
                                           "AND c.price_group = pr.price_group WHERE pr.product_id IN (" +
                                           db::question_marks(products.size()) + ")", params));
  KK_LET(const auto campaigns, catalogue::Campaigns::load(db, &products, today));
  for (auto& [variant, offer] : offers) {
    const auto for_variant = [&](std::int64_t wanted) {
      for (const auto& row : rows) {
        if (row.integer(0) != offer.product || row.integer(1) != wanted) continue;
        const auto now = campaigns.price({offer.product, wanted, row.text(2)}, row.cents(3));
        offer.prices[row.text(2)] = {now.cents, row.text(4), row.boolean(5), row.text(6), now.before, now.by == nullptr ? std::string() : now.by->name[when.lang]};
      }
    };
    for_variant(variant);  // a variant's own prices stand instead of the product's
    if (offer.prices.empty()) for_variant(0);
  }
  return {};
}

// A way that costs something but whose VAT code is not in force is not offered: it would pass for exempt.
base::Status add_deliveries(db::Connection& db, const std::vector<std::int64_t>& products, const When& when, Offers& offers) {
  const std::string lang = base::to_string(when.lang), &today = when.today;
  auto params = as_params(products);
  params.insert(params.begin(), {db::Param(today), db::Param(today)});
  KK_LET(const db::Rows rows, db.run_query("SELECT pd.product_id, d.code, d.kind, d.name_" + lang + ", d.detail_" + lang + ", d.cents, d.vat_code, vc.per_mille, vc.reason_" + lang +
                                           " FROM product_deliveries pd JOIN delivery_ways d ON d.code = pd.delivery_code "
                                           "LEFT JOIN vat_codes vc ON vc.code = d.vat_code AND vc.valid_from <= ? AND (vc.valid_to IS NULL OR vc.valid_to >= ?) "
                                           "WHERE (d.cents = 0 OR vc.code IS NOT NULL) AND pd.product_id IN (" + db::question_marks(products.size()) + ") ORDER BY d.sort_order, d.code", params));
  for (auto& [variant, offer] : offers) {
    for (const auto& row : rows) {
      if (row.integer(0) != offer.product) continue;
      DeliveryWay way{row.text(1), row.text(2), row.text(3), row.text(4), row.cents(5), row.text(6), row.text(8), std::nullopt};
      if (!row.is_null(7)) way.vat_per_mille = static_cast<int>(row.integer(7));
      offer.deliveries.push_back(std::move(way));
    }
  }
  return {};
}

}  // namespace

std::vector<std::int64_t> variants_of(const Cart& cart) {
  std::vector<std::int64_t> out;
  for (const auto& line : cart.lines) out.push_back(line.variant);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

namespace {

constexpr std::size_t kMostCopies = 300;  // of one language
constexpr std::chrono::seconds kLately{1};

base::Status read_offers(db::Connection& db, const std::vector<std::int64_t>& variants, const When& when, Offers& copies) {
  const std::string l = base::to_string(when.lang), &today = when.today;
  auto params = as_params(variants);
  params.insert(params.begin(), {db::Param(today), db::Param(today)});
  KK_LET(const db::Rows rows, db.run_query(offer_sql(l, variants.size()), params));
  Offers made;
  std::vector<std::int64_t> products;
  for (const auto& row : rows) {
    Offer offer = offer_of(row);
    if (std::find(products.begin(), products.end(), offer.product) == products.end()) products.push_back(offer.product);
    made.emplace(offer.variant, std::move(offer));
  }
  if (made.empty()) return {};
  KK_LET(const catalogue::Closures closures, catalogue::load_closures(db));
  for (auto& [variant, offer] : made) {
    if (const auto* why = closures.why({offer.unit, offer.product_code})) offer.closed = (*why)[when.lang];
  }
  KK_TRY(add_prices(db, products, when, made));
  KK_TRY(add_deliveries(db, products, when, made));
  copies.merge(made);
  return {};
}

// The catalogue's version and, in the same moment, what is left of the variants whose pieces are counted.
base::Result<db::Rows> read_state(db::Connection& db, const std::vector<std::int64_t>& counted) {
  if (counted.empty()) return db.query("SELECT version, NULL, NULL FROM catalogue_version WHERE id = 1");
  return db.run_query("SELECT c.version, s.variant_id, s.free FROM catalogue_version c LEFT JOIN stock s ON s.variant_id IN (" +
                      db::question_marks(counted.size()) + ")", as_params(counted));
}

}  // namespace

bool OfferBook::knows(const std::vector<std::int64_t>& variants, base::Lang lang, base::UtcTime now) const {
  if (now < checked_ || now > checked_ + kLately || day_ != base::helsinki_date_iso(now)) return false;
  const Offers& copies = copies_[base::index(lang)];
  return std::all_of(variants.begin(), variants.end(), [&](std::int64_t variant) {
    const auto copy = copies.find(variant);
    return copy != copies.end() && !copy->second.free;
  });
}

base::Result<Offers> OfferBook::load(db::Connection& db, const std::vector<std::int64_t>& variants, base::Lang lang, base::UtcTime now, Asked asked) {
  Offers out;
  if (variants.empty()) return out;
  Offers& copies = copies_[base::index(lang)];
  if (asked == Asked::lately && knows(variants, lang, now)) {
    for (const auto variant : variants) out.insert(*copies.find(variant));
    return out;
  }
  std::vector<std::int64_t> counted, missing;
  for (const auto variant : variants) {
    if (const auto copy = copies.find(variant); copy != copies.end() && copy->second.free) counted.push_back(variant);
  }
  // The version before the rows: a copy may be newer than its version, never older.
  KK_LET(const db::Rows state, read_state(db, counted));
  if (state.empty()) return base::fail(base::ErrorKind::broken, "the catalogue has no version");
  const std::string today = base::helsinki_date_iso(now);
  if (version_ != state[0].integer(0) || day_ != today) copies_ = {};
  else if (copies.size() > kMostCopies) copies.clear();
  version_ = state[0].integer(0);
  checked_ = now;
  day_ = today;
  for (const auto& row : state) {
    if (const auto copy = copies.find(row.integer(1)); copy != copies.end()) copy->second.free = left(row, 2);
  }
  std::copy_if(variants.begin(), variants.end(), std::back_inserter(missing), [&](std::int64_t variant) { return !copies.contains(variant); });
  if (!missing.empty()) KK_TRY(read_offers(db, missing, {lang, today}, copies));
  for (const auto variant : variants) {
    if (const auto copy = copies.find(variant); copy != copies.end()) out.insert(*copy);
  }
  return out;
}

}  // namespace checkout
