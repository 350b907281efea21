// Payment attempts, the journal of what the service said, and alerts to staff: their SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/db/db.h"
#include "lib/orders/order_store.h"
#include "lib/payments/attempt.h"

namespace payments {

struct Attempt {
  std::int64_t id = 0;
  std::optional<std::int64_t> order_id;
  std::string stamp, account, reference;
  base::Cents amount;
  AttemptState state = AttemptState::creating;
  std::string outcome;
  std::optional<std::string> transaction_id;
  std::string href;
  base::UtcTime created;
  base::Cents received;          // of one that is ok
  base::Cents cards;             // what gift cards paid besides, of one that is settled
  std::string provider;
  bool is_paid_back = false;     // all of what it brought; only lock_with_attempts looks
};

// An attempt and its order: with its lines when they were locked, else with the count of the attempt's words that moved nothing.
struct Found {
  Attempt attempt;
  std::optional<orders::Order> order;
  int idle_words = 0;
};
// Locks first the attempt, then its order. Nothing, when nobody made such a stamp.
base::Result<std::optional<Found>> find_attempt(db::Connection& db, const std::string& stamp, orders::Lock lock);
// An order, locked, and its attempts, not locked, newest first. ERRORS: not_found.
struct WithAttempts {
  orders::Order order;
  std::vector<Attempt> attempts;
};
base::Result<WithAttempts> lock_with_attempts(db::Connection& db, const std::string& token);

// A new attempt of what is left to pay, in state creating; it counts as dead when nothing is heard of it for kCreatingLimit.
inline constexpr std::chrono::seconds kCreatingLimit{60};
base::Status insert_attempt(db::Connection& db, const orders::Order& order, const std::string& stamp, const std::string& account,
                            base::UtcTime now);

// Where a word came from.
enum class Source { create, redirect, callback, poll, sweep };
const char* to_string(Source source);

// One row of the journal. `received`: suomifi::journal_text.
struct Event {
  std::optional<std::int64_t> attempt_id;
  Source source;
  std::string verdict;
  std::string received;
  std::string case_code;
};
base::Status record_event(db::Connection& db, const Event& event, base::UtcTime now);
// The same for an address of ours that was called: the attempt is found by its stamp, if there is one.
base::Status record_event_at(db::Connection& db, const std::string& stamp, const Event& event, base::UtcTime now);

// A word that moves nothing. Anybody may send a signed word again, as often as he likes: of an attempt's the journal takes no
// more than these. `known`: how many it has, when that was read already.
inline constexpr int kIdleWords = 20;
base::Status record_idle(db::Connection& db, const Event& event, base::UtcTime now, std::optional<int> known = std::nullopt);

}  // namespace payments
