#include "payments/settle.h"

#include <algorithm>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/catalogue/discount_store.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/outbox/outbox.h"
#include "lib/payments/benefit.h"
#include "lib/payments/stranger.h"
#include "lib/registrations/registration_store.h"
#include "payments/called_off.h"
#include "payments/fulfil.h"
#include "payments/mails.h"

namespace payments {

using base::ErrorKind;
using base::fail;
using suomifi::PaymentStatus;

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::paid: return "paid";
    case Verdict::paid_late: return "paid_late";
    case Verdict::paid_no_stock: return "paid_no_stock";
    case Verdict::overpaid: return "overpaid";
    case Verdict::needs_review: return "needs_review";
    case Verdict::pending: return "pending";
    case Verdict::failed: return "failed";
    case Verdict::repeated: return "repeated";
    case Verdict::sum_differs: return "sum_differs";
    case Verdict::unknown_stamp: return "unknown_stamp";
    case Verdict::not_matching: return "not_matching";
  }
  return "repeated";
}

bool is_refused(Verdict verdict) { return verdict == Verdict::unknown_stamp || verdict == Verdict::not_matching; }

namespace {

bool matches(const Attempt& attempt, const Shop& shop, const suomifi::VerifiedFacts& facts) {
  return attempt.account == shop.account.id && attempt.reference == facts.reference() &&
         (!attempt.transaction_id || *attempt.transaction_id == facts.transaction_id());
}

// One run of the transaction's body; a retry makes a new one.
class Settlement {
 public:
  Settlement(db::Connection& db, const Shop& shop, const suomifi::VerifiedFacts& facts, Source source, const std::string& received)
      : db_(db), shop_(shop), facts_(facts), source_(source), received_(received), now_(shop.clock.now()) {}

  base::Result<Settled> run() {
    KK_LET(auto found, find_attempt(db_, facts_.stamp(), orders::Lock::for_update));
    if (!found) return refuse(Verdict::unknown_stamp);
    attempt_ = std::move(found->attempt);
    order_ = std::move(found->order);
    if (!matches(attempt_, shop_, facts_)) return refuse(Verdict::not_matching);
    next_ = after_word(attempt_.state, facts_.status());
    if (next_ == attempt_.state) return repeated();
    if (facts_.status() != PaymentStatus::ok && !sum_is_right()) return other_sum();
    FAULT("settle.locked");
    switch (facts_.status()) {
      case PaymentStatus::ok: return paid();
      case PaymentStatus::fail: return failed();
      case PaymentStatus::pending:
      case PaymentStatus::delayed: return pending();
      case PaymentStatus::created: break;  // moves nothing: answered above
    }
    return repeated();
  }

 private:
  bool sum_is_right() const { return facts_.is_euro() && facts_.amount() == attempt_.amount; }

  Settled done(Verdict verdict) const { return {verdict, order_ ? order_->id : 0, order_ ? order_->token : "", case_code_}; }

  Event event(Verdict verdict) const {
    const auto id = attempt_.id == 0 ? std::optional<std::int64_t>() : attempt_.id;
    return {id, source_, to_string(verdict), received_, case_code_};
  }

  base::Status note(Verdict verdict) { return record_event(db_, event(verdict), now_); }
  base::Status note_idle(Verdict verdict) { return record_idle(db_, event(verdict), now_); }

  // A person looks into it: the page, the mail, the journal and the alert have one code.
  base::Status ask_person(const char* kind, std::int64_t object) { return outbox::alert_staff(db_, kind, object, case_code_, now_); }

  // Polls repeat themselves by design and are not news.
  base::Result<Settled> repeated() {
    if (source_ != Source::poll) KK_TRY(note_idle(Verdict::repeated));
    return done(Verdict::repeated);
  }

  // Not of our making, or another attempt's. Where it says that money has moved, a person looks.
  base::Result<Settled> refuse(Verdict verdict) {
    case_code_ = crypto::random_code(8);
    const Settled refused{verdict, 0, "", case_code_};
    if (facts_.status() != PaymentStatus::ok) {
      KK_TRY(note_idle(verdict));
      return refused;
    }
    const std::int64_t number = number_of_stranger(facts_.transaction_id());
    KK_LET(const db::Rows told, db_.query("SELECT 1 FROM staff_alerts WHERE kind = 'unknown_payment' AND object_id = ? AND resolved_utc IS NULL", number));
    // The row that an alert's case code leads to is all that staff know of the payment: however many words came before, it is written.
    KK_TRY(told.empty() ? note(verdict) : note_idle(verdict));
    KK_TRY(ask_person("unknown_payment", number));
    return refused;
  }

  base::Result<Settled> other_sum() {
    case_code_ = crypto::random_code(8);
    KK_TRY(note_idle(Verdict::sum_differs));
    KK_TRY(ask_person("sum_differs", attempt_.id));
    return done(Verdict::sum_differs);
  }

