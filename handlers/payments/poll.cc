// The sweep's part that asks the payment service for attempts without word.
#include <algorithm>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/outbox/outbox.h"
#include "lib/suomifi/answer.h"
#include "lib/web/serve.h"
#include "payments/attempt_store.h"
#include "payments/settle.h"
#include "payments/sweep.h"

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr int kPollsAtOnce = 20;  // of one pass
constexpr std::chrono::hours kLongestWait{6};
constexpr int kFailuresAtOnce = 2;  // then the service is away, and the next pass tries again

struct Due {
  std::int64_t id = 0;
  std::string stamp, transaction_id, next_poll;
  base::UtcTime created;
  AttemptState state = AttemptState::unknown;
};

// Takes the attempt for this sweep by moving its time, so that a second one leaves it alone; false: it was faster.
base::Result<bool> claim(db::Connection& db, const Due& due, base::UtcTime next) {
  KK_LET(const db::Done claimed, db.execute("UPDATE payment_attempts SET next_poll_utc = ?, polls = polls + 1 WHERE id = ? AND next_poll_utc = ?",
                                            next, due.id, due.next_poll));
  return claimed.affected == 1;
}

// The process ended between its commit and the answer: whoever has no transaction id cannot be asked for.
base::Status give_up_creating(db::Connection& db, const Due& due, base::UtcTime now) {
  KK_LET(const db::Done moved, db.execute("UPDATE payment_attempts SET state = 'unknown', next_poll_utc = NULL WHERE id = ? AND state = 'creating'", due.id));
  if (moved.affected == 0) return {};
  return record_event(db, {due.id, Source::sweep, "creating_ended", "", ""}, now);
}

base::Status abandon(db::Connection& db, const Due& due, base::UtcTime now) {
  KK_LET(const db::Done moved, db.execute("UPDATE payment_attempts SET state = 'abandoned', next_poll_utc = NULL WHERE id = ? AND state = ?", due.id,
                                          to_string(due.state)));
  if (moved.affected == 0) return {};
  // The service said that money was coming and then nothing more, or still tells nothing though a person wanted it asked once more: a person looks.
  const bool to_staff = due.state == AttemptState::pending || due.state == AttemptState::abandoned;
  const std::string case_code = to_staff ? crypto::random_code(8) : "";
  if (!case_code.empty()) KK_TRY(outbox::alert_staff(db, "unknown_payment", due.id, case_code, now));
  return record_event(db, {due.id, Source::sweep, "abandoned", "", case_code}, now);
}

std::string journal_of(const suomifi::VerifiedFacts& facts) {
  return suomifi::journal_text({{"checkout-amount", std::to_string(facts.amount().value())},
                                {"checkout-provider", facts.provider()},
                                {"checkout-reference", facts.reference()},
                                {"checkout-stamp", facts.stamp()},
                                {"checkout-status", suomifi::to_string(facts.status())},
                                {"checkout-transaction-id", facts.transaction_id()}});
}

// ERRORS: unavailable, denied, ...: of the call. A settled word is done with.
base::Status ask(db::Connection& db, Client& client, const Shop& shop, const Due& due) {
  KK_LET(const suomifi::Request request, suomifi::state_request(shop.account, due.transaction_id, crypto::random_token(), shop.clock.now()));
  FAULT("sweep.before_poll");
  KK_LET(const suomifi::Answer answer, client.send(request));
  KK_LET(const suomifi::VerifiedState state, suomifi::read_state(answer, shop.account));
  if (state.stamp() != due.stamp || state.transaction_id() != due.transaction_id) return fail(ErrorKind::broken, "the answer is about another payment");
  if (state.status() == suomifi::PaymentStatus::created) return {};
  KK_LET(const Settled settled, settle(db, shop, state, Source::poll, journal_of(state)));
  static_cast<void>(settled);
  return {};
}

base::Result<std::vector<Due>> due_attempts(db::Connection& db, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT id, stamp, transaction_id, next_poll_utc, created_utc, state FROM payment_attempts "
                                       "WHERE next_poll_utc <= ? ORDER BY next_poll_utc LIMIT ?",
                                       now, kPollsAtOnce));
  std::vector<Due> out;
  for (const auto& row : rows) {
    out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.time(4).value_or(now),
                   parse_attempt_state(row.text(5)).value_or(AttemptState::unknown)});
  }
  return out;
}

}  // namespace

base::UtcTime next_poll(base::UtcTime created, base::UtcTime now, std::chrono::minutes first) {
  const auto quarter = std::chrono::duration_cast<std::chrono::minutes>((now - created) / 4);
  return now + std::clamp(quarter, first, std::max<std::chrono::minutes>(first, kLongestWait));
}

base::Status poll_attempts(db::Connection& db, Client& client, const Shop& shop) {
  KK_LET(const auto due_now, due_attempts(db, shop.clock.now()));
  int failures = 0;
  for (const auto& due : due_now) {
    const base::UtcTime now = shop.clock.now();
    if (due.state == AttemptState::creating) {
      KK_TRY(give_up_creating(db, due, now));
      continue;
    }
    KK_LET(const bool ours, claim(db, due, next_poll(due.created, now, std::chrono::minutes(shop.city.poll_first_minutes))));
    if (!ours) continue;
    const auto last_day = due.created + std::chrono::days(shop.city.poll_last_days);
    const base::Status asked = due.transaction_id.empty() ? base::Status() : ask(db, client, shop, due);
    // A service that is away on the last day is asked for one day more.
    const bool given_up = now >= last_day + (asked ? std::chrono::days(0) : std::chrono::days(1));
    if (given_up || due.transaction_id.empty()) KK_TRY(abandon(db, due, now));
    if (!asked) {
      base::log_error("poll_failed", {{"attempt", std::to_string(due.id)}, {"kind", base::to_string(asked.error().kind)}, {"detail", asked.error().detail}});
      if (asked.error().kind == ErrorKind::unavailable && ++failures >= kFailuresAtOnce) return {};
    }
    if (web::stop_requested(0)) return {};
  }
  return {};
}

}  // namespace payments
