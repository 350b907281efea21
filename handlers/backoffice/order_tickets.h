// How often the tickets of an order were used: for whoever looks at it, and for whoever pays it back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"
#include "lib/orders/order.h"

namespace backoffice {

struct OrderTicket {
  int line_no = 0, unit_no = 0, uses = 0;
  std::optional<int> uses_max;          // nothing: as often as its holder likes
  bool refunded = false;
  std::optional<base::UtcTime> last;    // its last use that stands
};
// Of these lines of one order; of a line in the order in which a refund takes them: the least used first (payments/refund_make.cc).
base::Result<std::vector<OrderTicket>> tickets_of(db::Connection& db, std::int64_t order_id, const std::vector<orders::Line>& lines);

// Of a line's tickets those that were used, a few of them, each as {words}.
view::List used_view(const Call& call, const std::vector<OrderTicket>& tickets, int line_no);

// What is used of so much of it: of a card's visits, or of its days.
struct Used {
  std::int64_t used = 0, of = 0;  // of 0: it has no such limit
};
// Whether the visits are what is counted: of the two the one of which the larger share is used.
bool counts_visits(const Used& visits, const Used& days);
// The part of `price` that is not used.
base::Cents rest_of(base::Cents price, const Used& used);

}  // namespace backoffice
