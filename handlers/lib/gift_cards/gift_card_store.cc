#include "lib/gift_cards/gift_card_store.h"

#include <algorithm>

#include "lib/crypto/crypto.h"

namespace gift_cards {

using base::Cents;
using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kCardColumns = "SELECT id, product_id, unit_code, original_cents, balance_cents, issued_utc, valid_until_utc, voided_utc, COALESCE(void_reason, ''), ledger_account, cost_centre, code_hash FROM gift_cards ";

Card card_of(const db::Row& row) {
  Card out;
  out.id = row.integer(0);
  out.product_id = row.integer(1);
  out.unit = row.text(2);
  out.original = row.cents(3);
  out.balance = row.cents(4);
  out.issued = row.time(5).value_or(base::UtcTime{});
  out.valid_until = row.time(6).value_or(base::UtcTime{});
  out.voided = row.time(7);
  out.void_reason = row.text(8);
  out.ledger_account = row.text(9);
  out.cost_centre = row.text(10);
  return out;
}

base::Status note_move(db::Connection& db, std::int64_t card, Cents cents, const Reason& why, base::UtcTime now) {
  return db.write("INSERT INTO gift_card_moves (card_id, at_utc, kind, cents, order_id, refund_id) VALUES (?, ?, ?, ?, ?, ?)", card, now, why.kind, cents, why.order_id, why.refund_id);
}

// False: it has not enough, or is valid no more.
base::Result<bool> take(db::Connection& db, const Part& part, base::UtcTime now) {
  KK_TRY(db.write("UPDATE gift_cards SET balance_cents = balance_cents - ? WHERE id = ? AND balance_cents >= ? AND voided_utc IS NULL AND valid_until_utc >= ?", part.cents, part.card, part.cents, now));
  KK_LET(const db::Rows taken, db.query("SELECT ROW_COUNT()"));  // with what waited before it, in one round trip
  return taken[0].integer(0) == 1;
}

base::Status put(db::Connection& db, const Part& part) {
  return db.run_write_rows(1, db::statement("UPDATE gift_cards SET balance_cents = balance_cents + ? WHERE id = ?", part.cents, part.card));
}

base::Result<std::vector<Part>> parts_in_state(db::Connection& db, std::int64_t order_id, const char* state) {
  KK_LET(const db::Rows rows, db.query("SELECT card_id, cents FROM order_gift_cards WHERE order_id = ? AND state = ? ORDER BY card_id", order_id, state));
  std::vector<Part> out;
  for (const auto& row : rows) out.push_back({row.integer(0), row.cents(1)});
  return out;
}

base::Status move_parts(db::Connection& db, std::int64_t order_id, const char* from, const char* to) {
  return db.write("UPDATE order_gift_cards SET state = ? WHERE order_id = ? AND state = ?", to, order_id, from);
}

}  // namespace

base::Result<std::vector<Card>> find_cards(db::Connection& db, const std::vector<std::string>& codes) {
  std::vector<Card> out;
  if (codes.empty()) return out;
  std::vector<db::Param> hashes;
  for (const auto& code : codes) hashes.emplace_back(hash_of(code));
  KK_LET(const db::Rows rows, db.run_query(std::string(kCardColumns) + "WHERE code_hash IN (" + db::question_marks(hashes.size()) + ")", hashes));
  for (const auto& code : codes) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const db::Row& row) { return row.text(11) == hash_of(code); });
    if (found != rows.end()) out.push_back(card_of(*found));
  }
  return out;
}

base::Result<std::optional<Card>> load_card(db::Connection& db, std::int64_t id) {
  KK_LET(const db::Rows rows, db.query(std::string(kCardColumns) + "WHERE id = ?", id));
  return rows.empty() ? std::optional<Card>() : std::optional<Card>(card_of(rows[0]));
}

