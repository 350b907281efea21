// The sweep's part that calls the payment service for refunds, and does what staff decided.
#include <algorithm>
#include <optional>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/outbox/outbox.h"
#include "lib/payments/benefit.h"
#include "lib/payments/refund.h"
#include "lib/registrations/registration_store.h"
#include "lib/suomifi/answer.h"
#include "lib/web/serve.h"
#include "payments/attempt_store.h"
#include "payments/fulfil.h"
#include "payments/refund.h"
#include "payments/urls.h"

namespace payments {

using base::ErrorKind;
using base::fail;
using suomifi::PaymentStatus;

namespace {

constexpr const char* kCardSpent = "gift_card_spent";
constexpr int kRefundsAtOnce = 20, kDecisionsAtOnce = 200;
constexpr std::chrono::seconds kCallingAtMost{60};
constexpr std::chrono::days kPendingAtMost{14};
constexpr std::chrono::seconds kFirstPause{2}, kLongestPause{300};

// What is to be said to the service; nothing: another sweep has it, or it failed without a call.
struct ToCall {
  Refund refund;
  suomifi::RefundPayment payment;
};

// What was asked for, and what refunds of its payment have taken.
struct RefundAsked {
  base::Cents cents, taken, taken_of_cards;
  bool outside = false;
  std::vector<Credit> credits;
};

base::Result<RefundAsked> read_asked(db::Connection& db, std::int64_t request) {
  KK_LET(const db::Rows rows, db.query("SELECT r.cents, CAST(COALESCE(SUM(f.cents), 0) AS SIGNED), CAST(COALESCE(SUM(f.card_cents), 0) AS SIGNED), r.outside FROM refund_requests r LEFT JOIN refunds f ON f.attempt_id = r.attempt_id AND f.state <> 'failed' "
                                       "WHERE r.id = ? GROUP BY r.id, r.cents, r.outside", request));
  KK_LET(const db::Rows lines, db.query("SELECT line_no, quantity, cents FROM refund_request_lines WHERE request_id = ? ORDER BY line_no", request));
  RefundAsked out{rows.at(0).cents(0), rows[0].cents(1), rows[0].cents(2), rows[0].boolean(3), {}};
  for (const auto& line : lines) out.credits.push_back({static_cast<int>(line.integer(0)), static_cast<int>(line.integer(1)), line.cents(2)});
  return out;
}

bool is_payable_back(const Found& found, const RefundAsked& asked) {
  const Attempt& attempt = found.attempt;
  if (attempt.state != AttemptState::ok || asked.taken + asked.cents > attempt.received + attempt.cards) return false;
  if (attempt.outcome != "settled") return asked.credits.empty();
  return found.order && sum_of(asked.credits) == asked.cents;
}

// Units that come back are no tickets any more, from before the money goes; those that nobody has used first.
base::Status void_tickets(db::Connection& db, const Refund& refund, std::int64_t order_id, const std::vector<Credit>& credits) {
  for (const auto& one : credits) {
    KK_TRY(db.write("UPDATE tickets SET refund_id = ? WHERE order_id = ? AND line_no = ? AND refund_id IS NULL ORDER BY uses, unit_no DESC LIMIT ?", refund.id, order_id, one.line_no, one.quantity));
  }
  return {};
}

// Gift cards that were sold and are paid back pay nothing from now on. False: their money is spent by now, and nothing was changed.
base::Result<bool> void_gift_cards(db::Connection& db, const Refund& refund, const orders::Order& order, const RefundAsked& asked, base::UtcTime now) {
  KK_TRY(db.write("SAVEPOINT gift_cards"));
  for (const auto& one : asked.credits) {
    const bool is_card = std::any_of(order.lines.begin(), order.lines.end(), [&](const auto& line) { return line.line_no == one.line_no && line.product_kind == "gift_card"; });
    if (!is_card) continue;
    KK_LET(const bool taken, gift_cards::take_back(db, {order.id, refund.id, one.line_no, one.quantity, one.cents}, now));
    if (taken) continue;
    KK_TRY(db.write("ROLLBACK TO SAVEPOINT gift_cards"));
    return false;
  }
  return true;
}

// Nobody is asked about what is free, what gift cards alone get back, and what staff pay back outside the service: by a benefit's company, or otherwise after the
// service couldn't. A benefit goes back to no account (it is personal), so without that word it fails. Nothing: the service is to be asked.
std::optional<RefundWord> without_call(const Attempt& attempt, const RefundAsked& asked, const Refund& refund, const base::City& city) {
  if (refund.cents.value() == 0) return RefundWord{PaymentStatus::ok, "", "free"};
  if (refund.card == refund.cents) return RefundWord{PaymentStatus::ok, "", "gift_card"};
  if (asked.outside) return RefundWord{PaymentStatus::ok, "", "outside"};
  if (is_benefit(attempt.provider, city)) return RefundWord{PaymentStatus::fail, "", "benefit"};
  return std::nullopt;
}

// Its row, and what is void with it. True: the service is to be asked.
base::Result<bool> make_ready(db::Connection& db, const Shop& shop, const Found& found, const RefundAsked& asked, Refund& refund) {
  const base::UtcTime now = shop.clock.now();
  const bool may = is_payable_back(found, asked);
  const std::string case_code = may ? "" : crypto::random_code(8);
  refund.card = may && found.order ? part_of_cards(asked.credits, found.order->lines, found.attempt.cards - asked.taken_of_cards) : base::Cents(0);
  KK_TRY(db.write("INSERT INTO refunds (request_id, attempt_id, stamp, cents, card_cents, state, verdict, case_code, created_utc, called_utc, ended_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", refund.request_id, found.attempt.id, refund.stamp,
                  asked.cents, refund.card, may ? "calling" : "failed", may ? "" : "more_than_left", case_code, now, may ? std::optional<base::UtcTime>(now) : std::nullopt, may ? std::nullopt : std::optional<base::UtcTime>(now)));
  KK_LET(const auto stored, find_refund(db, refund.stamp));
  refund = *stored;
  if (!may) {
    KK_TRY(outbox::alert_staff(db, "refund_failed", refund.id, case_code, now));
    return false;
  }
  if (found.order) {
    KK_LET(const bool voided, void_gift_cards(db, refund, *found.order, asked, now));
    if (!voided) {
      KK_LET(const RefundMove failed, settle_refund_in(db, shop, refund, {PaymentStatus::fail, "", kCardSpent}));
      static_cast<void>(failed);
      return false;
    }
    KK_TRY(void_tickets(db, refund, found.order->id, asked.credits));
  }
  const auto word = without_call(found.attempt, asked, refund, shop.city);
  if (!word) return true;
  KK_LET(const RefundMove moved, settle_refund_in(db, shop, refund, *word));
  static_cast<void>(moved);
  return false;
}

ToCall to_call(const Found& found, const Refund& refund, const Shop& shop) {
  const Attempt& attempt = found.attempt;
  return {refund, {attempt.transaction_id.value_or(""), refund.stamp, attempt.reference, refund.cents - refund.card, found.order ? found.order->contact.email : "", shop.instance.public_url + refund_callback_path(refund.stamp)}};
}

base::Result<std::optional<ToCall>> begin_refund(db::Connection& db, const Shop& shop, std::int64_t request, const std::string& attempt_stamp, const std::string& stamp) {
  KK_LET(const auto found, find_attempt(db, attempt_stamp, orders::Lock::for_update));
  if (!found) return fail(ErrorKind::broken, "a request's payment is gone");
  KK_LET(const db::Done taken_over, db.execute("UPDATE refund_requests SET state = 'taken' WHERE id = ? AND state = 'approved'", request));
  KK_LET(const auto ours, find_refund(db, stamp));  // of a COMMIT without an answer
  if (ours ? !ours->calling : taken_over.affected == 0) return std::optional<ToCall>();
  KK_LET(const RefundAsked asked, read_asked(db, request));
  Refund refund = ours ? *ours : Refund{0, request, stamp, attempt_stamp, asked.cents, {}};
  if (!ours) {
    KK_LET(const bool is_to_call, make_ready(db, shop, *found, asked, refund));
    if (!is_to_call) return std::optional<ToCall>();
  }
  FAULT("refund.before_begin");
  return std::optional<ToCall>(to_call(*found, refund, shop));
}

// One whose call never reached the service: under the same stamp, which nobody there has seen. After a COMMIT without an answer it is not called: somebody else may have begun.
base::Result<std::optional<ToCall>> begin_again(db::Connection& db, const Shop& shop, const std::string& attempt_stamp, const std::string& stamp) {
  KK_LET(const auto found, find_attempt(db, attempt_stamp, orders::Lock::for_update));
  if (!found) return fail(ErrorKind::broken, "a refund's payment is gone");
  KK_LET(const db::Done ours, db.execute("UPDATE refunds SET state = 'calling', called_utc = ? WHERE stamp = ? AND state = 'waiting'", shop.clock.now(), stamp));
  if (ours.affected == 0) return std::optional<ToCall>();
  KK_LET(const auto refund, find_refund(db, stamp));
  return std::optional<ToCall>(to_call(*found, *refund, shop));
}

// What came of a call.
struct Called {
  std::optional<RefundWord> word{};  // nothing: no answer that could be believed
  bool may_be_made = true;           // when there is none
};

// These statuses mean that the service did nothing (Payment API, Refund: 400, 401, 404, 422), and 429 that it may be asked again; anything else leaves it open.
Called call_for(Client& client, const Shop& shop, const suomifi::RefundPayment& payment) {
  const auto request = suomifi::refund_request(shop.account, payment, crypto::random_token(), shop.clock.now());
  if (!request) {
    base::log_error("refund_not_sent", {{"detail", request.error().detail}});
    return {RefundWord{PaymentStatus::fail, "", "not_sent"}};
  }
  FAULT("refund.before_call");
  const auto answer = client.send(*request);
  FAULT("refund.after_call");
  if (!answer) {
    base::log_error("refund_not_answered", {{"detail", answer.error().detail}});
    return {std::nullopt, client.was_sent()};
  }
  const auto refunded = suomifi::read_refunded(*answer, shop.account);
  if (refunded) return {RefundWord{refunded->status, refunded->transaction_id == payment.transaction_id ? "" : refunded->transaction_id, std::string("answer_") + suomifi::to_string(refunded->status)}};
  base::log_error("refund_refused", {{"detail", refunded.error().detail}});
  if (answer->status == 400 || answer->status == 401 || answer->status == 404 || answer->status == 422) return {RefundWord{PaymentStatus::fail, "", "answer_" + std::to_string(answer->status)}};
  return {std::nullopt, answer->status != 429};
}

// Not known whether the money went. A callback may have been faster and is not undone.
base::Status leave_unknown(db::Connection& db, std::int64_t refund, base::UtcTime now) {
  const std::string case_code = crypto::random_code(8);
  return db.transact([&]() -> base::Status {
    KK_LET(const db::Done moved, db.execute("UPDATE refunds SET state = 'unknown', verdict = 'no_answer', case_code = ? WHERE id = ? AND state = 'calling'", case_code, refund));
    if (moved.affected == 0) return {};
    return outbox::alert_staff(db, "refund_unknown", refund, case_code, now);
  });
}

// The service has not seen its stamp.
base::Status let_wait(db::Connection& db, std::int64_t refund) { return db.write("UPDATE refunds SET state = 'waiting', verdict = 'not_reached' WHERE id = ? AND state = 'calling'", refund); }

}  // namespace

bool Pause::is_over() const { return std::chrono::steady_clock::now() >= until_; }

void Pause::note(bool answered) {
  length_ = answered ? std::chrono::seconds(0) : std::clamp(length_ * 2, kFirstPause, kLongestPause);
  until_ = std::chrono::steady_clock::now() + length_;
}

base::Status make_refunds(db::Connection& db, Client& client, const Shop& shop, Pause& pause) {
  if (!pause.is_over()) return {};
  KK_LET(const db::Rows due, db.query("SELECT f.request_id, a.stamp, f.stamp FROM refunds f JOIN payment_attempts a ON a.id = f.attempt_id WHERE f.state = 'waiting' "
                                      "UNION ALL SELECT r.id, a.stamp, '' FROM refund_requests r JOIN payment_attempts a ON a.id = r.attempt_id WHERE r.state = 'approved' ORDER BY 1 LIMIT ?", kRefundsAtOnce));
  for (const auto& row : due) {
    if (web::stop_requested(0)) return {};
    const bool again = !row.text(2).empty();
    const std::string stamp = again ? row.text(2) : crypto::random_token();
    KK_LET(const auto to_call, db.transact([&] { return again ? begin_again(db, shop, row.text(1), stamp) : begin_refund(db, shop, row.integer(0), row.text(1), stamp); }));
    if (!to_call) continue;
    FAULT("refund.committed");
    const Called called = call_for(client, shop, to_call->payment);
    pause.note(called.word.has_value());
    if (called.word) {
      KK_LET(const RefundMove moved, settle_refund(db, shop, to_call->refund, *called.word));
      static_cast<void>(moved);
      continue;
    }
    return called.may_be_made ? leave_unknown(db, to_call->refund.id, shop.clock.now()) : let_wait(db, to_call->refund.id);
  }
  return {};
}

base::Status note_silent_refunds(db::Connection& db, const Shop& shop) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Rows calling, db.query("SELECT id FROM refunds WHERE state = 'calling' AND called_utc <= ? LIMIT ?", now - kCallingAtMost, kRefundsAtOnce));
  for (const auto& row : calling) KK_TRY(leave_unknown(db, row.integer(0), now));
  KK_LET(const db::Rows pending, db.query("SELECT f.id FROM refunds f LEFT JOIN staff_alerts s ON s.kind = 'refund_unknown' AND s.object_id = f.id WHERE f.state = 'pending' AND f.created_utc <= ? AND s.id IS NULL LIMIT ?",
                                          now - kPendingAtMost, kRefundsAtOnce));
  for (const auto& row : pending) KK_TRY(outbox::alert_staff(db, "refund_unknown", row.integer(0), crypto::random_code(8), now));
  return {};
}

