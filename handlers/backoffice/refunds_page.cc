// Money to be given back: withdrawals with their clock, what families asked, what waits for a second person, what is under way or failed.
#include <chrono>
#include <set>

#include "backoffice/inputs.h"
#include "backoffice/paging.h"
#include "backoffice/refund_list.h"
#include "backoffice/refund_store.h"
#include "backoffice/withdrawal_store.h"
#include "lib/base/check_code.h"
#include "lib/base/money.h"
#include "lib/payments/benefit.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestNo = 400, kLongestAnswer = 1000;
constexpr std::size_t kFirstOfEach = 10, kOfOneList = 20;  // rows: of each of several lists; of the one that is shown alone

// Of a refund that answers a withdrawal: until it is made its 14 days go on, whoever it waits for.
void set_clock(const Call& call, const RefundRow& one, Object& data) {
  const bool has = one.withdrawn.has_value(), late = has && *one.withdrawn + kRefundWithin < call.now;
  data.set("has_clock", has).set("late", late).set("clock", has ? call.say(late ? "sales.days_ended" : "sales.days_end", {{"until", base::format_date(*one.withdrawn + kRefundWithin, call.lang)}}) : "");
}

// "2 × Muki, sininen: 24,00 €"; of lines of others only that there are some.
void set_lines(const Call& call, const std::vector<RefundLine>& all, Object& data) {
  List lines;
  int hidden = 0;
  for (const auto& one : all) {
    const std::string name = one.name + (one.detail.empty() ? "" : ", " + one.detail);
    if (!one.is_mine) ++hidden;
    else lines.push_back(Object().set("words", one.quantity == 0 ? call.say("sales.request_part", {{"name", name}, {"sum", base::format_money(one.cents, call.lang)}})
                                                                 : call.say("sales.request_line", {{"count", std::to_string(one.quantity)}, {"name", name}, {"sum", base::format_money(one.cents, call.lang)}})));
  }
  data.set("lines", std::move(lines)).set("has_hidden", hidden > 0).set("hidden_words", call.say("sales.hidden_lines", {{"count", std::to_string(hidden)}}));
}

List requests_view(const Call& call, const std::vector<RefundRow>& all, const web::Problems& problems) {
  List out;
  const auto& posted = call.form.pairs();
  const bool chosen = call.form.has("chosen");  // the boxes' own form came back: as they were
  for (const auto& one : all) {
    const std::string id = std::to_string(one.request);
    const std::string outside = problems.message(call.templates, call.lang, "outside_" + id);
    const bool named = std::find(posted.begin(), posted.end(), web::Pairs::value_type("request", id)) != posted.end();
    out.push_back(Object().set("id", id).set("ticked", !chosen || named).set("why", row_words_view(call, problems, {"why_" + id, call.say("sales.reason"), !chosen && named})).set("order", std::to_string(one.order)).set("number", base::print_code(one.number)).set("url", in(call.lang, order_paths(one.order))).set("sum", base::format_money(one.cents, call.lang))
                      .set("reason", call.say("sales.reason_" + one.reason)).set("has_words", !one.words.empty()).set("words", one.words).set("by", one.asked_by.empty() ? call.say("sales.by_family") : one.asked_by).set("by_staff", !one.asked_by.empty())
                      .set("when", base::format_date_time(one.asked, call.lang)).set("state", one.state.empty() ? call.say("sales.request_approved") : call.say("sales.refund_" + one.state))
                      .set("goes_outside", one.outside).set("of_benefit", payments::is_benefit(one.provider, call.city)).set("outside", call.form.ticked("outside_" + id)).set("outside_wrong", !outside.empty()).set("outside_message", outside).set("own", one.asked_by_id == call.person().id).set("has_case", !one.case_code.empty()).set("case", base::print_code(one.case_code)));
    out.back().set("has_second_no", !one.second_no.empty()).set("second_no", call.say("sales.second_no", {{"words", one.second_no}}));
    set_clock(call, one, out.back());
  }
  return out;
}

