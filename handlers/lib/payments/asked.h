// SQL: what refund requests have asked back already, for queries of others.
#pragma once

#include <string>

namespace payments {

// Requests `r` that stand: not declined, and not failed at the service.
inline const std::string kStanding = " r.state <> 'declined' AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.request_id = r.id AND f.state = 'failed')";

// Units ("quantity") or cents ("cents") of the line `l`.
inline std::string asked_of_line(const std::string& column) {
  return "(SELECT CAST(COALESCE(SUM(x." + column + "), 0) AS SIGNED) FROM refund_requests r JOIN refund_request_lines x ON x.request_id = r.id AND x.line_no = l.line_no WHERE r.order_id = l.order_id AND" + kStanding + ")";
}

// What a time that is called off brings its buyers is told beforehand by the three below and asked by payments/called_off.cc: they say the same.
// Of the line `l` the units that nobody has asked back, and what they give back: their price, or what parts of it have left; never what was kept of the others.
inline const std::string kUnitsUnasked = "(CAST(l.quantity AS SIGNED) - " + asked_of_line("quantity") + ")";
inline const std::string kCentsUnasked = "GREATEST(0, LEAST(" + kUnitsUnasked + " * CAST(l.unit_cents AS SIGNED), CAST(l.quantity * l.unit_cents AS SIGNED) - " + asked_of_line("cents") + "))";

// What is left of the payment `a` of an order that was paid too late (outcome no_stock): it goes back as a sum.
inline const std::string kLeftOfUndelivered = "CAST(a.received_cents + a.cards_cents AS SIGNED) - (SELECT CAST(COALESCE(SUM(r.cents), 0) AS SIGNED) FROM refund_requests r WHERE r.order_id = a.order_id AND COALESCE(r.attempt_id, a.id) = a.id AND" + kStanding + ")";

}  // namespace payments