base::Result<bool> hold(db::Connection& db, std::vector<Part> parts, base::UtcTime now) {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.card < b.card; });
  for (const auto& part : parts) {
    KK_LET(const bool taken, take(db, part, now));
    if (!taken) return false;
    KK_TRY(db.write("INSERT INTO order_gift_cards (order_id, card_id, cents, state) VALUES (@order_id, ?, ?, 'held')", part.card, part.cents));
    KK_TRY(db.write("INSERT INTO gift_card_moves (card_id, at_utc, kind, cents, order_id) VALUES (?, ?, 'held', ?, @order_id)", part.card, now, part.cents * -1));
  }
  return true;
}

base::Result<bool> hold_again(db::Connection& db, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const auto parts, parts_in_state(db, order_id, "given_back"));
  for (const auto& part : parts) {
    KK_LET(const bool taken, take(db, part, now));
    if (!taken) return false;
    KK_TRY(note_move(db, part.card, part.cents * -1, {"held", order_id}, now));
  }
  KK_TRY(move_parts(db, order_id, "given_back", "held"));
  return true;
}

base::Status give_back(db::Connection& db, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const auto parts, parts_in_state(db, order_id, "held"));
  for (const auto& part : parts) {
    KK_TRY(put(db, part));
    KK_TRY(note_move(db, part.card, part.cents, {"given_back", order_id}, now));
  }
  return move_parts(db, order_id, "held", "given_back");
}

base::Result<std::vector<Booked>> spend(db::Connection& db, std::int64_t order_id, Cents cents, base::UtcTime now) {
  KK_TRY(db.write("INSERT INTO gift_card_moves (card_id, at_utc, kind, cents, order_id) SELECT card_id, ?, 'spent', 0, order_id FROM order_gift_cards WHERE order_id = ? AND state = 'held'", now, order_id));
  KK_TRY(move_parts(db, order_id, "held", "spent"));
  KK_LET(const db::Rows rows, db.query("SELECT g.ledger_account, g.cost_centre, CAST(SUM(o.cents) AS SIGNED) FROM order_gift_cards o JOIN gift_cards g ON g.id = o.card_id WHERE o.order_id = ? AND o.state = 'spent' GROUP BY 1, 2 ORDER BY 1, 2", order_id));
  std::vector<Booked> out;
  Cents sum;
  for (const auto& row : rows) {
    out.push_back({row.text(0), row.text(1), row.cents(2)});
    sum += row.cents(2);
  }
  if (sum != cents) return fail(ErrorKind::broken, "an order's gift cards do not make its part");
  return out;
}

base::Status issue(db::Connection& db, const NewCard& card, const Reason& why, base::UtcTime now) {
  const std::string code = crypto::random_code(kCodeLength);
  KK_TRY(db.write("INSERT INTO gift_cards (code_hash, order_id, line_no, product_id, unit_code, original_cents, balance_cents, issued_utc, valid_until_utc, ledger_account, cost_centre) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  hash_of(code), card.order_id, card.line_no, card.product_id, card.unit, card.cents, card.cents, now, card.valid_until, card.ledger_account, card.cost_centre));
  KK_TRY(db.write("SET @gift_card_id = LAST_INSERT_ID()"));
  KK_TRY(db.write("INSERT INTO gift_card_codes (card_id, order_id, code) VALUES (@gift_card_id, ?, ?)", card.order_id, code));
  return db.write("INSERT INTO gift_card_moves (card_id, at_utc, kind, cents, order_id, refund_id) VALUES (@gift_card_id, ?, ?, ?, ?, ?)", now, why.kind, card.cents, why.order_id, why.refund_id);
}

base::Result<std::vector<Booked>> refund_to_cards(db::Connection& db, const BackTo& back, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT o.card_id, o.cents - o.refunded_cents, g.ledger_account, g.cost_centre, g.product_id, g.unit_code, g.valid_until_utc, COALESCE(g.void_reason, '') FROM order_gift_cards o JOIN gift_cards g ON g.id = o.card_id "
                                       "WHERE o.order_id = ? AND o.state = 'spent' AND o.cents > o.refunded_cents ORDER BY o.card_id FOR UPDATE", back.order_id));
  std::vector<Booked> out;
  Cents left = back.cents;
  const Reason why{"refunded", back.order_id, back.refund_id};
  for (auto one = rows.rbegin(); one != rows.rend(); ++one) {
    const db::Row& row = *one;
    const Part part{row.integer(0), std::min(left, row.cents(1))};
    if (part.cents.value() == 0) break;
    left = left - part.cents;
    out.push_back({row.text(2), row.text(3), part.cents});
    KK_TRY(db.write("UPDATE order_gift_cards SET refunded_cents = refunded_cents + ? WHERE order_id = ? AND card_id = ?", part.cents, back.order_id, part.card));
    // What staff have stopped (lost, fraud) gets its money all the same, and stays stopped.
    const bool is_over = row.time(6).value_or(now) < now || row.text(7) == "refunded";
    if (is_over) {
      KK_TRY(issue(db, {back.order_id, std::nullopt, row.integer(4), row.text(5), row.text(2), row.text(3), part.cents, back.new_until}, why, now));
    } else {
      KK_TRY(put(db, part));
      KK_TRY(note_move(db, part.card, part.cents, why, now));
    }
  }
  if (left.value() != 0) return fail(ErrorKind::broken, "more goes back to gift cards than they paid");
  return out;
}

