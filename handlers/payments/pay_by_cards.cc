#include "payments/pay_by_cards.h"

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/orders/order_store.h"
#include "lib/registrations/registration_store.h"
#include "payments/fulfil.h"

namespace payments {

namespace {

constexpr int kCardOrdersAtOnce = 200;
// orders::waits_for_cards_only in SQL. What may begin at once begins so only at the buyer's own word: of an order that staff made, its page waits for that.
constexpr const char* kAsksNobody = "(o.age_confirmed > 0 OR NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.kind = 'product' AND l.product_kind <> 'gift_card' AND l.withdrawal IN ('service_14d', 'digital')))";

// Stored as what it has become: nobody else was asked.
base::Result<Attempt> insert_settled(db::Connection& db, const orders::Order& order, base::UtcTime now) {
  Attempt out;
  out.order_id = order.id;
  out.stamp = crypto::random_token();
  out.account = kCardProvider;
  out.reference = order.reference;
  out.state = AttemptState::ok;
  out.outcome = to_string(Outcome::settled);
  out.created = now;
  out.cards = order.cards;
  out.provider = kCardProvider;
  KK_TRY(db.write("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, outcome, received_cents, cards_cents, provider, created_utc, answered_utc, settled_utc) VALUES (?, ?, ?, ?, 0, ?, ?, 0, ?, ?, ?, ?, ?)",
                  out.order_id, out.stamp, out.account, out.reference, to_string(out.state), out.outcome, out.cards, out.provider, now, now, now));
  KK_LET(const db::Rows made, db.query("SELECT LAST_INSERT_ID()"));
  out.id = made[0].integer(0);
  return out;
}

base::Result<bool> settle_one(db::Connection& db, const Shop& shop, std::int64_t order_id) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  if (!orders::waits_for_cards_only(order)) return false;
  KK_LET(const Attempt attempt, insert_settled(db, order, now));
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE orders SET state = 'paid', settled_utc = ?, fulfilled_utc = ? WHERE id = ? AND state = 'pending'", now, now, order.id)));
  KK_TRY(orders::journal(db, order.id, "paid", "", now));
  KK_TRY(registrations::confirm_of_order(db, shop.instance.public_url, order.id, now));
  KK_TRY(fulfil_paid(db, shop, {order, attempt, "", attempt.provider}, now));
  FAULT("cards.before_commit");
  return true;
}

}  // namespace

base::Status pay_by_cards(db::Connection& db, const Shop& shop, std::int64_t order_id) {
  KK_LET(const bool paid, db.transact([&] { return settle_one(db, shop, order_id); }));
  FAULT("cards.after_commit");
  if (paid) base::log_info("settled", {{"verdict", "paid"}, {"source", kCardProvider}, {"order", std::to_string(order_id)}});
  return {};
}

base::Status settle_card_orders(db::Connection& db, const Shop& shop) {
  KK_LET(const db::Rows ids, db.query(std::string("SELECT o.id FROM orders o WHERE o.state = 'pending' AND o.cards_cents > 0 AND o.cards_cents = o.total_cents AND ") + kAsksNobody + " ORDER BY o.id LIMIT ?", kCardOrdersAtOnce));
  for (const auto& row : ids) {
    const auto done = pay_by_cards(db, shop, row.integer(0));
    if (done) continue;
    if (done.error().kind == base::ErrorKind::unavailable) return done;
    base::log_error("sweep_failed", {{"part", "gift_cards"}, {"id", std::to_string(row.integer(0))}, {"detail", done.error().detail}});
  }
  return {};
}

}  // namespace payments
