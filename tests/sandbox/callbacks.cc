#include "callbacks.h"

#include <algorithm>
#include <memory>

#include "forge.h"

namespace sandbox {
namespace {

const std::string& chosen(const Urls& urls, const std::string& status) { return status == "fail" ? urls.cancel : urls.success; }

std::string forgery(const Json& act) {
  const auto found = act.find("forge");
  return found == act.end() ? std::string{} : found->is_string() ? found->get<std::string>() : print(*found);
}

Json forge_of(const Json& act) { return act.is_object() ? act.value("forge", Json()) : Json(); }

}  // namespace

Pairs Callbacks::payment_params(const Payment& payment, const std::string& status, const Json& act, bool callback) const {
  Pairs out = {{"checkout-account", payment.account},
               {"checkout-algorithm", payment.algorithm},
               {"checkout-amount", std::to_string(int_in(act, "amount", payment.amount))},
               {"checkout-stamp", payment.stamp},
               {"checkout-reference", payment.reference},
               {"checkout-transaction-id", payment.transactionId},
               {"checkout-status", text_in(act, "answer_status", status)}};
  if (!payment.provider.empty()) out.emplace_back("checkout-provider", payment.provider);
  if (callback && status == "ok" && !settings_.settlement_reference.empty())
    out.emplace_back("checkout-settlement-reference", settings_.settlement_reference);
  return out;
}

Pairs Callbacks::refund_params(const Payment& payment, const Refund& refund, const Json& act) const {
  const bool own = settings_.refund_names;
  Pairs out = {{"checkout-account", payment.account},
               {"checkout-algorithm", payment.algorithm},
               {"checkout-amount", std::to_string(int_in(act, "amount", refund.amount))},
               {"checkout-stamp", own && !refund.stamp.empty() ? refund.stamp : payment.stamp},
               {"checkout-reference", own && !refund.reference.empty() ? refund.reference : payment.reference},
               {"checkout-status", text_in(act, "answer_status", refund.status)},
               {"checkout-provider", payment.provider}};
  if (!refund.withoutId) out.emplace_back("checkout-transaction-id", refund.transactionId);
  return out;
}

std::string Callbacks::redirect(const Payment& payment, const std::string& status, const Json& act) {
  Event event;
  event.kind = "redirect";
  event.transactionId = payment.transactionId;
  event.status = status;
  event.state = "given";
  event.forged = forgery(act);
  event.url = with_query(chosen(payment.redirectUrls, status),
                         signed_query(payment_params(payment, status, act, false), payment.algorithm, settings_.secret, forge_of(act)));
  return ledger_.add(std::move(event)).url;
}

std::vector<std::uint64_t> Callbacks::send(const Payment& payment, const std::string& status, const Json& act, Done done) {
  Event event;
  event.kind = "callback";
  event.transactionId = payment.transactionId;
  event.status = status;
  event.forged = forgery(act);
  const auto& url = chosen(payment.callbackUrls, status);
  if (url.empty()) {
    if (done) loop_.after(0, done);
    return {};
  }
  event.url = with_query(url, signed_query(payment_params(payment, status, act, true), payment.algorithm, settings_.secret, forge_of(act)));
  return queue(std::move(event), act, payment.callbackDelay * 1000, std::move(done));
}

std::vector<std::uint64_t> Callbacks::send(const Payment& payment, const Refund& refund, const Json& act, Done done) {
  Event event;
  event.kind = "refund-callback";
  event.transactionId = payment.transactionId;
  event.refundId = refund.transactionId;
  event.status = refund.status;
  event.forged = forgery(act);
  event.url = with_query(chosen(refund.callbackUrls, refund.status),
                         signed_query(refund_params(payment, refund, act), payment.algorithm, settings_.secret, forge_of(act)));
  return queue(std::move(event), act, 0, std::move(done));
}

std::uint64_t Callbacks::replay(const Event& event, const std::string& url, Done done) {
  Event again = event;
  again.kind = "replay";
  again.attempts = again.answer = 0;
  // The service's own parameters stand last; everything before them belongs to the address.
  if (const auto from = event.url.find("checkout-"); !url.empty() && from != std::string::npos) again.url = with_query(url, event.url.substr(from));
  return queue(std::move(again), Json{{"retry", false}}, 0, std::move(done)).front();
}

std::vector<std::uint64_t> Callbacks::queue(Event event, const Json& act, std::int64_t delay_ms, Done done) {
  std::vector<std::uint64_t> out;
  const bool drop = bool_in(act, "drop", false), hold = bool_in(act, "hold", false), retry = bool_in(act, "retry", true);
  const auto copies = std::clamp<std::int64_t>(int_in(act, "copies", 1), 1, 1000);
  const auto delay = delay_ms + std::max<std::int64_t>(int_in(act, "delay_ms", 0), 0);
  event.state = drop ? "dropped" : hold ? "held" : "waiting";
  const auto left = std::make_shared<std::int64_t>(copies);
  const auto one_done = [left, done = std::move(done)] {
    if (--*left == 0 && done) done();
  };
  for (std::int64_t i = 0; i < copies; ++i) {
    const auto seq = ledger_.add(Event(event)).seq;
    out.push_back(seq);
    if (drop || hold) loop_.after(0, one_done);
    else if (delay == 0) attempt(seq, retry, one_done);
    else loop_.after(delay, [this, seq, retry, one_done] { attempt(seq, retry, one_done); });
  }
  return out;
}

void Callbacks::attempt(std::uint64_t seq, bool retry, std::function<void()> first_done) {
  const auto* event = ledger_.event(seq);
  if (event == nullptr) {  // reset meanwhile
    if (first_done) first_done();
    return;
  }
  deliverer_.send({"GET", event->url, {}, {}}, [this, seq, retry, first_done](int status) {
    if (auto* e = ledger_.event(seq)) {
      const auto round = static_cast<std::size_t>(e->attempts++);
      e->answer = status;
      const bool good = status >= 200 && status < 300;
      const bool again = !good && retry && round < settings_.retry_ms.size();
      e->state = good ? "delivered" : again ? "refused" : "gave-up";
      ledger_.changed(*e);
      if (again) loop_.after(settings_.retry_ms[round], [this, seq] { attempt(seq, true, {}); });
    }
    if (first_done) first_done();
  });
}

int Callbacks::release(std::uint64_t seq, const std::string& transaction_id) {
  std::vector<std::uint64_t> chosen_events;
  for (const auto& [number, event] : ledger_.events()) {
    const bool wanted = (seq == 0 || number == seq) && (transaction_id.empty() || event.transactionId == transaction_id);
    if (event.state == "held" && wanted) chosen_events.push_back(number);
  }
  for (const auto number : chosen_events) {
    ledger_.event(number)->state = "waiting";
    attempt(number, true, {});
  }
  return static_cast<int>(chosen_events.size());
}

void Callbacks::resume() {
  for (const auto& [number, event] : ledger_.events())
    if (event.state == "waiting" || event.state == "refused") loop_.after(0, [this, seq = number] { attempt(seq, true, {}); });
}

}  // namespace sandbox
