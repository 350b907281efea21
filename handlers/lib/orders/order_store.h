// Orders read from the database, by whichever process.
#pragma once

#include "lib/db/db.h"
#include "lib/orders/order.h"

namespace orders {

enum class Lock { none, for_update };

// With its lines. ERRORS: not_found. With Lock::for_update the order's row is locked: the first lock taken
// (lock order: schema/README.md).
base::Result<Order> load_by_token(db::Connection& db, const std::string& token, Lock lock = Lock::none);
base::Result<Order> load_by_id(db::Connection& db, std::int64_t id, Lock lock = Lock::none);

// The same, and in the same round trip what else is to be read of it: more columns of its row, called `o` (", (SELECT ...)"),
// and SELECTs that name it by @order_id. A column costs less than a SELECT.
struct Along {
  std::string columns;
  std::vector<std::string> selects;
};
struct WithAlong {
  Order order;
  db::Row row;  // the first of the columns is kOrderColumnCount
  std::vector<db::Rows> selects;
};
base::Result<WithAlong> load_with(db::Connection& db, const std::string& token, Lock lock, const Along& along);

// For statements that read an order along with something of their own: the columns, of a table that they call `o`, and how
// they are read from a row, beginning with column `first`. The columns leave the order's id in @order_id for the statements
// behind them, which is cheaper than to look for it again; when there is no such order it is what it was before, and
// nothing of what they read may be used.
extern const char* const kOrderColumns;
inline constexpr std::size_t kOrderColumnCount = 24;
Order read_order(const db::Row& row, std::size_t first);
db::Statement select_lines();  // of @order_id
std::vector<Line> read_lines(const db::Rows& rows);

// One line in the order's journal (a db::Connection::write); without `order_id`, of the order that @order_id names.
base::Status journal(db::Connection& db, std::optional<std::int64_t> order_id, const std::string& event, const std::string& detail,
                     base::UtcTime now);

// SQL: all that the payment attempt `a` brought has gone back, so that its order stands as if it had not been.
inline constexpr const char* kIsPaidBack = "COALESCE(a.received_cents + a.cards_cents <= (SELECT SUM(f.cents) FROM refunds f WHERE f.attempt_id = a.id AND f.state = 'ok'), FALSE)";

// Takes the order's counted lines out of `stock`, rows in order of variant, each by a conditional UPDATE.
// The variants that had not enough are returned; the caller then rolls back or says so. Changed variants
// get a row in `changes`. REQUIRES: within a transaction.
struct Shortage {
  std::int64_t variant_id = 0;
  int wanted = 0;
};
base::Result<std::vector<Shortage>> take_stock(db::Connection& db, const std::vector<Line>& lines, base::UtcTime now);
// Takes them whether or not they are there: `free` may fall below 0.
base::Status take_stock_anyway(db::Connection& db, const std::vector<Line>& lines, base::UtcTime now);
base::Status give_stock_back(db::Connection& db, const std::vector<Line>& lines, base::UtcTime now);

}  // namespace orders