List withdrawals_view(const Call& call, const std::vector<WithdrawalRow>& all, const web::Problems& problems) {
  List out;
  for (const auto& one : all) {
    const std::string id = std::to_string(one.id), not_tied = problems.message(call.templates, call.lang, "number_" + id);
    const bool came_back = call.form.text("withdrawal") == id;
    const auto left = std::chrono::floor<std::chrono::days>(one.received + kRefundWithin - call.now).count();
    const std::string refund = one.order == 0 ? "" : below(in(call.lang, order_paths(one.order)), "hyvitys", "aterbetalning", "refund", call.lang) + "?withdrawal=" + std::to_string(one.id);
    out.push_back(Object().set("id", id).set("typed_number", came_back ? call.form.text("number") : "").set("not_tied", not_tied).set("number_wrong", !not_tied.empty())
                      .set("why", row_words_view(call, problems, {"no_" + id, call.say("sales.no_words"), came_back, true})).set("has_order", one.order != 0).set("number", base::print_code(base::normalise_code(one.order_number))).set("url", one.order == 0 ? "" : in(call.lang, order_paths(one.order))).set("refund_url", refund)
                      .set("dealt_with", one.is_dealt_with).set("words", one.words).set("has_words", !one.words.empty()).set("when", base::format_date_time(one.received, call.lang)).set("case", base::print_code(one.case_code)).set("late", left < 0)
                      .set("clock", left < 0 ? call.say("sales.clock_over", {{"days", std::to_string(-left)}}) : call.say("sales.clock", {{"days", std::to_string(left)}, {"until", base::format_date(one.received + kRefundWithin, call.lang)}})));
  }
  return out;
}

// Of a session or a time that was called off all are paid back in one act, on whichever page they stand.
base::Result<List> asked_sessions_view(const Call& call, const Reach& reach) {
  KK_LET(const auto all, find_asked_sessions(call.db, reach, call.lang));
  List out;
  for (const auto& one : all) {
    out.push_back(Object().set("session", std::to_string(one.session)).set("last", std::to_string(one.last)).set("name", one.product + (one.name.empty() ? "" : ", " + one.name) + ", " + (one.is_ticket ? base::format_date_time(one.starts, call.lang) : base::format_date(one.starts, call.lang)))
                      .set("pay_words", call.say(one.is_ticket ? "sales.pay_time" : "sales.pay_session", {{"count", std::to_string(one.count)}, {"sum", base::format_money(one.cents, call.lang)}})));
  }
  return out;
}

struct RefundList {
  const char* name;
  RefundStage stage;
};
constexpr RefundList kRefundLists[] = {{"asked", RefundStage::asked}, {"requested", RefundStage::requested}, {"under_way", RefundStage::under_way}, {"failed", RefundStage::failed}};

std::size_t shown_of(const ListPlace& place) { return place.list.empty() ? kFirstOfEach : kOfOneList; }

// The names of a list's rows and of what goes with them, as its page has them.
template <typename T>
void set_list(const Call& call, const std::string& name, const ListPlace& place, std::vector<T>& rows, Object& data, std::int64_t T::*id) {
  const bool more = cut(rows, shown_of(place));
  data.set("has_" + name, !rows.empty()).set(name + "_more", more_view(call, refunds_paths(), {name, more ? std::to_string(rows.back().*id) : ""}, call.say("sales." + name + "_title")));
}

