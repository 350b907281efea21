#include "backoffice/called_off_store.h"

#include "lib/payments/asked.h"

namespace backoffice {

base::Result<SoldTime> find_sold(db::Connection& db, std::int64_t variant) {
  const std::string of_time = "FROM order_lines l FORCE INDEX (by_variant) STRAIGHT_JOIN orders o ON o.id = l.order_id AND o.state = ";
  KK_LET(const db::Rows rows, db.query("SELECT COUNT(DISTINCT order_id), CAST(COALESCE(SUM(cents_left), 0) AS SIGNED) FROM (SELECT l.order_id, " + payments::kUnitsUnasked + " AS units_left, " + payments::kCentsUnasked +
                                       " AS cents_left " + of_time + "'paid' WHERE l.variant_id = ? AND l.kind = 'product' HAVING units_left > 0 "
                                       "UNION ALL SELECT a.order_id, 1, " + payments::kLeftOfUndelivered + " AS cents_left FROM payment_attempts a WHERE a.outcome = 'no_stock' AND a.order_id IN (SELECT l.order_id " + of_time +
                                       "'paid_no_stock' WHERE l.variant_id = ? AND l.kind = 'product') HAVING cents_left > 0) s", variant, variant));
  return SoldTime{static_cast<int>(rows.at(0).integer(0)), rows[0].cents(1)};
}

base::Result<std::optional<CalledOffTime>> find_called_off(db::Connection& db, std::int64_t variant) {
  KK_LET(const db::Rows rows, db.query("SELECT c.called_off_utc, s.name, c.reason, (SELECT COUNT(request_id) FROM called_off_orders WHERE variant_id = c.variant_id), c.unasked > 0 FROM called_off_times c JOIN staff s ON s.id = c.called_off_by WHERE c.variant_id = ?", variant));
  if (rows.empty()) return std::optional<CalledOffTime>();
  return std::optional(CalledOffTime{rows[0].time(0).value_or(base::UtcTime{}), rows[0].text(1), rows[0].text(2), static_cast<int>(rows[0].integer(3)), rows[0].boolean(4)});
}

base::Status call_off(const CatalogueEdit&, const Call& call, std::int64_t variant, const std::string& reason) {
  KK_TRY(call.db.write("INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) VALUES (?, ?, ?, ?)", variant, reason, call.person().id, call.now));
  return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "variant", std::to_string(variant), reason, "called off"}, call.now);
}

}  // namespace backoffice
