#include "payments/sweep.h"

#include <signal.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/catalogue/closure_store.h"
#include "lib/catalogue/discount_store.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/payments/benefit.h"
#include "lib/registrations/registration_store.h"
#include "lib/web/serve.h"
#include "payments/attempt_store.h"
#include "payments/called_off.h"
#include "payments/client.h"
#include "payments/fulfil.h"
#include "payments/mails.h"
#include "payments/pay_by_cards.h"
#include "payments/refund.h"
#include "payments/settlement.h"
#include "payments/settlement_match.h"

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr int kAtOnce = 200;  // rows of one part in one pass
constexpr int kPassMs = 500;
constexpr int kAwayMs = 2000;  // while the database doesn't answer

// `a` is an attempt that still may bring its order's money.
const std::string kMayBring = std::string("(a.state = 'pending' OR (a.outcome = 'needs_review' AND NOT ") + orders::kIsPaidBack + "))";

// Whether this order has such an attempt. A read after the order's lock, hence of what is committed.
base::Result<bool> is_under_way(db::Connection& db, std::int64_t order_id) {
  KK_LET(const db::Rows rows, db.query("SELECT 1 FROM payment_attempts a WHERE a.order_id = ? AND " + kMayBring + " LIMIT 1", order_id));
  return !rows.empty();
}

// From pending to `state`, pieces given back. REQUIRES: within a transaction, the order locked.
base::Status end_unpaid(db::Connection& db, const orders::Order& order, orders::State to, base::UtcTime now) {
  const char* state = orders::to_string(to);
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE orders SET state = ?, holds_stock = FALSE WHERE id = ? AND state = 'pending'", state, order.id)));
  const bool has_signups = std::any_of(order.lines.begin(), order.lines.end(), [](const auto& line) { return line.product_kind == "activity"; });
  if (has_signups) KK_TRY(registrations::end_of_order(db, order.id, to == orders::State::expired ? registrations::State::expired : registrations::State::cancelled));
  if (order.holds_stock) KK_TRY(orders::give_stock_back(db, order.lines, now));
  KK_TRY(catalogue::give_use_back(db, order.id));
  KK_TRY(gift_cards::give_back(db, order.id, now));
  KK_TRY(orders::journal(db, order.id, state, "", now));
  FAULT("sweep.before_commit");
  return {};
}

base::Status expire_one(db::Connection& db, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  if (order.state != orders::State::pending || order.hold_until > now) return {};
  KK_LET(const bool under_way, is_under_way(db, order_id));
  if (under_way && now < order.created + kLongHold) return {};
  return end_unpaid(db, order, orders::State::expired, now);
}

base::Status cancel_one(db::Connection& db, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  KK_LET(const db::Done done, db.execute("UPDATE cancel_requests SET done_utc = ? WHERE order_id = ? AND done_utc IS NULL", now, order_id));
  if (done.affected == 0 || order.state != orders::State::pending) return {};
  KK_LET(const bool under_way, is_under_way(db, order_id));
  if (under_way) return orders::journal(db, order_id, "cancel_refused", "", now);
  return end_unpaid(db, order, orders::State::cancelled, now);
}

base::Status fulfil_one(db::Connection& db, const Shop& shop, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  KK_TRY(fulfil_free(db, shop, order, now));
  FAULT("sweep.before_commit");
  return {};
}

// Runs `one` for each id in a transaction of its own; an order that fails does not stop the others, and is handed to `failed`.
template <typename One>
base::Status each(db::Connection& db, const char* part, const db::Rows& ids, One&& one, const std::function<base::Status(std::int64_t)>& failed = {}) {
  for (const auto& row : ids) {
    auto done = db.transact([&]() -> base::Status { return one(row.integer(0)); });
    FAULT("sweep.after_commit");
    if (done) continue;
    if (done.error().kind == ErrorKind::unavailable) return done;
    base::log_error("sweep_failed", {{"part", part}, {"id", std::to_string(row.integer(0))}, {"detail", done.error().detail}});
    if (failed) KK_TRY(failed(row.integer(0)));
  }
  return {};
}

}  // namespace