base::Result<bool> take_back(db::Connection& db, const TakenBack& what, base::UtcTime now) {
  // One of which an unpaid order holds a part waits for its end: what is given back to a void card would be lost.
  KK_LET(const db::Rows rows, db.query("SELECT id, balance_cents FROM gift_cards WHERE order_id = ? AND line_no = ? AND voided_utc IS NULL AND NOT EXISTS (SELECT 1 FROM order_gift_cards h WHERE h.card_id = gift_cards.id AND h.state = 'held') "
                                       "ORDER BY id FOR UPDATE", what.order_id, what.line_no));
  std::vector<Part> cards;
  for (const auto& row : rows) cards.push_back({row.integer(0), row.cents(1)});
  std::stable_sort(cards.begin(), cards.end(), [](const Part& a, const Part& b) { return a.cents > b.cents; });
  if (what.quantity < 1 || static_cast<std::size_t>(what.quantity) > cards.size()) return false;
  cards.resize(static_cast<std::size_t>(what.quantity));
  if (sum_of(cards) != what.cents) return false;
  for (const auto& card : cards) {
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE gift_cards SET balance_cents = 0, voided_utc = ?, void_reason = 'refunded' WHERE id = ? AND voided_utc IS NULL AND balance_cents = ?", now, card.card, card.cents)));
    KK_TRY(note_move(db, card.card, card.cents * -1, {"paid_back", std::nullopt, what.refund_id}, now));
  }
  return true;
}

base::Result<std::optional<Booked>> expire(db::Connection& db, std::int64_t card, base::UtcTime over, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT ledger_account, cost_centre, balance_cents FROM gift_cards WHERE id = ? AND balance_cents > 0 AND voided_utc IS NULL AND valid_until_utc < ? FOR UPDATE", card, over));
  if (rows.empty()) return std::optional<Booked>();
  const Booked out{rows[0].text(0), rows[0].text(1), rows[0].cents(2)};
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE gift_cards SET balance_cents = 0 WHERE id = ? AND balance_cents = ?", card, out.cents)));
  KK_TRY(note_move(db, card, out.cents * -1, {"expired"}, now));
  return std::optional<Booked>(out);
}

base::Status undo_take_back(db::Connection& db, std::int64_t refund_id, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT card_id, CAST(-SUM(cents) AS SIGNED) FROM gift_card_moves WHERE refund_id = ? AND kind IN ('paid_back', 'paid_back_failed') GROUP BY card_id ORDER BY card_id", refund_id));
  for (const auto& row : rows) {
    if (row.cents(1).value() == 0) continue;
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE gift_cards SET balance_cents = balance_cents + ?, voided_utc = NULL, void_reason = NULL WHERE id = ? AND void_reason = 'refunded'", row.cents(1), row.integer(0))));
    KK_TRY(note_move(db, row.integer(0), row.cents(1), {"paid_back_failed", std::nullopt, refund_id}, now));
  }
  return {};
}

}  // namespace gift_cards