  // The rows are locked; their states are in the WHERE all the same.
  base::Status move_attempt(Outcome outcome) {
    const bool paid = next_ == AttemptState::ok;
    const bool final = paid || next_ == AttemptState::fail;
    const auto received = paid ? std::optional<base::Cents>(facts_.amount()) : std::nullopt;
    const auto settled = paid ? std::optional<base::UtcTime>(now_) : std::nullopt;
    const auto provider = facts_.provider().empty() ? std::optional<std::string>() : facts_.provider();
    return db_.run_write_rows(1, db::statement("UPDATE payment_attempts SET state = ?, outcome = ?, received_cents = ?, cards_cents = ?, transaction_id = ?, provider = ?, "
                                               "settlement_reference = ?, answered_utc = COALESCE(answered_utc, ?), settled_utc = ?, "
                                               "next_poll_utc = IF(?, NULL, COALESCE(next_poll_utc, ?)) WHERE id = ? AND state = ?",
                                               to_string(next_), to_string(outcome), received, attempt_.cards, facts_.transaction_id(), provider,
                                               facts_.settlement_reference(), now_, settled, final,
                                               now_ + std::chrono::minutes(shop_.city.poll_first_minutes), attempt_.id, to_string(attempt_.state)));
  }

  base::Status move_both(Outcome outcome, const char* order_state, bool fulfilled, bool holds_stock) {
    KK_TRY(move_attempt(outcome));
    const auto at = fulfilled ? std::optional<base::UtcTime>(now_) : std::nullopt;
    return db_.run_write_rows(1, db::statement("UPDATE orders SET state = ?, settled_utc = ?, fulfilled_utc = ?, holds_stock = ? WHERE id = ? AND state = ?",
                                               order_state, now_, at, holds_stock, order_->id, orders::to_string(order_->state)));
  }

  base::Result<Settled> paid() {
    const auto state = order_ ? std::optional<orders::State>(order_->state) : std::nullopt;
    const OkCase what = on_ok(state, sum_is_right());
    if ((what == OkCase::settle || what == OkCase::settle_late) && !may_pay(facts_.provider(), order_->lines, shop_.city)) return benefit_refused();
    switch (what) {
      case OkCase::settle: return is_past() ? undeliverable() : settle_order(Verdict::paid, order_->holds_stock);
      case OkCase::settle_late: return settle_late();
      case OkCase::overpaid:
        KK_TRY(move_attempt(Outcome::overpaid));
        return unallocated(Verdict::overpaid, "overpaid", attempt_.id);
      case OkCase::needs_review:
        KK_TRY(move_attempt(Outcome::needs_review));
        return unallocated(Verdict::needs_review, "needs_review", attempt_.id);
    }
    return fail(ErrorKind::broken, "no case for a paid attempt");
  }

  // An employee benefit for what it may not pay: the service can't be told to leave one provider out, so a person decides.
  base::Result<Settled> benefit_refused() {
    KK_TRY(move_attempt(Outcome::needs_review));
    benefit_refused_ = true;
    return unallocated(Verdict::needs_review, "needs_review", attempt_.id);
  }

  base::Result<Settled> settle_order(Verdict verdict, bool holds_stock) {
    base::Cents sum;
    for (const auto& line : order_->lines) sum += line.total();
    if (sum != order_->total || order_->to_pay() != attempt_.amount) return fail(ErrorKind::broken, "the order's lines do not make its sum");
    attempt_.cards = order_->cards;
    KK_TRY(move_both(Outcome::settled, "paid", true, holds_stock));
    KK_TRY(orders::journal(db_, order_->id, to_string(verdict), "", now_));
    KK_TRY(note(verdict));
    KK_TRY(fulfil_paid(db_, shop_, {*order_, attempt_, facts_.transaction_id(), facts_.provider()}, now_));
    if (has_signups()) KK_TRY(registrations::confirm_of_order(db_, shop_.instance.public_url, order_->id, now_));
    FAULT("settle.before_commit");
    return done(verdict);
  }

  bool has_signups() const {
    return std::any_of(order_->lines.begin(), order_->lines.end(), [](const auto& line) { return line.product_kind == "activity"; });
  }

  // The hold is over, and so is the time in which something dated could be bought: nobody can use it any more.
  bool is_past() const {
    return order_->hold_until <= now_ && std::any_of(order_->lines.begin(), order_->lines.end(), [&](const auto& line) {
      return line.starts && line.ends && catalogue::last_moment(*line.starts, *line.ends) <= now_;
    });
  }