base::Status expire_holds(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Rows ids,
         db.query("SELECT o.id FROM orders o WHERE o.state = 'pending' AND o.hold_until_utc <= ? AND (o.created_utc <= ? OR NOT EXISTS "
                  "(SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND " + kMayBring + ")) "
                  "ORDER BY o.hold_until_utc LIMIT ?",
                  now, now - kLongHold, kAtOnce));
  return each(db, "expire", ids, [&](std::int64_t id) { return expire_one(db, id, now); });
}

base::Status expire_signups(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Rows ids, db.query("SELECT id FROM registrations WHERE state IN ('held', 'filled') AND holds_seats AND hold_until_utc <= ? ORDER BY hold_until_utc LIMIT ?", now, kAtOnce));
  return each(db, "expire_signup", ids, [&](std::int64_t id) -> base::Status {
    KK_LET(const auto one, registrations::load_by_id(db, id, true));
    if (one.hold_until > now) return {};
    KK_TRY(registrations::end_hold(db, one, registrations::State::expired, now));
    FAULT("sweep.before_commit");
    return {};
  });
}

// A sign-up that was being paid while its session was called off.
base::Status end_called_off(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Rows ids, db.query("SELECT r.id FROM registrations r JOIN activity_sessions a ON a.variant_id = r.variant_id AND a.state = 'cancelled' WHERE r.state = 'confirmed' LIMIT ?", kAtOnce));
  return each(db, "called_off", ids, [&](std::int64_t id) -> base::Status {
    KK_LET(const auto one, registrations::load_by_id(db, id, true));
    KK_TRY(registrations::cancel_confirmed(db, shop.instance.public_url, one, {"session_cancelled"}, now));
    return {};
  });
}

// What staff made for somebody who hasn't agreed to it yet ends: nobody may pay for it any more. What is being paid is asked back when it is paid.
base::Result<bool> end_unagreed(db::Connection& db, const Shop& shop, const CalledOff& time, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id, orders::Lock::for_update));
  if (order.state != orders::State::pending) return false;
  if (order.agreed) return true;  // meanwhile: its payment will show
  KK_TRY(end_unpaid(db, order, orders::State::cancelled, now));
  KK_TRY(tell_called_off(db, shop, order, {time.variant, base::Cents(0)}, now));
  return true;
}

// Each order in a transaction of its own: thousands of them hold up no other sale, and a run that is cut off goes on where it was. One that fails waits its time.
base::Status ask_back_called_off(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  const auto ask_all = [&](const CalledOff& time, const db::Rows& ids) {
    const auto ask_one = [&](std::int64_t id) -> base::Status {
      KK_LET(const bool was_unpaid, end_unagreed(db, shop, time, id, now));
      if (!was_unpaid) KK_TRY(ask_back(db, shop, time, id, now));
      else KK_TRY(put_off(db, time, id, now));
      FAULT("sweep.before_commit");
      return {};
    };
    return each(db, "called_off_time", ids, ask_one, [&](std::int64_t id) { return note_failed(db, time, id, now); });
  };
  KK_LET(const auto times, find_called_off(db));
  for (const auto& time : times) {
    KK_LET(const db::Rows ids, find_unasked(db, time, kAtOnce));
    KK_TRY(ask_all(time, ids));
    if (ids.empty()) KK_TRY(end_asking(db, time));
  }
  KK_LET(const auto again, find_again(db, kAtOnce, now));
  for (const auto& one : again) KK_TRY(ask_all(one.time, one.order));
  return {};
}

// Free seats to those who wait, until the session begins; where staff closed the sign-up, to nobody.
base::Status offer_seats(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Rows ids, db.query(std::string("SELECT DISTINCT r.variant_id FROM registrations r JOIN stock s ON s.variant_id = r.variant_id AND s.free > 0 JOIN activity_sessions a ON a.variant_id = r.variant_id AND a.state = 'open' "
                                      "JOIN variants v ON v.id = r.variant_id AND v.starts_utc > ? JOIN products p ON p.id = v.product_id WHERE r.state = 'waiting' AND NOT ") + catalogue::kIsClosed + " LIMIT ?", now, kAtOnce));
  return each(db, "offer", ids, [&](std::int64_t variant) -> base::Status {
    KK_LET(const db::Rows session, db.query("SELECT starts_utc FROM variants WHERE id = ?", variant));
    const auto until = std::min(now + std::chrono::hours(shop.city.signup_offer_hours), session[0].time(0).value_or(now));
    KK_TRY(registrations::offer_seats(db, shop.instance.public_url, variant, shop.city.families_that_fit_first, until, now));
    FAULT("sweep.before_commit");
    return {};
  });
}

