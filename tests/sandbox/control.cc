#include "control.h"

#include <algorithm>

#include "clock.h"
#include "flow.h"
#include "providers.h"
#include "strict_json.h"

namespace sandbox {

Reply json_reply(int status, const Json& body) {
  Reply reply;
  reply.status = status;
  reply.body = print(body);
  reply.headers = {{"Cache-Control", "no-store"}};
  return reply;
}

namespace {

Reply wrong(int status, const std::string& why) { return json_reply(status, {{"error", why}}); }

// Only programs on this machine: no other peer, no web page (they send Origin or Sec-Fetch-Site), no foreign host name.
bool trusted(const Request& request) {
  const auto host = lower(request.header("host"));
  const auto name = host.substr(0, host.find(':'));
  return request.peer.starts_with("127.") && is_loopback_host(name) && request.count("origin") == 0 && request.count("sec-fetch-site") == 0;
}

// The first name in `body` that isn't among `known`, or empty.
std::string unknown_in(const Json& body, std::initializer_list<const char*> known) {
  for (const auto& [name, value] : body.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  return {};
}

std::uint64_t number(const Pairs& query, const char* name, std::uint64_t otherwise) {
  const auto text = value_of(query, name);
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != text.npos) return otherwise;
  return std::stoull(text);
}

}  // namespace

void Control::handle(const Request& request, const Responder& to) {
  if (!trusted(request)) return to.send(wrong(403, "only for programs on this machine"));
  const auto what = request.path.substr(10);
  const auto query = parse_query(request.query).value_or(Pairs{});
  if (request.method == "GET") return to.send(get(what, query));
  if (request.method == "DELETE" && what == "faults") {
    if (const auto id = number(query, "id", 0); id == 0) world_.faults.clear();
    else if (!world_.faults.remove(id)) return to.send(wrong(404, "no such rule"));
    return to.send(json_reply(200, world_.faults.list()));
  }
  if (request.method != "POST") return to.send(wrong(405, "GET, POST, DELETE"));
  std::string why;
  const auto body = request.body.empty() ? Json::object() : parse_strict(request.body, why);
  if (!body) return to.send(wrong(400, why));
  bool later = false;
  auto reply = post(what, *body, to, later);
  if (!later) to.send(std::move(reply));
}

Reply Control::get(const std::string& what, const Pairs& query) {
  if (what == "ledger") return json_reply(200, world_.ledger.report());
  if (what == "sums") return json_reply(200, world_.ledger.sums());
  if (what == "faults") return json_reply(200, world_.faults.list());
  if (what == "config") return json_reply(200, config());
  if (what == "requests")
    return json_reply(200, {{"counts", world_.log.counts()}, {"requests", world_.log.list(number(query, "last", 100), number(query, "since", 0), value_of(query, "operation"))}});
  if (what == "payment") {
    Json selector = Json::object();
    for (const auto& [name, value] : query) selector[name] = value;
    const auto* payment = world_.ledger.by_selector(selector);
    return payment == nullptr ? wrong(404, "no such payment") : json_reply(200, *payment);
  }
  return wrong(404, "unknown: " + what.substr(0, 40));
}

Reply Control::post(const std::string& what, const Json& body, const Responder& to, bool& later) {
  if (what == "faults") {
    std::string why;
    const auto id = world_.faults.add(body, why);
    return id == 0 ? wrong(400, why) : json_reply(201, {{"id", id}});
  }
  if (what == "pay") {
    auto* payment = world_.ledger.by_selector(body);
    if (const auto name = unknown_in(body, {"transactionId", "reference", "stamp", "status", "provider", "how", "wait", "do"}); !name.empty()) return wrong(400, name + ": unknown");
    const auto acts = body.value("do", Json::object());
    if (!acts.is_object()) return wrong(400, "do: an object");
    for (const auto& [name, value] : acts.items())
      if (!Faults::known_act(name)) return wrong(400, "do." + name + ": unknown");
    const auto status = text_in(body, "status", "ok"), method = text_in(body, "provider", "nordea");
    if (payment == nullptr) return wrong(404, "no such payment");
    if (status != "ok" && status != "fail" && status != "pending" && status != "delayed") return wrong(400, "status: ok, fail, pending or delayed");
    if (!method.empty() && provider(method) == nullptr) return wrong(400, "provider: unknown");
    if (!open(*payment) && payment->status != status) return wrong(409, "the payment is " + payment->status + " already; use emit to say otherwise");
    later = true;
    pay(*payment, body, to);
    return {};
  }
  if (what == "refund") return refund(body, to, later);
  if (what == "emit") return emit(body, to, later);
  if (what == "replay") return replay(body, to, later);
  if (what == "release")
    return json_reply(200, {{"released", world_.callbacks.release(static_cast<std::uint64_t>(int_in(body, "event", 0)), text_in(body, "transactionId"))}});
  if (what == "settle") return json_reply(200, Json(world_.ledger.settle_all()));
  if (what == "payment") return set_payment(body);
  if (what == "config") return configure(body);
  if (what == "reset") {
    world_.faults.clear();
    world_.log.clear();
    if (bool_in(body, "ledger", true)) world_.ledger.reset();
    set_clock_offset(0);
    world_.settings = world_.initial;
    world_.deliverer.set_timeout(kCallbackTimeoutMs);
    return json_reply(200, {{"reset", true}});
  }
  return wrong(404, "unknown: " + what.substr(0, 40));
}

void Control::pay(Payment& payment, const Json& body, const Responder& to) {
  const auto how = text_in(body, "how", "both");
  const Outcome outcome{text_in(body, "status", "ok"), text_in(body, "provider", "nordea"), how == "both" || how == "callback", how == "both" || how == "redirect"};
  const Json order = body.value("do", Json::object());
  settle(world_, payment, outcome, order, bool_in(body, "wait", false), [this, to, id = payment.transactionId](const Told& told) {
    const auto* p = world_.ledger.by_id(id);
    Json events = Json::array();
    for (const auto seq : told.events)
      if (const auto* event = world_.ledger.event(seq)) events.push_back(*event);
    to.send(json_reply(200, {{"transactionId", id}, {"status", p == nullptr ? "" : p->status}, {"redirectUrl", told.redirect_url}, {"events", events}}));
  });
}

Reply Control::set_payment(const Json& body) {
  auto* payment = world_.ledger.by_selector(body);
  if (payment == nullptr) return wrong(404, "no such payment");
  payment->cardExpired = bool_in(body, "cardExpired", payment->cardExpired);
  payment->status = text_in(body, "setStatus", payment->status);
  payment->amount = int_in(body, "setAmount", payment->amount);
  world_.ledger.changed(*payment);
  return json_reply(200, *payment);
}

Json Control::config() const {
  const auto& s = world_.settings;
  return {{"clockOffsetMs", clock_offset()}, {"skewMs", s.skew_ms}, {"negativePrices", s.negative_prices}, {"refundNames", s.refund_names},
          {"retryMs", s.retry_ms}, {"settlementReference", s.settlement_reference}, {"balance", world_.ledger.fixed_balance}};
}

Reply Control::configure(const Json& body) {
  auto& s = world_.settings;
  const auto name = unknown_in(body, {"clock", "clockOffsetMs", "skewMs", "negativePrices", "refundNames", "settlementReference", "balance", "callbackTimeoutMs", "requestLog", "retryMs"});
  if (!name.empty()) return wrong(400, name + ": unknown");
  if (const auto clock = text_in(body, "clock"); !clock.empty()) {
    const auto at = parse_iso(clock);
    if (!at) return wrong(400, "clock: like 2018-07-06T10:01:31.904Z");
    set_clock_offset(clock_offset() + *at - now_ms());
  }
  set_clock_offset(int_in(body, "clockOffsetMs", clock_offset()));
  s.skew_ms = int_in(body, "skewMs", s.skew_ms);
  s.negative_prices = bool_in(body, "negativePrices", s.negative_prices);
  s.refund_names = bool_in(body, "refundNames", s.refund_names);
  s.settlement_reference = text_in(body, "settlementReference", s.settlement_reference);
  world_.ledger.fixed_balance = int_in(body, "balance", world_.ledger.fixed_balance);
  if (body.contains("callbackTimeoutMs")) world_.deliverer.set_timeout(int_in(body, "callbackTimeoutMs", kCallbackTimeoutMs));
  if (const auto limit = int_in(body, "requestLog", -1); limit >= 0) world_.log.set_limit(static_cast<std::size_t>(limit));
  if (const auto retry = body.find("retryMs"); retry != body.end() && retry->is_array()) {
    s.retry_ms.clear();
    for (const auto& ms : *retry)
      if (ms.is_number_integer()) s.retry_ms.push_back(ms.get<std::int64_t>());
  }
  return json_reply(200, config());
}

}  // namespace sandbox
