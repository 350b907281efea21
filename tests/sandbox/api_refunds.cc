// Refunds: whole, partial and by item, by API or by e-mail.
#include <algorithm>

#include "api.h"
#include "clock.h"
#include "providers.h"

namespace sandbox {
namespace {

// What the payment's items still allow.
Findings check_items(const Payment& payment, const RefundRequest& wanted) {
  Findings findings;
  for (const auto& [stamp, amount] : wanted.items) {
    const auto item = std::find_if(payment.items.begin(), payment.items.end(), [&wish = stamp](const Item& one) { return one.stamp == wish; });
    if (item == payment.items.end()) findings.emplace_back("items: no item of the payment has this stamp");
    else if (item->unitPrice < 0) findings.emplace_back("items: an item with a negative price can't be refunded");
    else if (item->refunded + amount > item->unitPrice * item->units) findings.emplace_back("items: more than the item's price");
  }
  return findings;
}

// An answer when the payment can't be refunded this way; sets `by_email`.
std::optional<Answer> check_method(const Payment& payment, const RefundRequest& wanted, bool card_expired, bool& by_email) {
  const auto* method = provider(payment.provider);
  if (method == nullptr || !method->refund_by_api) {
    if (!wanted.has_email) return refuse(422, "Refunds are not supported by the payment method");
    by_email = true;
    return std::nullopt;
  }
  if (method->one_refund && std::any_of(payment.refunds.begin(), payment.refunds.end(), [](const Refund& r) { return r.status != "fail"; }))
    return refuse(400, "Refund failed", {"the bank allows one refund for a payment"});
  if (payment.cardExpired || card_expired) {
    if (!wanted.has_email) return refuse(400, "Refund failed", {"the card is no longer valid; an e-mail refund is possible"});
    by_email = true;
  }
  return std::nullopt;
}

void count_items(Payment& payment, const Refund& refund, int sign) {
  for (const auto& [stamp, amount] : refund.items)
    for (auto& item : payment.items)
      if (item.stamp == stamp) item.refunded += sign * amount;
}

}  // namespace

Answer Api::refund(const std::string& id, const Json& body, const Json& act) {
  auto& ledger = world_.ledger;
  auto* payment = ledger.by_id(id);
  if (payment == nullptr) return refuse(404, "Payment not found");
  RefundRequest wanted;
  auto findings = check_refund(body, wanted);
  if (findings.empty()) findings = check_items(*payment, wanted);
  if (findings.empty() && !wanted.stamp.empty() && ledger.refund_stamp_used(wanted.stamp)) findings.emplace_back("refundStamp: has been used before");
  if (!findings.empty()) return refuse(400, "Validation failed", findings);
  if (payment->status != "ok") return refuse(400, "Refund failed", {"the payment has not been paid"});
  if (refunded(*payment) + wanted.amount > payment->amount) return refuse(400, "Refund failed", {"amount: more than is left of the payment"});
  bool by_email = false;
  if (auto bad = check_method(*payment, wanted, bool_in(act, "card_expired", false), by_email)) return *bad;

  Refund refund;
  refund.transactionId = random_uuid();
  refund.stamp = wanted.stamp;
  refund.reference = wanted.reference;
  refund.createdAt = iso_now();
  refund.amount = wanted.amount;
  refund.byEmail = by_email;
  refund.callbackUrls = wanted.callbacks;
  refund.items = wanted.items;
  auto outcome = text_in(act, "outcome", "ok");
  if (ledger.balance() < wanted.amount) outcome = "fail-without-id";
  refund.status = outcome == "ok" && !by_email ? "ok" : outcome == "fail" ? "fail" : "pending";
  const auto answered = refund.status;
  auto& kept = ledger.add(*payment, std::move(refund));
  if (answered != "fail") count_items(*payment, kept, 1);
  const auto refund_id = kept.transactionId;
  // Pending ones wait for the control interface, unless the outcome is known already.
  const bool fails = outcome == "fail" || outcome == "pending-fail" || outcome == "fail-without-id";
  const std::string last = fails ? "fail" : "ok";
  if (outcome != "pending") {
    world_.loop.after(int_in(act, "callback_delay_ms", 0), [&world = world_, refund_id, last, without = outcome == "fail-without-id"] {
      const auto [p, r] = world.ledger.refund_by_id(refund_id);
      if (p == nullptr) return;
      r->withoutId = without;
      finish_refund(world, *p, *r, last, Json::object());
    });
  }
  return {201, {{"transactionId", refund_id}, {"provider", payment->provider}, {"status", answered}}, "refund: " + answered};
}

void finish_refund(World& world, Payment& payment, Refund& refund, const std::string& status, const Json& order, Callbacks::Done done) {
  if (refund.status != "fail" && status == "fail") count_items(payment, refund, -1);
  refund.status = status;
  world.ledger.changed(payment);
  Json act = world.faults.take("refund-callback", {payment.transactionId, payment.stamp, payment.reference});
  act.update(order);
  world.callbacks.send(payment, refund, act, std::move(done));
}

}  // namespace sandbox
