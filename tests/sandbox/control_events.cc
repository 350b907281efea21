// The control interface's own words to the shop: any sequence of events, replays, and outcomes of refunds.
#include <memory>

#include "control.h"
#include "forge.h"

namespace sandbox {
namespace {

Json events_json(World& world, const std::vector<std::uint64_t>& events) {
  Json out = Json::array();
  for (const auto seq : events)
    if (const auto* event = world.ledger.event(seq)) out.push_back(*event);
  return out;
}

// What one step of a sequence says.
struct Step {
  std::string transaction_id, status;
  bool redirect = false;
  Json act;
};

// Runs steps one after another, each after the one before it was answered; or all at once.
struct Sequence : std::enable_shared_from_this<Sequence> {
  World& world;
  std::vector<Step> steps;
  std::vector<std::uint64_t> events;
  std::vector<std::string> redirects;
  std::function<void()> done;
  std::size_t next = 0, running = 0;

  explicit Sequence(World& w) : world(w) {}

  void start(const Step& step, Callbacks::Done after) {
    const auto* payment = world.ledger.by_id(step.transaction_id);
    if (payment == nullptr) return after();
    if (step.redirect) {
      redirects.push_back(world.callbacks.redirect(*payment, step.status, step.act));
      return after();
    }
    const auto made = world.callbacks.send(*payment, step.status, step.act, std::move(after));
    events.insert(events.end(), made.begin(), made.end());
  }
  void one_after_another() {
    if (next == steps.size()) return done();
    world.loop.after(0, [self = shared_from_this()] { self->start(self->steps[self->next++], [self] { self->one_after_another(); }); });
  }
  void all_at_once() {
    running = steps.size();
    for (const auto& step : steps)
      start(step, [self = shared_from_this()] {
        if (--self->running == 0) self->done();
      });
    if (steps.empty()) done();
  }
};

}  // namespace

// {"transactionId"|...,"events":[{"status","how"?,...act}],"parallel"?,"wait"?}; the ledger's state stays as it is.
Reply Control::emit(const Json& body, const Responder& to, bool& later) {
  const auto* payment = world_.ledger.by_selector(body);
  if (payment == nullptr) return json_reply(404, {{"error", "no such payment"}});
  const auto sequence = std::make_shared<Sequence>(world_);
  for (const auto& event : body.value("events", Json::array())) {
    const auto* own = event.is_object() && (event.contains("transactionId") || event.contains("stamp")) ? world_.ledger.by_selector(event) : payment;
    if (!event.is_object() || own == nullptr) return json_reply(400, {{"error", "events: objects with status, of known payments"}});
    for (const auto& [name, value] : event.items())
      if (name != "status" && name != "how" && name != "transactionId" && name != "stamp" && !Faults::known_act(name)) return json_reply(400, {{"error", name + ": unknown"}});
    Json act = event;
    if (!act.contains("retry")) act["retry"] = false;
    sequence->steps.push_back({own->transactionId, text_in(event, "status", "ok"), text_in(event, "how", "callback") == "redirect", std::move(act)});
  }
  later = bool_in(body, "wait", true);
  // The sequence must not keep itself alive through `done`: it holds no pointer to itself here.
  sequence->done = [to, later, s = std::weak_ptr(sequence)] {
    const auto seq = s.lock();
    if (later && seq) to.send(json_reply(200, {{"events", events_json(seq->world, seq->events)}, {"redirects", seq->redirects}}));
  };
  if (bool_in(body, "parallel", false)) sequence->all_at_once();
  else sequence->one_after_another();
  return json_reply(202, {{"started", sequence->steps.size()}});
}

// {"event": N, "url"?: other address, or "to"?: selector of the payment whose callback address is used, "copies"?}
Reply Control::replay(const Json& body, const Responder& to, bool& later) {
  const auto* event = world_.ledger.event(static_cast<std::uint64_t>(int_in(body, "event", 0)));
  if (event == nullptr) return json_reply(404, {{"error", "no such event"}});
  std::string url = text_in(body, "url");
  if (const auto other = body.find("to"); other != body.end()) {
    const auto* payment = world_.ledger.by_selector(*other);
    if (payment == nullptr) return json_reply(404, {{"error", "to: no such payment"}});
    url = payment->callbackUrls.success;
  }
  later = true;
  const auto seq = std::make_shared<std::uint64_t>(0);
  *seq = world_.callbacks.replay(*event, url, [this, to, seq] { to.send(json_reply(200, {{"events", events_json(world_, {*seq})}})); });
  return {};
}

// {"refundId" | "refundStamp","status":"ok"|"fail","withoutId"?,"do"?,"wait"?}
Reply Control::refund(const Json& body, const Responder& to, bool& later) {
  std::string id = text_in(body, "refundId");
  const auto stamp = text_in(body, "refundStamp");
  for (const auto* payment : world_.ledger.payments())
    for (const auto& one : payment->refunds)
      if (!stamp.empty() && one.stamp == stamp) id = one.transactionId;
  const auto [payment, refund] = world_.ledger.refund_by_id(id);
  if (payment == nullptr) return json_reply(404, {{"error", "no such refund"}});
  const auto status = text_in(body, "status", "ok");
  if (status != "ok" && status != "fail" && status != "pending") return json_reply(400, {{"error", "status: ok, fail or pending"}});
  refund->withoutId = bool_in(body, "withoutId", refund->withoutId);
  Json act = body.value("do", Json::object());
  later = bool_in(body, "wait", true);
  Json told = *refund;
  told["status"] = status;
  finish_refund(world_, *payment, *refund, status, act.is_object() ? act : Json::object(),
                [to, later = later, told] {
                  if (later) to.send(json_reply(200, told));
                });
  return json_reply(202, told);
}

}  // namespace sandbox