base::Status cancel_orders(db::Connection& db, const Shop& shop) {
  KK_LET(const db::Rows ids, db.query("SELECT order_id FROM cancel_requests WHERE done_utc IS NULL ORDER BY order_id LIMIT ?", kAtOnce));
  return each(db, "cancel", ids, [&](std::int64_t id) { return cancel_one(db, id, shop.clock.now()); });
}

base::Status fulfil_free_orders(db::Connection& db, const Shop& shop) {
  KK_LET(const db::Rows ids, db.query("SELECT id FROM orders WHERE state = 'confirmed' AND fulfilled_utc IS NULL ORDER BY id LIMIT ?", kAtOnce));
  return each(db, "fulfil", ids, [&](std::int64_t id) { return fulfil_one(db, shop, id, shop.clock.now()); });
}

base::Status expire_gift_cards(db::Connection& db, const Shop& shop) {
  if (shop.city.gift_card_over_account.empty()) return {};
  const base::UtcTime now = shop.clock.now(), over = now - std::chrono::days(shop.city.gift_card_over_days);
  const auto expire_one = [&](std::int64_t id) -> base::Status {
    KK_LET(const auto left, gift_cards::expire(db, id, over, now));
    if (left) KK_TRY(book(db, {}, entries_of_over(*left, shop.city), now));
    FAULT("sweep.before_commit");
    return {};
  };
  // All of them, so that they are income of the day on which they are over; one that fails keeps no other waiting.
  for (std::int64_t last = 0;;) {
    KK_LET(const db::Rows ids, db.query("SELECT id FROM gift_cards WHERE id > ? AND balance_cents > 0 AND voided_utc IS NULL AND valid_until_utc < ? ORDER BY id LIMIT ?", last, over, kAtOnce));
    KK_TRY(each(db, "gift_cards_over", ids, expire_one));
    if (ids.size() < kAtOnce) return {};
    last = ids.back().integer(0);
  }
}

// Told at once, each of them; of the others each kind once a day.
constexpr const char* kUrgent = "(kind IN ('sealed_record', 'untrusted_key', 'break_glass') AND mailed_on IS NULL)";

base::Status note_ending_approvals(db::Connection& db, const Shop& shop) {
  return db.write("CALL note_ending_approvals(?)", shop.clock.now());
}

base::Status note_short_sessions(db::Connection& db, const Shop& shop) {
  return db.write("CALL note_short_sessions(?, ?)", shop.clock.now(), shop.city.signup_minimum_days_before);
}

base::Status mail_digests(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  const std::string today = base::helsinki_date_iso(now);
  KK_LET(const db::Rows first_look, db.query(std::string("SELECT 1 FROM staff_alerts WHERE resolved_utc IS NULL AND (kind NOT IN "
                                                         "(SELECT kind FROM staff_alerts WHERE mailed_on = ?) OR ") + kUrgent + ") LIMIT 1", today));
  if (first_look.empty()) return {};
  return db.transact([&]() -> base::Status {
    // The lock lets a second sweep see what the first one mailed.
    KK_LET(const db::Rows open, db.query(std::string("SELECT kind, case_code, ") + kUrgent + ", IF(kind = 'needs_review', (SELECT a.provider FROM payment_attempts a WHERE a.id = object_id), NULL) FROM staff_alerts WHERE resolved_utc IS NULL ORDER BY id FOR UPDATE"));
    KK_LET(const db::Rows mailed, db.query("SELECT DISTINCT kind FROM staff_alerts WHERE mailed_on = ?", today));
    std::map<std::string, std::map<std::string, std::vector<std::string>>> by_kind;  // and in it by what is said of it
    std::set<std::string> urgent;
    for (const auto& row : open) {
      by_kind[row.text(0)][is_benefit(row.text(3), shop.city) ? "benefit_refused" : row.text(0)].push_back(row.text(1));
      if (row.boolean(2)) urgent.insert(row.text(0));
    }
    for (const auto& row : mailed) {
      if (!urgent.contains(row.text(0))) by_kind.erase(row.text(0));
    }
    for (const auto& [kind, words] : by_kind) {
      std::vector<DigestItem> items;
      for (const auto& [what, cases] : words) items.push_back({what, cases});
      KK_TRY(mail_digest(db, shop, items, now));
      KK_TRY(db.write("UPDATE staff_alerts SET mailed_on = ? WHERE kind = ? AND resolved_utc IS NULL", today, kind));
    }
    FAULT("sweep.before_commit");
    return {};
  });
}