namespace {

// Paid after its hold was over, when the pieces were gone: sold all the same, above what there is.
base::Result<const char*> deliver_anyway(db::Connection& db, const Shop& shop, const std::string& attempt_stamp) {
  KK_LET(const auto found, find_attempt(db, attempt_stamp, orders::Lock::for_update));
  if (!found || !found->order || found->order->state != orders::State::paid_no_stock || found->attempt.outcome != "no_stock") return "not_any_more";
  const Attempt& attempt = found->attempt;
  const orders::Order& order = *found->order;
  KK_LET(const db::Rows refunds, db.query("SELECT 1 FROM refund_requests r LEFT JOIN refunds f ON f.request_id = r.id WHERE (r.attempt_id = ? OR (r.order_id = ? AND r.attempt_id IS NULL)) AND r.state <> 'declined' AND (f.id IS NULL OR f.state <> 'failed') LIMIT 1", attempt.id, order.id));
  if (!refunds.empty()) return "refund_asked";
  KK_LET(const db::Rows called_off, db.query("SELECT 1 FROM order_lines l JOIN called_off_times c ON c.variant_id = l.variant_id WHERE l.order_id = ? LIMIT 1", order.id));
  if (!called_off.empty()) return "called_off";
  const base::UtcTime now = shop.clock.now();
  KK_TRY(db.write("SAVEPOINT anyway"));
  KK_LET(const bool cards_held, gift_cards::hold_again(db, order.id, now));
  if (!cards_held) {
    KK_TRY(db.write("ROLLBACK TO SAVEPOINT anyway"));
    return kCardSpent;
  }
  KK_TRY(registrations::confirm_of_order(db, shop.instance.public_url, order.id, now));
  KK_TRY(orders::take_stock_anyway(db, order.lines, now));
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE payment_attempts SET outcome = 'settled', cards_cents = ? WHERE id = ? AND outcome = 'no_stock'", order.cards, attempt.id)));
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE orders SET state = 'paid', fulfilled_utc = ?, holds_stock = TRUE WHERE id = ? AND state = 'paid_no_stock'", now, order.id)));
  KK_TRY(orders::journal(db, order.id, "deliver_anyway", "", now));
  KK_TRY(book(db, {attempt.id}, entries_of_unallocated_refund(attempt.received, shop.city), now));
  KK_TRY(fulfil_paid(db, shop, {order, attempt, attempt.transaction_id.value_or(""), attempt.provider}, now));
  FAULT("decision.before_commit");
  return "done";
}

base::Result<const char*> end_unknown(db::Connection& db, const Shop& shop, const Refund& refund, bool was_made) {
  KK_LET(const RefundMove moved, settle_refund_in(db, shop, refund, {was_made ? PaymentStatus::ok : PaymentStatus::fail, "", "decided"}));
  return moved == RefundMove::repeated ? "not_any_more" : "done";
}

// The stamp of the payment or the refund that the decision is about.
base::Result<std::string> stamp_of(db::Connection& db, const std::string& kind, std::int64_t object) {
  if (kind == "ask_again") return std::string();
  KK_LET(const db::Rows rows, kind == "deliver_anyway" ? db.query("SELECT stamp FROM payment_attempts WHERE order_id = ? AND outcome = 'no_stock'", object) : db.query("SELECT stamp FROM refunds WHERE id = ?", object));
  return rows.empty() ? std::string() : rows[0].text(0);
}

// The service is asked once more about an attempt that it had told nothing of; when it tells nothing again, staff have the alert anew.
base::Result<const char*> ask_again(db::Connection& db, std::int64_t attempt, base::UtcTime now) {
  KK_LET(const db::Done due, db.execute("UPDATE payment_attempts SET next_poll_utc = ? WHERE id = ? AND state = 'abandoned' AND transaction_id IS NOT NULL", now, attempt));
  return due.affected > 0 ? "asked" : "not_any_more";
}

// What was decided could not be done: it waits for a person again, and the order's journal says why.
base::Status put_before_staff_again(db::Connection& db, std::int64_t order_id, const char* why, base::UtcTime now) {
  KK_LET(const db::Rows open, db.query("SELECT COALESCE((SELECT case_code FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = o.id ORDER BY id DESC LIMIT 1), '') FROM orders o WHERE o.id = ? AND o.state = 'paid_no_stock'", order_id));
  if (open.empty()) return {};
  KK_TRY(orders::journal(db, order_id, why, "", now));
  return outbox::alert_staff(db, "paid_no_stock", order_id, open[0].text(0), now);
}

}  // namespace

