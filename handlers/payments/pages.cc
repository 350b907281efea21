#include "payments/pages.h"

#include <atomic>

#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/orders/order_store.h"
#include "lib/suomifi/callback.h"
#include "payments/refund.h"
#include "payments/settle.h"
#include "payments/settlement.h"
#include "payments/start_payment.h"
#include "payments/urls.h"

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::chrono::milliseconds kWaitForSlot{500};
constexpr int kRefusedAMinute = 120;  // journalled by this process; the rest only in the technical log

std::array<std::string, 3> start_paths(const std::string& token) {
  return {fill(kStartPaths[0], token), fill(kStartPaths[1], token), fill(kStartPaths[2], token)};
}

base::Result<web::Response> page(const Call& call, const char* name, const char* title, const std::array<std::string, 3>& paths,
                                 view::Object data) {
  return call.pages.frame.page(name, call.lang, call.pages.templates.say(call.lang, title), paths, data);
}

// Somebody is asking the service for this order just now, or too many are asking.
base::Result<web::Response> show_wait(const Call& call) {
  const std::string self = start_paths(call.arg)[base::index(call.lang)];
  KK_LET(auto response, page(call, "payment/wait", "payment.wait_title", start_paths(call.arg), view::Object().set("self_url", self)));
  response.header("Refresh", "2; url=" + self);
  return response;
}

base::Result<web::Response> show_unavailable(const Call& call, const Begun& begun) {
  view::Object data;
  data.set("again_url", start_paths(call.arg)[base::index(call.lang)]).set("order_url", orders::order_path(call.lang, call.arg));
  data.set("hold_until", base::format_date_time(begun.hold_until, call.lang)).set("order_number", begun.order_number);
  data.set("code", begun.case_code);
  base::log_info("payment_unavailable", {{"case", begun.case_code}, {"request", call.request.id}});
  KK_LET(auto response, page(call, "payment/unavailable", "payment.unavailable_title", start_paths(call.arg), data));
  response.status = 503;
  return response;
}

base::Result<web::Response> show_link(const Call& call, const Begun& begun) {
  view::Object data;
  data.set("href", begun.href).set("order_number", begun.order_number).set("payee", call.shop.city.payee);
  data.set("total", base::format_money(begun.total, call.lang)).set("order_url", orders::order_path(call.lang, call.arg));
  KK_LET(auto response, page(call, "payment/start", "payment.start_title", start_paths(call.arg), data));
  response.header("Refresh", "0; url=" + begun.href);
  return response;
}

// Frees the place of a thread that may wait for the payment service.
struct Slot {
  std::counting_semaphore<64>& calls;
  ~Slot() { calls.release(); }
};

}  // namespace

base::Result<web::Response> show_start(Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no order's token");
  if (!call.pages.calls.try_acquire_for(kWaitForSlot)) return show_wait(call);
  const Slot slot{call.pages.calls};
  KK_LET(const Begun begun, begin_payment(call.db, call.client, call.shop, call.arg, call.lang));
  switch (begun.next) {
    case Begun::Next::pay: return show_link(call, begun);
    case Begun::Next::wait: return show_wait(call);
    case Begun::Next::not_payable: return web::see_other(orders::order_path(call.lang, call.arg));
    case Begun::Next::unavailable: return show_unavailable(call, begun);
  }
  return fail(ErrorKind::broken, "no page for this");
}

