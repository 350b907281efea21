#include "backoffice/report_store.h"

#include <algorithm>
#include <map>

#include "lib/base/payment_way.h"

namespace backoffice {

using staff::Scope;

namespace {

constexpr const char* kDeliveryPrefix = "delivery.";
const char* key_of(By by) {
  switch (by) {
    case By::day: return "CAST(l.booked_on AS CHAR)";
    case By::month: return "LEFT(CAST(l.booked_on AS CHAR), 7)";
    case By::product: return "IF(LOCATE('/', l.code), SUBSTRING_INDEX(l.code, '/', 1), CONCAT('delivery.', l.code))";
    case By::unit: return "l.unit_code";
    case By::vat: return "CONCAT_WS('.', l.vat_code, NULLIF(l.vat_per_mille, -1))";
    case By::way: return "l.provider";
  }
  return "";
}

void limit_to_scopes(db::Statement& out, const std::vector<Scope>& scopes) {
  out.sql += " AND (1 = 0";
  for (const auto& scope : scopes) {
    switch (scope.kind) {
      case Scope::Kind::shop: out.sql += " OR 1 = 1"; continue;
      case Scope::Kind::unit: out.sql += " OR l.unit_code = ?"; break;
      case Scope::Kind::product: out.sql += " OR l.code LIKE CONCAT(?, '/%')"; break;
      case Scope::Kind::category:
        out.sql += " OR (LOCATE('/', l.code) AND SUBSTRING_INDEX(l.code, '/', 1) IN (SELECT p.code FROM products p JOIN categories c ON c.code = p.category_code WHERE ? IN (c.code, c.parent_code)))";
        break;
      case Scope::Kind::reg: continue;
    }
    out.params.emplace_back(scope.id);
  }
  out.sql += ")";
}

db::Statement select_sales(const ReportAsked& asked, const std::vector<Scope>& scopes) {
  db::Statement out = db::statement(std::string("SELECT ") + key_of(asked.by) + " AS one, CAST(SUM(l.quantity) AS SIGNED), CAST(SUM(l.gross_cents) AS SIGNED), CAST(SUM(l.vat_cents) AS SIGNED) FROM sales_days l WHERE l.booked_on BETWEEN ? AND ?",
                                    asked.period.from, asked.period.to);
  limit_to_scopes(out, scopes);
  for (const auto& [by, key] : asked.only) {
    out.sql += std::string(" AND ") + key_of(by) + " = ?";
    out.params.emplace_back(key);
  }
  out.sql += " GROUP BY one ORDER BY 3 DESC, one";
  return out;
}

using Names = std::map<std::string, std::string>;

base::Result<Names> names_by(const Call& call, By by) {
  Names out;
  const std::string lang = base::to_string(call.lang);
  const auto read = [&](const std::string& sql) -> base::Status {
    KK_LET(const db::Rows rows, call.db.run_query(sql, {}));
    for (const auto& row : rows) out[row.text(0)] = row.text(1);
    return {};
  };
  if (by == By::unit) KK_TRY(read("SELECT code, name_" + lang + " FROM units"));
  if (by == By::product) {
    KK_TRY(read("SELECT p.code, COALESCE(t.name, f.name) FROM products p LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + lang + "' LEFT JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi'"));
    KK_TRY(read(std::string("SELECT CONCAT('") + kDeliveryPrefix + "', code), name_" + lang + " FROM delivery_ways"));
  }
  return out;
}

// "standard.255": "25,5 %". A code without a rate is exempt.
std::string vat_name(const Call& call, const std::string& key) {
  const auto dot = key.find('.');
  if (dot == std::string::npos) return call.say("reports.exempt");
  const auto rate = web::Form::from_pairs({{"rate", key.substr(dot + 1)}}).number("rate", 0, 1000);
  return base::format_per_mille(static_cast<int>(rate.value_or(0)), call.lang);
}

void name_sold(const Call& call, By by, const Names& names, Sold& group) {
  const auto known = names.find(group.key);
  const bool is_delivery = group.key.starts_with(kDeliveryPrefix);
  switch (by) {
    case By::day: group.name = day_words(group.key, call.lang); return;
    case By::month: group.name = month_words(group.key); return;
    case By::way: group.name = group.key.empty() ? call.say("reports.no_way") : group.key == "gift_card" ? call.say("order.gift_card") : base::payment_way(group.key, call.say("reports.card")); return;
    case By::vat:
      group.name = vat_name(call, group.key);
      group.code = group.key.substr(0, group.key.find('.'));
      return;
    case By::unit: group.name = group.key.empty() ? call.say("reports.no_unit") : known == names.end() ? group.key : known->second; return;
    case By::product:
      group.code = is_delivery ? group.key.substr(std::string(kDeliveryPrefix).size()) : group.key;
      group.name = known == names.end() ? call.say("reports.gone") : is_delivery ? call.say("reports.delivery", {{"name", known->second}}) : known->second;
      return;
  }
}

}  // namespace

const char* to_string(By by) {
  switch (by) {
    case By::day: return "day";
    case By::month: return "month";
    case By::product: return "product";
    case By::unit: return "unit";
    case By::vat: return "vat";
    case By::way: return "way";
  }
  return "";
}

std::optional<By> parse_by(std::string_view name) {
  for (const By by : kAllBy) {
    if (name == to_string(by)) return by;
  }
  return std::nullopt;
}

Figures& Figures::operator+=(const Figures& other) {
  quantity += other.quantity;
  gross += other.gross;
  vat += other.vat;
  return *this;
}

base::Result<std::vector<Sold>> find_sales(const Call& call, const ReportAsked& asked) {
  const db::Statement statement = select_sales(asked, call.rights.scopes(staff::Right::reports_view));
  KK_LET(const db::Rows rows, call.db.run_query(statement.sql, statement.params));
  KK_LET(const Names names, names_by(call, asked.by));
  std::map<std::string, Figures> found;
  std::vector<std::string> keys;
  for (const auto& row : rows) {
    found[row.text(0)] = {row.integer(1), row.cents(2), row.cents(3)};
    keys.push_back(row.text(0));
  }
  if (asked.by == By::day) keys = days_of(asked.period);
  if (asked.by == By::month) keys = months_of(asked.period);
  std::vector<Sold> out;
  for (const auto& key : keys) {
    Sold group{key, "", "", found[key]};
    name_sold(call, asked.by, names, group);
    out.push_back(std::move(group));
  }
  return out;
}

Figures sum_of(const std::vector<Sold>& groups) {
  Figures out;
  for (const auto& group : groups) out += group.figures;
  return out;
}

base::Result<std::string> name_of_key(const Call& call, By by, const std::string& key) {
  KK_LET(const Names names, names_by(call, by));
  Sold group{key, "", "", {}};
  name_sold(call, by, names, group);
  return group.name + (group.code.empty() ? "" : " (" + group.code + ")");
}

}  // namespace backoffice