base::Status carry_out_decisions(db::Connection& db, const Shop& shop) {
  KK_LET(const db::Rows due, db.query("SELECT id, kind, object_id FROM decisions WHERE done_utc IS NULL ORDER BY id LIMIT ?", kDecisionsAtOnce));
  for (const auto& row : due) {
    const std::string kind = row.text(1);
    KK_LET(const std::string stamp, stamp_of(db, kind, row.integer(2)));
    KK_LET(const auto refund, find_refund(db, stamp));
    const auto done = db.transact([&]() -> base::Status {
      const char* result = "not_any_more";
      KK_LET(const db::Done taken, db.execute("UPDATE decisions SET done_utc = ? WHERE id = ? AND done_utc IS NULL", shop.clock.now(), row.integer(0)));
      if (taken.affected == 0) return {};  // done by a run whose COMMIT was lost on the way
      if (kind == "ask_again") {
        KK_LET(result, ask_again(db, row.integer(2), shop.clock.now()));
      } else if (kind == "deliver_anyway") {
        KK_LET(result, deliver_anyway(db, shop, stamp));
        if (result == kCardSpent) KK_TRY(put_before_staff_again(db, row.integer(2), result, shop.clock.now()));
      } else if (refund) {
        KK_LET(result, end_unknown(db, shop, *refund, kind == "refund_was_made"));
      }
      return db.write("UPDATE decisions SET result = ? WHERE id = ?", result, row.integer(0));
    });
    if (done) continue;
    if (done.error().kind == ErrorKind::unavailable) return done;
    base::log_error("sweep_failed", {{"part", "decision"}, {"id", std::to_string(row.integer(0))}, {"detail", done.error().detail}});
  }
  return {};
}

}  // namespace payments
