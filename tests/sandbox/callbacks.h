#pragma once
// Words to the shop: redirects and callbacks of payments and refunds, their order, repeats and forgeries.
#include <functional>
#include <string>
#include <vector>

#include "deliver.h"
#include "faults.h"
#include "ledger.h"
#include "loop.h"
#include "settings.h"

namespace sandbox {

class Callbacks {
 public:
  // Called once when the first attempts of all copies have ended (also when there was nothing to send).
  using Done = std::function<void()>;

  Callbacks(Loop& loop, Ledger& ledger, Settings& settings, Deliverer& deliverer)
      : loop_(loop), ledger_(ledger), settings_(settings), deliverer_(deliverer) {}

  // The signed redirect address for the payment with this status, journalled as an event.
  std::string redirect(const Payment& payment, const std::string& status, const Json& act);

  // Sends the callback, as `act` says. Returns the events' numbers.
  std::vector<std::uint64_t> send(const Payment& payment, const std::string& status, const Json& act, Done done = {});
  std::vector<std::uint64_t> send(const Payment& payment, const Refund& refund, const Json& act, Done done = {});

  // Sends the exact query of an earlier event once more, to its own address or to `url` (whose own query is kept).
  std::uint64_t replay(const Event& event, const std::string& url, Done done = {});

  // Lets held callbacks go: one, or all of a payment, or all. Returns how many.
  int release(std::uint64_t seq, const std::string& transaction_id);

  // After a start: sends what was still to be sent.
  void resume();

 private:
  Pairs payment_params(const Payment& payment, const std::string& status, const Json& act, bool callback) const;
  Pairs refund_params(const Payment& payment, const Refund& refund, const Json& act) const;
  std::vector<std::uint64_t> queue(Event event, const Json& act, std::int64_t delay_ms, Done done);
  void attempt(std::uint64_t seq, bool retry, std::function<void()> first_done);

  Loop& loop_;
  Ledger& ledger_;
  Settings& settings_;
  Deliverer& deliverer_;
};

}  // namespace sandbox
