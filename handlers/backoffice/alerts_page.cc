// What needs a person: alerts of one's duties; the desk's list of what waits today.
#include "backoffice/alert_store.h"
#include "backoffice/inputs.h"
#include "lib/base/check_code.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestDealt = 200;
const Paths kDeal = {"/fi/halytykset/kuittaa", "/sv/larm/kvittera", "/en/alerts/resolve"};

base::Result<web::Response> alerts_page(const Call& call, const web::Problems& problems) {
  KK_LET(const auto alerts, find_alerts(call));
  List list;
  for (const auto& one : alerts) {
    list.push_back(Object().set("id", std::to_string(one.id)).set("words", alert_words(call, one.kind, one.provider)).set("since", base::format_date_time(one.since, call.lang)).set("has_case", !one.case_code.empty())
                       .set("why", row_words_view(call, problems, {"words_" + std::to_string(one.id), call.say("sales.reason"), call.form.text("alert") == std::to_string(one.id)})).set("case", base::print_code(one.case_code)).set("has_order", one.order != 0).set("order_url", one.order == 0 ? "" : in(call.lang, order_paths(one.order))));
  }
  Object data;
  data.set("cut", list.size() >= kShownOfQueue).set("none", list.empty()).set("alerts", std::move(list)).set("deal_url", in(call.lang, kDeal));
  problems.fill(data, call.templates, call.lang, {});
  return staff::show(call, {"backoffice/alerts", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.alerts_title"), alerts_paths()}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_alerts(Call& call) { return alerts_page(call, {}); }

base::Result<web::Response> post_deal(Call& call) {
  const auto id = call.form.number("alert", 1, INT64_MAX).value_or(0);
  KK_LET(const auto alerts, find_alerts(call));
  const auto found = std::find_if(alerts.begin(), alerts.end(), [&](const auto& one) { return one.id == id; });
  if (found == alerts.end()) return fail(ErrorKind::not_found, "not an open alert of one's duties");
  web::Problems problems;
  const std::string words = staff_words(call, problems, {"words_" + std::to_string(id), kLongestDealt});
  if (!problems.empty()) return alerts_page(call, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, deal_with(call.db, db::statement("id = ?", id), {call.person().id, call.now, words}));
    if (!now) return {};
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "alert", std::to_string(id), words, found->kind}, call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, alerts_paths()));
}

}  // namespace backoffice
