// The ledger's sums, balance and settlements.
#include "clock.h"
#include "ledger.h"
#include "text.h"

namespace sandbox {

std::int64_t Ledger::balance() const {
  if (fixed_balance >= 0) return fixed_balance;
  std::int64_t sum = 0;
  for (const auto& [id, payment] : payments_)
    if (payment.status == "ok" && payment.settlementId.empty()) sum += payment.amount - refunded(payment);
  return sum;
}

Settlement& Ledger::settle_all() {
  Settlement settlement;
  settlement.id = std::to_string(1'000'000 + settlements_.size() + 1);
  settlement.createdAt = settlement.settledAt = iso_now();
  settlement.settlementReference = random_reference(9);
  for (const auto& id : order_) {
    auto& payment = payments_[id];
    if (payment.status != "ok" || !payment.settlementId.empty()) continue;
    payment.settlementId = settlement.id;
    if (payment.settlementReference.empty()) payment.settlementReference = settlement.settlementReference;
    settlement.amount += payment.amount - refunded(payment);
    changed(payment);
  }
  append("settlement", settlement);
  settlements_.push_back(std::move(settlement));
  return settlements_.back();
}

Json Ledger::sums() const {
  Json payments = Json::object(), refunds = Json::object();
  const auto add = [](Json& to, const std::string& status, std::int64_t amount) {
    auto& row = to[status];
    if (row.is_null()) row = {{"count", 0}, {"amount", 0}};
    row["count"] = row["count"].get<std::int64_t>() + 1;
    row["amount"] = row["amount"].get<std::int64_t>() + amount;
  };
  std::int64_t paid = 0, back = 0;
  for (const auto& [id, payment] : payments_) {
    add(payments, payment.status, payment.amount);
    if (payment.status == "ok") paid += payment.amount;
    for (const auto& refund : payment.refunds) {
      add(refunds, refund.status, refund.amount);
      if (refund.status == "ok") back += refund.amount;
    }
  }
  Json events = Json::object();
  for (const auto& [seq, event] : events_) {
    auto& count = events[event.kind + "." + event.state];
    count = count.is_null() ? 1 : count.get<std::int64_t>() + 1;
  }
  return {{"payments", payments}, {"refunds", refunds}, {"events", events}, {"paid", paid}, {"refunded", back}, {"balance", balance()}};
}

Json Ledger::report() const {
  Json out = {{"payments", Json::array()}, {"events", Json::array()}, {"settlements", settlements_}, {"sums", sums()}};
  for (const auto& id : order_) out["payments"].push_back(payments_.at(id));
  for (const auto& [seq, event] : events_) out["events"].push_back(event);
  return out;
}

void Ledger::reset() {
  payments_.clear();
  order_.clear();
  stamps_.clear();
  references_.clear();
  refunds_.clear();
  refund_stamps_.clear();
  nonces_.clear();
  events_.clear();
  settlements_.clear();
  fixed_balance = -1;
  if (file_ >= 0) rewrite();
}

}  // namespace sandbox
