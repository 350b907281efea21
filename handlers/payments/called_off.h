// Orders of a ticket's time that staff called off: each is asked back and told, those that are paid later too (schema/README.md: Refunds).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/db/db.h"
#include "lib/orders/order.h"
#include "payments/shop.h"

namespace payments {

struct CalledOff {
  std::int64_t variant = 0, staff = 0;  // staff: who called it off
  std::string reason;
  std::int64_t unasked = 0;             // when it was read
};
// Those with orders that may not be asked back yet.
base::Result<std::vector<CalledOff>> find_called_off(db::Connection& db);
// Ids of its orders: sold, or made by staff and not agreed to yet.
base::Result<db::Rows> find_unasked(db::Connection& db, const CalledOff& time, int most);
// Those that are to be looked at again by now: something of them was under way, or they failed.
struct LookAgain {
  CalledOff time;
  db::Rows order;  // its id
};
base::Result<std::vector<LookAgain>> find_again(db::Connection& db, int most, base::UtcTime now);

// Within a transaction: a request in the state asked for what is left of the order's units of the time (of one that was paid too late: of all its money), and once a mail of
// all that is to come back. What other requests have asked back is left to them; when they are over, what came of none of them is asked. Asked once, it isn't asked again, whatever staff say to it.
base::Status ask_back(db::Connection& db, const Shop& shop, const CalledOff& time, std::int64_t order_id, base::UtcTime now);
// One that was looked at or failed before waits for a minute. False: it is none.
base::Result<bool> put_off(db::Connection& db, const CalledOff& time, std::int64_t order_id, base::UtcTime now);
// In a transaction of its own: it waits before the next try, and staff are told.
base::Status note_failed(db::Connection& db, const CalledOff& time, std::int64_t order_id, base::UtcTime now);

// The mail to who ordered.
struct OfTime {
  std::int64_t variant = 0;
  base::Cents cents;  // that come back
};
base::Status tell_called_off(db::Connection& db, const Shop& shop, const orders::Order& order, const OfTime& of, base::UtcTime now);

// Nothing is left to ask: unless an order was paid since `time` was read.
base::Status end_asking(db::Connection& db, const CalledOff& time);

// Within the transaction that sells the lines or takes their money, after its stock: if a time of theirs was called off, it is looked for orders again.
// Who calls one off waits until the transaction ends, so no order is missed.
base::Status note_sold_times(db::Connection& db, const std::vector<orders::Line>& lines);

}  // namespace payments