base::Result<web::Response> refunds_page(const Call& call, const web::Problems& problems) {
  KK_LET(const Reach reach, reach_of(call, Right::refunds_request));
  const ListPlace place = list_place(call);
  const Rows wanted{place.list.empty() ? 0 : place.number(), shown_of(place) + 1};
  Object data;
  bool nothing = true;
  std::vector<WithdrawalRow> withdrawals;
  if (place.shows("withdrawals")) {
    KK_LET(withdrawals, find_withdrawals(call.db, reach, wanted));
  }
  set_list(call, "withdrawals", place, withdrawals, data, &WithdrawalRow::id);
  data.set("withdrawals", withdrawals_view(call, withdrawals, problems));
  nothing &= withdrawals.empty();
  for (const auto& list : kRefundLists) {
    std::vector<RefundRow> rows;
    if (place.shows(list.name)) {
      KK_LET(rows, find_refunds(call.db, reach, list.stage, wanted));
    }
    set_list(call, list.name, place, rows, data, &RefundRow::request);
    List view = requests_view(call, rows, problems);
    for (std::size_t i = 0; list.stage == RefundStage::asked && i < rows.size(); ++i) {
      KK_LET(const bool gone, has_gone_back(call.db, rows[i].order, rows[i].request));
      view[i].set("gone_back", gone);
    }
    data.set(list.name, std::move(view));
    nothing &= rows.empty();
  }
  List sessions;
  if (place.shows("asked")) {
    KK_LET(sessions, asked_sessions_view(call, reach));
  }
  data.set("has_asked_sessions", !sessions.empty()).set("asked_sessions", std::move(sessions));
  data.set("nothing", nothing && place.is_start()).set("elsewhere", nothing && !place.is_start()).set("first_url", in(call.lang, refunds_paths()));
  const std::string here = in(call.lang, refunds_paths());
  const auto url = [&](const char* fi, const char* sv, const char* en) { return at_place(below(here, fi, sv, en, call.lang), place); };
  data.set("pay_url", url("maksa", "betala", "pay")).set("pay_session_url", url("maksa-ryhma", "betala-grupp", "pay-session")).set("decline_url", url("hylkaa", "avsla", "decline")).set("no_url", url("peruutus", "frantrade", "withdrawal"));
  problems.fill(data, call.templates, call.lang, {"asked"});
  return staff::show(call, {"backoffice/refunds", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.refunds_title"), refunds_paths()}, std::move(data));
}

base::Result<web::Response> wrong(const Call& call, const std::string& field, const char* key) {
  web::Problems problems;
  problems.add(field, key);
  return refunds_page(call, problems);
}

// The order of a request that somebody named. ERRORS: not_found.
base::Result<std::int64_t> order_of(db::Connection& db, std::int64_t request) {
  KK_LET(const db::Rows rows, db.query("SELECT order_id FROM refund_requests WHERE id = ? AND order_id IS NOT NULL", request));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such request");
  return rows[0].integer(0);
}

constexpr std::chrono::seconds kPaysAtMost{6};  // nginx waits for 15

enum class Paid { yes, too_much, by_benefit, of_others, declined };  // yes: now or before; by_benefit: its company must be asked first; of_others: it is all of an order that has lines of others too; declined: by somebody meanwhile

base::Result<Paid> pay_asked(const Call& call, std::int64_t request) {
  KK_LET(const std::int64_t order, order_of(call.db, request));
  KK_LET(const auto seen, see<Right::refunds_request>(call, order));
  KK_LET(const bool mine, is_about_own_lines(seen, call.db, request));
  if (!mine) return fail(ErrorKind::denied, "a sign-up of others");
  // What was paid before asks nothing more of whoever pays it again; what is paid meanwhile ask_refund sees.
  KK_LET(const db::Rows paid, call.db.query("SELECT 1 FROM refund_requests WHERE id = ? AND state IN ('requested', 'approved', 'taken')", request));
  if (!paid.empty()) return Paid::yes;
  KK_LET(const auto all, payments_of(call.db, order));
  const auto sale = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.has_receipt || one.is_late; });
  if (sale == all.end()) return Paid::too_much;
  if (!sale->has_receipt && !seen.is_whole()) return Paid::of_others;
  const bool of_benefit = payments::is_benefit(sale->provider, call.city);
  const bool outside = of_benefit && call.form.ticked("outside_" + std::to_string(request));
  if (of_benefit && !outside) return Paid::by_benefit;
  const RefundAsk ask{sale->attempt, call.person().id, "", "", {}, {}, false, outside, {}, request};
  const auto made = call.db.transact([&]() -> base::Result<Asked> {
    KK_LET(const Asked asked, ask_refund(seen, call.db, ask, call.city, call.now));
    if (asked == Asked::approved || asked == Asked::requested) KK_TRY(log_act(call, staff::Use::change, "order", std::to_string(order), asked == Asked::approved ? "refund approved" : "refund requested"));
    return asked;
  });
  if (!made && made.error().kind == ErrorKind::conflict) return Paid::too_much;
  if (!made) return fail(made.error());
  return *made == Asked::answered ? Paid::declined : Paid::yes;
}

void add_unpaid(const std::set<Paid>& became, web::Problems& problems) {
  if (became.contains(Paid::too_much)) problems.add("asked", "asked_too_much");
  if (became.contains(Paid::of_others)) problems.add("asked", "asked_of_others");
  if (became.contains(Paid::declined)) problems.add("asked", "asked_declined");
}

}  // namespace

base::Result<web::Response> show_refunds(Call& call) { return refunds_page(call, {}); }

