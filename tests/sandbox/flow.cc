#include "flow.h"

#include <algorithm>
#include <memory>

#include "clock.h"

namespace sandbox {

bool open(const Payment& payment) { return payment.status == "new" || payment.status == "pending" || payment.status == "delayed"; }

void settle(World& world, Payment& payment, const Outcome& outcome, const Json& order, bool wait, std::function<void(Told)> told) {
  const Subject subject{payment.transactionId, payment.stamp, payment.reference};
  const bool moves = open(payment) && outcome.status != payment.status;
  if (moves) {
    payment.status = outcome.status;
    if (!outcome.provider.empty()) payment.provider = outcome.provider;
    if (outcome.status == "ok") {
      payment.paidAt = iso_now();
      payment.filingCode = random_reference(12);
      payment.settlementReference = world.settings.settlement_reference;
    }
    world.ledger.changed(payment);
  }
  auto result = std::make_shared<Told>();
  if (outcome.redirect) {
    const auto act = world.faults.take("redirect", subject);
    result->redirect_url = world.callbacks.redirect(payment, payment.status, act);
  }
  if (!moves || !outcome.callback) return told(*result);

  Json act = world.faults.take("callback", subject);
  act.update(order);
  const auto when = text_in(act, "order", "together");
  if (when == "held") act["hold"] = true;
  if (when == "redirect-first") act["delay_ms"] = std::max<std::int64_t>(int_in(act, "delay_ms", 0), 1'500);
  const bool first = when == "callback-first" || wait;
  const auto events = world.callbacks.send(payment, payment.status, act, first ? Callbacks::Done([result, told] { told(*result); }) : Callbacks::Done());
  result->events = events;
  if (!first) told(*result);
}

}  // namespace sandbox