  // The hold is over, so the pieces may be someone else's by now, and the gift cards' money spent.
  base::Result<Settled> settle_late() {
    if (is_past()) return undeliverable();
    KK_TRY(db_.write("SAVEPOINT late"));
    KK_LET(const auto shortages, orders::take_stock(db_, order_->lines, now_));
    KK_LET(const bool cards_held, gift_cards::hold_again(db_, order_->id, now_));
    if (shortages.empty() && cards_held) {
      const bool counted = std::any_of(order_->lines.begin(), order_->lines.end(), [](const auto& line) { return line.counted; });
      return settle_order(Verdict::paid_late, counted);
    }
    KK_TRY(db_.write("ROLLBACK TO SAVEPOINT late"));
    return undeliverable();
  }

  // An order that waited for its bank past its hold has pieces still.
  base::Result<Settled> undeliverable() {
    KK_TRY(move_both(Outcome::no_stock, "paid_no_stock", false, false));
    if (has_signups()) KK_TRY(registrations::end_of_order(db_, order_->id, registrations::State::no_seat));
    if (order_->holds_stock) KK_TRY(orders::give_stock_back(db_, order_->lines, now_));
    KK_TRY(note_sold_times(db_, order_->lines));
    KK_TRY(catalogue::give_use_back(db_, order_->id));
    KK_TRY(gift_cards::give_back(db_, order_->id, now_));
    return unallocated(Verdict::paid_no_stock, "paid_no_stock", order_->id);
  }

  // Money that no receipt stands for: booked apart, told to the buyer and to staff.
  base::Result<Settled> unallocated(Verdict verdict, const char* kind, std::int64_t object) {
    case_code_ = crypto::random_code(8);
    KK_TRY(note(verdict));
    KK_TRY(book(db_, {attempt_.id}, entries_unallocated(facts_.amount(), shop_.city), now_));
    KK_TRY(ask_person(kind, object));
    if (order_) {
      KK_TRY(orders::journal(db_, order_->id, benefit_refused_ ? "benefit_not_allowed" : kind, benefit_refused_ ? facts_.provider() + ", case " + case_code_ : "case " + case_code_, now_));
      // A second payment of an order that could not be delivered: "your order is fine" would be wrong.
      const bool undeliverable = verdict == Verdict::overpaid && order_->state == orders::State::paid_no_stock;
      KK_TRY(mail_trouble(db_, shop_, *order_, {undeliverable ? "paid_no_stock" : kind, case_code_, facts_.amount(), benefit_refused_}, now_));
    }
    FAULT("settle.before_commit");
    return done(verdict);
  }

  base::Result<Settled> failed() {
    KK_TRY(move_attempt(Outcome::none));
    KK_TRY(note(Verdict::failed));
    if (order_) KK_TRY(orders::journal(db_, order_->id, "payment_failed", "", now_));
    FAULT("settle.before_commit");
    return done(Verdict::failed);
  }

  base::Result<Settled> pending() {
    KK_TRY(move_attempt(Outcome::none));
    KK_TRY(note(Verdict::pending));
    if (order_) {
      KK_TRY(orders::journal(db_, order_->id, "payment_pending", "", now_));
      if (is_payable(order_->state)) KK_TRY(mail_delayed(db_, shop_, *order_, now_));
    }
    FAULT("settle.before_commit");
    return done(Verdict::pending);
  }

  db::Connection& db_;
  const Shop& shop_;
  const suomifi::VerifiedFacts& facts_;
  Source source_;
  const std::string& received_;
  base::UtcTime now_;
  Attempt attempt_;
  std::string case_code_;
  bool benefit_refused_ = false;
  AttemptState next_ = AttemptState::unknown;
  std::optional<orders::Order> order_;
};

}  // namespace

base::Result<Settled> settle(db::Connection& db, const Shop& shop, const suomifi::VerifiedFacts& facts, Source source,
                             const std::string& received) {
  // The browser mostly comes after the callback, and ok is final: no lock and no transaction is needed to say so.
  if (source == Source::redirect) {
    KK_LET(const auto found, find_attempt(db, facts.stamp(), orders::Lock::none));
    if (found && found->order && found->attempt.state == AttemptState::ok && matches(found->attempt, shop, facts)) {
      KK_TRY(record_idle(db, {found->attempt.id, source, to_string(Verdict::repeated), received, ""}, shop.clock.now(), found->idle_words));
      return Settled{Verdict::repeated, found->order->id, found->order->token, ""};
    }
  }
  auto result = db.transact([&]() -> base::Result<Settled> { return Settlement(db, shop, facts, source, received).run(); });
  FAULT("settle.after_commit");
  if (!result) return result;
  if (result->verdict != Verdict::repeated || source != Source::poll) {
    base::log_info("settled", {{"verdict", to_string(result->verdict)}, {"source", to_string(source)},
                               {"order", std::to_string(result->order_id)}, {"transaction", facts.transaction_id()}, {"case", result->case_code}});
  }
  return result;
}

}  // namespace payments