// What families asked, one or many at once: each is a transaction of its own.
base::Result<web::Response> post_pay_asked(Call& call) {
  std::vector<std::int64_t> requests;
  for (const auto& [name, value] : call.form.pairs()) {
    if (name == "request") requests.push_back(web::Form::from_pairs({{"r", value}}).number("r", 1, INT64_MAX).value_or(0));
  }
  if (requests.empty()) return wrong(call, "asked", "asked_none");
  web::Problems problems;
  std::set<Paid> became;
  for (const auto request : requests) {
    KK_LET(const Paid paid, pay_asked(call, request));
    became.insert(paid);
    if (paid == Paid::by_benefit) problems.add("outside_" + std::to_string(request), "benefit_outside");
  }
  add_unpaid(became, problems);
  return problems.empty() ? back_to_list(call, refunds_paths()) : refunds_page(call, problems);
}

// All of a session or a time, each as if it alone had been chosen, as many as fit into a request's time. What a benefit paid waits for the word that its company gives it back.
base::Result<web::Response> post_pay_session(Call& call) {
  KK_LET(const Reach reach, reach_of(call, Right::refunds_request));
  KK_LET(const auto requests, find_asked_of(call.db, reach, call.form.number("session", 1, INT64_MAX).value_or(0), call.form.number("last", 1, INT64_MAX).value_or(0)));
  const auto until = std::chrono::steady_clock::now() + kPaysAtMost;
  web::Problems problems;
  std::set<Paid> became;
  for (const auto request : requests) {
    if (std::chrono::steady_clock::now() > until) {
      problems.add("asked", "asked_go_on");
      break;
    }
    KK_LET(const Paid paid, pay_asked(call, request));
    became.insert(paid);
  }
  add_unpaid(became, problems);
  if (became.contains(Paid::by_benefit)) problems.add("asked", "asked_of_benefits");
  return problems.empty() ? back_to_list(call, refunds_paths()) : refunds_page(call, problems);
}

base::Result<web::Response> post_decline_asked(Call& call) {
  const auto request = call.form.number("request", 1, INT64_MAX).value_or(0);
  KK_LET(const std::int64_t order, order_of(call.db, request));
  KK_LET(const auto seen, see<Right::refunds_request>(call, order));
  const bool closes = call.form.text("what") == "close";
  web::Problems problems;
  const std::string words = closes ? "" : staff_words(call, problems, {"why_" + std::to_string(request), kLongestNo});
  if (!problems.empty()) return refunds_page(call, problems);
  KK_LET(const bool mine, is_about_own_lines(seen, call.db, request));
  if (!mine) return fail(ErrorKind::denied, "a sign-up of others");
  KK_LET(const auto all, payments_of(call.db, order));
  const bool has_receipt = std::any_of(all.begin(), all.end(), [](const auto& one) { return one.has_receipt; });
  if (!has_receipt && !seen.is_whole()) {  // as of a yes (pay_asked): it is all of the order's money
    add_unpaid({Paid::of_others}, problems);
    return refunds_page(call, problems);
  }
  const auto done = call.db.transact([&]() -> base::Status {
    const Agreement no{request, call.person().id, false, words};
    KK_LET(const bool now, closes ? close_asked(seen, call.db, no, call.now) : decline_asked(seen, call.db, no, call.instance.public_url, call.now));
    if (!now) return {};
    return log_act(call, staff::Use::change, "order", std::to_string(order), closes ? "dealt with" : "refund declined");
  });
  if (!done) return fail(done.error());
  return back_to_list(call, refunds_paths());
}

// The order that the person meant: staff have found it.
base::Result<web::Response> tie_withdrawal(const Call& call, const staff::Permission<Right::refunds_request>& may, const WithdrawalRow& withdrawal) {
  const auto done = call.db.transact([&]() -> base::Result<Tied> {
    KK_LET(const Tied tied, tie(may, call.db, withdrawal, base::normalise_code(call.form.text("number")), {call.person().id, ""}, call.now));
    if (tied != Tied::before) KK_TRY(log_act(call, staff::Use::change, "withdrawal", std::to_string(withdrawal.id), tied == Tied::now ? "tied to an order" : "no such order"));
    return tied;
  });
  if (!done) return fail(done.error());
  return *done == Tied::no_order ? wrong(call, "number_" + std::to_string(withdrawal.id), "search_none") : back_to_list(call, refunds_paths());
}

// Nothing of it is left to refund: it needs no answer.
base::Result<web::Response> close_withdrawal(const Call& call, const staff::Permission<Right::refunds_request>& may, const WithdrawalRow& withdrawal) {
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, end_dealt_with(may, call.db, withdrawal, {call.person().id, ""}, call.now));
    if (!now) return {};
    return log_act(call, staff::Use::change, "withdrawal", std::to_string(withdrawal.id), "dealt with");
  });
  if (!done) return fail(done.error());
  return back_to_list(call, refunds_paths());
}

