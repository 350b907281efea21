// What needs a person: alerts of one's duties; the desk's list of what waits today.
#include "backoffice/alert_store.h"
#include "backoffice/inputs.h"
#include "lib/base/check_code.h"
#include "lib/base/finnish.h"
#include "lib/base/money.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestDealt = 200, kAlertsPerPage = 40;
const Paths kDeal = {"/fi/halytykset/kuittaa", "/sv/larm/kvittera", "/en/alerts/resolve"};

// "Leiri, Viikko 24, 7.6.2027": many alerts may have the same words.
std::string session_words(const Call& call, const AlertRow& alert) {
  return alert.activity + (alert.session_name.empty() ? "" : ", " + alert.session_name) + (alert.session_starts ? ", " + base::format_date(*alert.session_starts, call.lang) : "");
}

// The page that its words send to, for whom may open it: its name and address. None: its order's, or words that are enough.
std::pair<std::string, std::string> leads_to(const Call& call, const AlertRow& alert) {
  const bool of_log = alert.kind == "break_glass" || alert.kind == "sealed_record";
  const std::string day = base::to_iso(alert.since).substr(0, 10), act = alert.kind == "break_glass" ? "act=grant&kind=session" : "act=refused&kind=record";
  if (of_log && call.rights.any(staff::Right::log_read)) return {call.say("backoffice.log_title"), in(call.lang, log_paths()) + "?" + act + "&from=" + day + "&to=" + day};
  if (of_log || alert.kind == "untrusted_key") return {call.say("staff.duty_keys"), in(call.lang, keys_paths())};
  if (alert.session != 0) return {call.say("sales.open_session"), in(call.lang, activities_paths()) + "/" + std::to_string(alert.session)};
  return {};
}

// only: one alert, dealt with or not; 0: the open ones of this page of the list.
base::Result<web::Response> alerts_page(const Call& call, const web::Problems& problems, std::int64_t only) {
  const ListPlace here = list_place(call);
  std::vector<AlertRow> alerts;
  if (only == 0) {
    KK_LET(alerts, find_alerts(call, {here.number(), kAlertsPerPage + 1}));
  } else {
    KK_LET(auto one, find_alert(call, only));
    if (!one) return fail(ErrorKind::not_found, "not an alert of one's duties");
    alerts.push_back(std::move(*one));
  }
  const bool more = cut(alerts, kAlertsPerPage);
  KK_LET(const auto hints, find_hints(call, alerts));
  List list;
  for (const auto& one : alerts) {
    const auto hint = std::find_if(hints.begin(), hints.end(), [&](const auto& order) { return one.stranger && one.stranger->reference == order.reference; });
    const bool has_hint = hint != hints.end();
    const auto [page_name, page_url] = leads_to(call, one);
    list.push_back(Object().set("id", std::to_string(one.id)).set("words", alert_words(call, one.kind, one.provider)).set("since", base::format_date_time(one.since, call.lang)).set("has_case", !one.case_code.empty())
                       .set("may_close", one.may_close && !one.dealt).set("of_others", !one.may_close && !one.dealt).set("dealt", one.dealt.has_value())
                       .set("dealt_words", one.dealt ? call.say("sales.alert_dealt", {{"time", base::format_date_time(*one.dealt, call.lang)}}) + (one.dealt_words.empty() ? "" : " " + one.dealt_words) : "")
                       .set("stranger", stranger_view(call, one)).set("is_stranger", one.stranger.has_value())
                       .set("has_hint", has_hint).set("hint_url", has_hint ? in(call.lang, order_paths(hint->id)) : "").set("hint_number", has_hint ? base::print_code(hint->number) : "")
                       .set("why", row_words_view(call, problems, {"words_" + std::to_string(one.id), call.say("sales.reason"), call.form.text("alert") == std::to_string(one.id)})).set("case", base::print_code(one.case_code)).set("has_session", one.session != 0).set("session", session_words(call, one)).set("has_page", !page_url.empty()).set("page_name", page_name).set("page_url", page_url).set("has_order", one.order != 0).set("order_url", one.order == 0 ? "" : in(call.lang, order_paths(one.order))));
  }
  Object data;
  data.set("none", list.empty() && here.is_start()).set("alerts", std::move(list)).set("deal_url", at_place(in(call.lang, kDeal), here)).set("is_one", only != 0).set("all_url", in(call.lang, alerts_paths()));
  data.set("paging", more_view(call, alerts_paths(), {"", more ? std::to_string(alerts.back().id) : ""}, call.say("sales.alerts_title")));
  problems.fill(data, call.templates, call.lang, {});
  return staff::show(call, {"backoffice/alerts", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.alerts_title"), alerts_paths()}, std::move(data));
}

}  // namespace

Object stranger_view(const Call& call, const AlertRow& alert) {
  const payments::Stranger word = alert.stranger.value_or(payments::Stranger());
  return Object().set("transaction", word.transaction_id).set("stamp", word.stamp).set("reference", base::is_reference(word.reference) ? base::print_reference(word.reference) : word.reference).set("has_provider", !word.provider.empty()).set("provider", word.provider)
      .set("has_sum", word.amount.has_value()).set("sum", word.amount ? base::format_money(*word.amount, call.lang) : "");
}

base::Result<web::Response> show_alerts(Call& call) { return alerts_page(call, {}, query_of(call).number("alert", 1, INT64_MAX).value_or(0)); }

base::Result<web::Response> post_deal(Call& call) {
  const auto id = call.form.number("alert", 1, INT64_MAX).value_or(0);
  KK_LET(const auto found, find_alert(call, id));
  if (!found) return fail(ErrorKind::not_found, "not an alert of one's duties");
  if (found->dealt) return back_to_list(call, alerts_paths());
  if (!found->may_close) return fail(ErrorKind::denied, "lines of others");
  web::Problems problems;
  const std::string words = staff_words(call, problems, {"words_" + std::to_string(id), kLongestDealt});
  if (!problems.empty()) return alerts_page(call, problems, id);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, deal_with(call.db, db::statement("id = ?", id), {call.person().id, call.now, words}));
    if (!now) return {};
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "alert", std::to_string(id), words, found->kind}, call.now);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, alerts_paths());
}

}  // namespace backoffice
