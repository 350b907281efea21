// Refunds: doing what staff have asked and agreed to, and what the payment service says of it. schema/README.md has the states.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/db/db.h"
#include "lib/suomifi/callback.h"
#include "payments/client.h"
#include "payments/shop.h"

namespace payments {

// The part of a refund that never changes.
struct Refund {
  std::int64_t id = 0, request_id = 0;
  std::string stamp, attempt_stamp;
  base::Cents cents, card;  // card: of cents, what goes back to gift cards; the service is asked for the rest
  bool calling = false;  // when it was read: the service may be asked still
};
// Nothing, when nobody made such a stamp.
base::Result<std::optional<Refund>> find_refund(db::Connection& db, const std::string& stamp);

// What came of it, from whoever knows: the answer to the call, a callback, a person.
struct RefundWord {
  suomifi::PaymentStatus status = suomifi::PaymentStatus::fail;
  std::string transaction_id{};  // of the refund; empty: not told
  std::string verdict{};         // for staff: "callback", "answer_400"
};
enum class RefundMove { ended, pending, repeated };  // repeated: it stands where this word puts it, or above

// In one transaction with its books, credit receipt, stock and mail; or, where it failed, with its sum given back and an alert to staff.
// ok and failed are final.
base::Result<RefundMove> settle_refund(db::Connection& db, const Shop& shop, const Refund& refund, const RefundWord& word);
// The same within a transaction that does more; its first locks are those of the attempt and the order.
base::Result<RefundMove> settle_refund_in(db::Connection& db, const Shop& shop, const Refund& refund, const RefundWord& word);

// A callback at the refund's own address. False: it is another's word, and nothing was changed.
base::Result<bool> hear_refund(db::Connection& db, const Shop& shop, const Refund& refund, const suomifi::VerifiedRefund& facts);

// A service that gave no answer is left alone: for 2 s, then each time twice as long, at most 5 minutes.
class Pause {
 public:
  bool is_over() const;
  void note(bool answered);

 private:
  std::chrono::seconds length_{};
  std::chrono::steady_clock::time_point until_{};
};

// Requests that staff have agreed to: row and stamp are committed, then the service is called. What was not answered is unknown and waits for a
// callback or a person: there is no second call. What surely never reached the service is called again, after a pause. Either ends the pass.
// More than is left of the payment fails without a call. `client` must not give up during a call.
base::Status make_refunds(db::Connection& db, Client& client, const Shop& shop, Pause& pause);
// Those whose process ended during the call become unknown; those that are pending for two weeks are told to staff.
base::Status note_silent_refunds(db::Connection& db, const Shop& shop);

// What staff decided about odd cases: an order that was paid too late is delivered all the same; an unknown refund was made, or was not.
base::Status carry_out_decisions(db::Connection& db, const Shop& shop);

}  // namespace payments
