// Gift cards' rows: what an order holds, spends and gives back of them. Each change of a balance stands in gift_card_moves too, in the same
// transaction; cards are locked by rising id, after `discount_codes` (schema/README.md: Lock order). REQUIRES of all changes: within a transaction.
#pragma once

#include "lib/db/db.h"
#include "lib/gift_cards/gift_card.h"

namespace gift_cards {

// By codes, in their order; those that don't exist are left out. REQUIRES: SELECT on gift_cards.
base::Result<std::vector<Card>> find_cards(db::Connection& db, const std::vector<std::string>& codes);
base::Result<std::optional<Card>> load_card(db::Connection& db, std::int64_t id);

// Takes the parts for the order that @order_id names. False: one of the cards has not enough any more; the caller rolls back.
base::Result<bool> hold(db::Connection& db, std::vector<Part> parts, base::UtcTime now);
// The same once more for an order that gave its parts back. False: the caller rolls back to before.
base::Result<bool> hold_again(db::Connection& db, std::int64_t order_id, base::UtcTime now);
// What the order holds goes back to its cards; nothing, when it holds nothing.
base::Status give_back(db::Connection& db, std::int64_t order_id, base::UtcTime now);

// What the order holds is spent now. ERRORS: broken: it is not `cents`.
base::Result<std::vector<Booked>> spend(db::Connection& db, std::int64_t order_id, base::Cents cents, base::UtcTime now);

// A new card: its code is seen on the page of the order.
struct NewCard {
  std::int64_t order_id = 0;
  std::optional<int> line_no{};  // that bought it; nothing: it comes instead of another
  std::int64_t product_id = 0;
  std::string unit, ledger_account, cost_centre;
  base::Cents cents;
  base::UtcTime valid_until;
};
struct Reason {  // why a card moves
  const char* kind = "issued";
  std::optional<std::int64_t> order_id{}, refund_id{};
};
base::Status issue(db::Connection& db, const NewCard& card, const Reason& why, base::UtcTime now);

// A refund's part goes back to the cards that paid the order, the one that came last first: to the card itself, or, where that has expired or was
// paid back itself, to a new one that is valid until `new_until`. REQUIRES: the order's row is locked. ERRORS: broken: more than they paid.
struct BackTo {
  std::int64_t order_id = 0, refund_id = 0;
  base::Cents cents;
  base::UtcTime new_until;
};
base::Result<std::vector<Booked>> refund_to_cards(db::Connection& db, const BackTo& back, base::UtcTime now);

// Cards that an order bought are paid back themselves: so many of a line, those with the greatest balances. They are void from then on.
// False: they don't have `cents` together any more, and nothing may be paid back.
struct TakenBack {
  std::int64_t order_id = 0, refund_id = 0;
  int line_no = 0, quantity = 0;
  base::Cents cents;
};
base::Result<bool> take_back(db::Connection& db, const TakenBack& what, base::UtcTime now);
// What is left of a card that was over before `over` leaves it; nothing: it isn't over, is stopped or empty.
base::Result<std::optional<Booked>> expire(db::Connection& db, std::int64_t card, base::UtcTime over, base::UtcTime now);
// That refund was not made: they are what they were.
base::Status undo_take_back(db::Connection& db, std::int64_t refund_id, base::UtcTime now);

}  // namespace gift_cards