namespace {

bool may_journal_refusal(base::UtcTime now) {
  static std::atomic<std::int64_t> minute{0};
  static std::atomic<int> count{0};
  const auto this_minute = std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
  if (minute.exchange(this_minute) != this_minute) count = 0;
  return ++count <= kRefusedAMinute;
}

// What came of a word at one of our addresses.
struct Word {
  bool believed = false;
  std::string order_token;  // empty: not believed, or its order is gone
  std::string case_code;    // by which staff find it, when it shows no order
};

void log_word(const Call& call, Source source, const std::string& verdict, const Word& word) {
  base::log_error("callback_refused", {{"case", word.case_code}, {"request", call.request.id}, {"verdict", verdict}, {"source", to_string(source)}});
}

// What was not believed is written down, outside any transaction, and changes nothing.
Word refuse(const Call& call, Source source, const std::string& verdict, const suomifi::Pairs& query) {
  const Word out{false, "", crypto::random_code(8)};
  log_word(call, source, verdict, out);
  const base::UtcTime now = call.shop.clock.now();
  if (!may_journal_refusal(now)) return out;
  const std::string stamp = crypto::is_token(call.arg) ? call.arg : "";
  const auto kept = record_event_at(call.db, stamp, {std::nullopt, source, verdict, suomifi::journal_text(query), out.case_code}, now);
  if (!kept) base::log_error("refusal_not_journalled", {{"case", out.case_code}, {"detail", kept.error().detail}});
  return out;
}

// Verifies and settles.
base::Result<Word> receive(const Call& call, Source source) {
  const auto query = web::parse_urlencoded(call.request.query);
  if (!query) return refuse(call, source, "malformed", {});
  const auto facts = suomifi::verify_callback(*query, call.shop.account);
  if (!facts) return refuse(call, source, suomifi::to_string(facts.error()), *query);
  if (facts->stamp() != call.arg) return refuse(call, source, "other_address", *query);  // another attempt's word
  KK_LET(const Settled settled, settle(call.db, call.shop, *facts, source, suomifi::journal_text(*query)));
  Word out{!is_refused(settled.verdict), settled.order_token, settled.case_code};
  if (!out.order_token.empty()) return out;
  if (out.case_code.empty()) out.case_code = crypto::random_code(8);
  log_word(call, source, to_string(settled.verdict), out);
  return out;
}

}  // namespace

base::Result<web::Response> get_callback(Call& call) {
  KK_LET(const Word word, receive(call, Source::callback));
  return word.believed ? web::plain(200, "OK\n") : web::plain(400, "refused " + word.case_code + "\n");
}

base::Result<web::Response> get_refund_callback(Call& call) {
  const auto query = web::parse_urlencoded(call.request.query);
  const auto refused = [&](const std::string& verdict) { return web::plain(400, "refused " + refuse(call, Source::callback, verdict, query ? *query : suomifi::Pairs()).case_code + "\n"); };
  if (!query) return refused("malformed");
  const auto facts = suomifi::verify_refund_callback(*query, call.shop.account);
  if (!facts) return refused(suomifi::to_string(facts.error()));
  KK_LET(const auto refund, find_refund(call.db, call.arg));
  if (!refund) return refused("unknown_refund");
  KK_LET(const bool heard, hear_refund(call.db, call.shop, *refund, *facts));
  return heard ? web::plain(200, "OK\n") : refused("not_matching_refund");
}

base::Result<web::Response> post_report(Call& call) {
  const auto refused = [&](const std::string& verdict) { return web::plain(400, "refused " + refuse(call, Source::callback, verdict, {}).case_code + "\n"); };
  const auto report = suomifi::verify_report(call.request.signed_headers, call.request.body, call.shop.account);
  if (!report) return refused(suomifi::to_string(report.error()));
  KK_LET(const bool known, take_report(call.db, call.arg, *report, call.shop.clock.now()));
  return known ? web::plain(200, "OK\n") : refused("unknown_report");
}

base::Result<web::Response> show_return(Call& call) {
  KK_LET(const Word word, receive(call, Source::redirect));
  if (!word.order_token.empty()) return web::see_other(orders::order_path(call.lang, word.order_token));
  std::array<std::string, 3> paths = {return_path(base::Lang::fi, call.arg), return_path(base::Lang::sv, call.arg),
                                      return_path(base::Lang::en, call.arg)};
  view::Object data;
  data.set("my_orders_url", orders::my_orders_path(call.lang)).set("code", word.case_code);
  KK_LET(auto response, page(call, "payment/not_believed", "payment.not_believed_title", paths, data));
  response.status = word.believed ? 200 : 400;
  return response;
}

const std::vector<web::Route<Call>>& routes() {
  static const std::vector<web::Route<Call>> table = {
      {web::Method::get, "callback", kCallbackPaths, get_callback, false},
      {web::Method::get, "refund_callback", kRefundPaths, get_refund_callback, false},
      {web::Method::post, "report", kReportPaths, post_report},
      {web::Method::get, "return", kReturnPaths, show_return, false},
      {web::Method::get, "start", kStartPaths, show_start, false},
  };
  return table;
}

}  // namespace payments