// A reasoned no to a withdrawal. One that no order matches is for whoever may refund in the whole shop.
base::Result<web::Response> post_decline_withdrawal(Call& call) {
  KK_LET(const auto found, find_withdrawal(call.db, call.form.number("withdrawal", 1, INT64_MAX).value_or(0)));
  if (!found) return fail(ErrorKind::not_found, "no such withdrawal");
  const auto may = found->order == 0 ? call.rights.permit<Right::refunds_request>({.unit = "", .categories = {}, .product = "", .reg = "shop"}) : [&]() -> base::Result<staff::Permission<Right::refunds_request>> {
    KK_LET(auto seen, see<Right::refunds_request>(call, found->order));
    const bool all = found->lines.empty() ? seen.is_whole() : std::all_of(found->lines.begin(), found->lines.end(), [&](const auto& line) { return seen.mine.contains(line.first); });
    if (!all) return fail(ErrorKind::denied, "lines of others");
    return std::move(seen.may);
  }();
  if (!may) return fail(may.error());
  if (call.form.text("what") == "tie") return tie_withdrawal(call, *may, *found);
  if (call.form.text("what") == "close") return close_withdrawal(call, *may, *found);
  web::Problems problems;
  const std::string words = staff_words(call, problems, {"no_" + std::to_string(found->id), kLongestAnswer});
  if (!problems.empty()) return refunds_page(call, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, decline(*may, call.db, *found, {call.person().id, words}, call.now));
    if (!now) return {};
    return log_act(call, staff::Use::change, "withdrawal", std::to_string(found->id), "declined");
  });
  if (!done) return fail(done.error());
  return back_to_list(call, refunds_paths());
}

base::Result<web::Response> to_approve_page(const Call& call, const web::Problems& problems) {
  KK_LET(const Reach reach, reach_of(call, Right::refunds_approve));
  const ListPlace place = list_place(call);
  KK_LET(auto requested, find_refunds(call.db, reach, RefundStage::requested, {place.number(), kOfOneList + 1}));
  const bool more = cut(requested, kOfOneList);
  KK_LET(auto lines, lines_of(call.db, reach, requested));
  std::set<std::int64_t> orders;
  for (const auto& one : requested) orders.insert(one.order);
  KK_LET(const auto own, may_open(call, orders));
  List list = requests_view(call, requested, problems);
  for (std::size_t i = 0; i < requested.size(); ++i) {
    set_lines(call, lines[requested[i].request], list[i]);
    list[i].set("may_open", own.contains(requested[i].order));
  }
  Object data;
  data.set("nothing", requested.empty() && place.is_start()).set("requested", std::move(list)).set("requested_more", more_view(call, to_approve_paths(), {"", more ? std::to_string(requested.back().request) : ""}, call.say("sales.to_approve_title")));
  data.set("agree_url", at_place(below(in(call.lang, to_approve_paths()), "vastaa", "svara", "answer", call.lang), place)).set("limit_words", call.say("sales.limit_words", {{"sum", base::format_money(base::Cents(call.city.second_person_above_cents), call.lang)}}));
  problems.fill(data, call.templates, call.lang, {});
  return staff::show(call, {"backoffice/to_approve", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.to_approve_title"), to_approve_paths()}, std::move(data));
}

base::Result<web::Response> show_to_approve(Call& call) { return to_approve_page(call, {}); }

base::Result<web::Response> post_agree(Call& call) {
  const auto request = call.form.number("request", 1, INT64_MAX).value_or(0);
  const bool agreed = call.form.text("answer") == "yes";
  KK_LET(const std::int64_t order, order_of(call.db, request));
  KK_LET(const auto seen, see<Right::refunds_approve>(call, order));
  web::Problems problems;
  const std::string words = agreed ? "" : staff_words(call, problems, {"why_" + std::to_string(request), kLongestNo});
  if (!problems.empty()) return to_approve_page(call, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, agree(seen, call.db, {request, call.person().id, agreed, words}, call.now));
    if (!now) return {};
    return log_act(call, staff::Use::change, "order", std::to_string(order), agreed ? "refund agreed" : "refund declined");
  });
  if (!done) return fail(done.error());
  return back_to_list(call, to_approve_paths());
}

base::Result<web::Response> to_to_approve(Call& call) { return web::see_other(in(call.lang, to_approve_paths())); }

}  // namespace backoffice
