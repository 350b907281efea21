#include "backoffice/called_off_store.h"

#include "backoffice/order_facts.h"
#include "backoffice/refund_store.h"

namespace backoffice {

namespace {

constexpr const char* kCalledOff = "session_cancelled";

// Lines of the time with what is left of them; of each order together. A request that staff declined isn't made again.
std::string sold_lines(const char* states) {
  return "SELECT l.order_id, o.state = 'paid' AS paid, l.line_no, CAST(l.quantity AS SIGNED) - " + asked_of_line("quantity") + " AS units_left, GREATEST(0, CAST(l.quantity * l.unit_cents AS SIGNED) - " + asked_of_line("cents") +
         ") AS cents_left, l.name, l.detail FROM order_lines l FORCE INDEX (by_variant) STRAIGHT_JOIN orders o ON o.id = l.order_id AND o.state IN (" + states + ") WHERE l.variant_id = ? AND l.kind = 'product' AND NOT EXISTS "
         "(SELECT 1 FROM refund_requests q JOIN refund_request_lines y ON y.request_id = q.id AND y.line_no = l.line_no WHERE q.order_id = l.order_id AND q.reason = '" + kCalledOff + "') HAVING units_left > 0";
}

struct SoldLine {
  payments::Credit credit;
  std::string name;
};
struct SoldOrder {
  std::int64_t id = 0;
  bool paid = false;
  std::vector<SoldLine> lines;
};

std::vector<SoldOrder> by_order(const db::Rows& rows) {
  std::vector<SoldOrder> out;
  for (const auto& row : rows) {
    if (out.empty() || out.back().id != row.integer(0)) out.push_back({row.integer(0), row.boolean(1), {}});
    out.back().lines.push_back({{static_cast<int>(row.integer(2)), static_cast<int>(row.integer(3)), row.cents(4)}, row.text(5) + (row.text(6).empty() ? "" : ", " + row.text(6))});
  }
  return out;
}

base::Status ask_back(const Call& call, std::int64_t variant, const SoldOrder& sold, const std::string& reason) {
  base::Cents cents;
  for (const auto& line : sold.lines) cents += line.credit.cents;
  if (sold.paid) {
    KK_TRY(call.db.write("INSERT INTO refund_requests (order_id, cents, reason, words, requested_by, requested_utc) VALUES (?, ?, ?, ?, ?, ?)", sold.id, cents, kCalledOff, reason, call.person().id, call.now));
    for (const auto& [credit, name] : sold.lines) {
      KK_TRY(call.db.write("INSERT INTO refund_request_lines (request_id, line_no, quantity, cents) VALUES (LAST_INSERT_ID(), ?, ?, ?)", credit.line_no, credit.quantity, credit.cents));
    }
  }
  KK_LET(const orders::Order order, orders::load_by_id(call.db, sold.id));
  return tell_buyer_once(call.db, order, {"refund", call.instance.public_url, {{"about", cents.value() > 0 ? "called_off" : "called_off_free"}, {"item", sold.lines.front().name}, {"refund_cents", cents.value()}}},
                         "called off " + std::to_string(variant) + " " + std::to_string(sold.id), call.now);
}

}  // namespace

base::Result<SoldTime> find_sold(db::Connection& db, std::int64_t variant) {
  KK_LET(const db::Rows rows, db.query("SELECT COUNT(DISTINCT order_id), COALESCE(CAST(SUM(cents_left) AS SIGNED), 0) FROM (" + sold_lines("'paid'") + ") s", variant));
  return SoldTime{static_cast<int>(rows.at(0).integer(0)), rows[0].cents(1)};
}

base::Result<int> ask_back_all(const CatalogueEdit&, const Call& call, std::int64_t variant, const std::string& reason) {
  KK_LET(const db::Rows rows, call.db.query(sold_lines("'paid', 'confirmed'") + " ORDER BY l.order_id, l.line_no", variant));
  int asked = 0;
  for (const auto& sold : by_order(rows)) {
    KK_TRY(ask_back(call, variant, sold, reason));
    asked += sold.paid ? 1 : 0;
  }
  return asked;
}

}  // namespace backoffice