namespace {

bool tell(const char* part, const base::Status& done) {
  if (!done) base::log_error("sweep_failed", {{"part", part}, {"detail", done.error().detail}});
  return done || done.error().kind != ErrorKind::unavailable;
}

constexpr std::chrono::minutes kNoteEvery{60}, kListAgain{10};

// Pass after pass over a connection of its own. A pass is false where the database was away.
template <typename Pass>
base::Status repeat(const db::Config& config, Pass&& pass) {
  db::Connection db(config);
  bool checked = false, done = false;
  do {
    done = false;
    if (!checked) {
      const auto durable = db.check_durability();
      if (!durable && durable.error().kind != ErrorKind::unavailable) {
        ::raise(SIGTERM);  // neither loop goes on without the other
        return durable;
      }
      checked = static_cast<bool>(durable);
    }
    if (checked) done = pass(db);
  } while (!web::stop_requested(done ? kPassMs : kAwayMs));
  return {};
}

}  // namespace

bool sweep_once(db::Connection& db, const Shop& shop) {
  // A database that is away is told once a pass.
  if (!tell("cancel", cancel_orders(db, shop))) return false;
  if (!tell("fulfil", fulfil_free_orders(db, shop))) return false;
  if (!tell("gift_cards", settle_card_orders(db, shop))) return false;
  if (!tell("expire", expire_holds(db, shop))) return false;
  if (!tell("signups", expire_signups(db, shop))) return false;
  if (!tell("offers", offer_seats(db, shop))) return false;
  if (!tell("called_off", end_called_off(db, shop))) return false;
  if (!tell("called_off_times", ask_back_called_off(db, shop))) return false;
  if (!tell("decisions", carry_out_decisions(db, shop))) return false;
  if (!tell("silent_refunds", note_silent_refunds(db, shop))) return false;
  return tell("digest", mail_digests(db, shop));
}

base::Status sweep_until_stopped(const Shop& shop, const db::Config& config) {
  web::catch_stop_signals();
  base::log_info("sweeping");
  base::Status polled;
  std::thread polling([&] {
    base::UtcTime next_list{};
    Client client(shop.instance.payment_url, [] { return web::stop_requested(0); });
    Client paying_back(shop.instance.payment_url);  // a stop waits for its answer: of a call that was broken off nobody knows whether the money went
    Pause pause;
    polled = repeat(config, [&](db::Connection& db) {
      if (!tell("poll", poll_attempts(db, client, shop))) return false;
      if (!tell("refunds", make_refunds(db, paying_back, shop, pause))) return false;
      if (shop.clock.now() < next_list) return true;
      next_list = shop.clock.now() + (tell("settlements", fetch_settlements(db, client, shop)) ? kNoteEvery : kListAgain);
      return tell("settlements_matched", match_settlements(db, shop.city, shop.clock.now()));
    });
  });
  base::UtcTime noted{};
  const base::Status swept = repeat(config, [&](db::Connection& db) {
    if (shop.clock.now() - noted >= kNoteEvery && tell("approvals", note_ending_approvals(db, shop)) && tell("short_sessions", note_short_sessions(db, shop)) && tell("gift_cards_over", expire_gift_cards(db, shop))) noted = shop.clock.now();
    return sweep_once(db, shop);
  });
  polling.join();
  base::log_info("stopped");
  return swept ? polled : swept;
}

}  // namespace payments
