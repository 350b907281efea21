// Money to be given back: withdrawals with their clock, what families asked, what waits for a second person, what is under way or failed.
#include "backoffice/refund_store.h"
#include "backoffice/withdrawal_store.h"
#include "lib/base/check_code.h"
#include "lib/base/contact.h"
#include "lib/base/money.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestNo = 400;
const Paths kToApprove = {"/fi/hyvaksyttavat-hyvitykset", "/sv/aterbetalningar-att-godkanna", "/en/refunds-to-approve"};

List requests_view(const Call& call, const std::vector<RefundRow>& all) {
  List out;
  for (const auto& one : all) {
    out.push_back(Object().set("id", std::to_string(one.request)).set("order", std::to_string(one.order)).set("number", base::print_code(one.number)).set("url", in(call.lang, order_paths(one.order))).set("sum", base::format_money(one.cents, call.lang))
                      .set("reason", call.say("sales.reason_" + one.reason)).set("has_words", !one.words.empty()).set("words", one.words).set("by", one.asked_by.empty() ? call.say("sales.by_family") : one.asked_by)
                      .set("when", base::format_date_time(one.asked, call.lang)).set("state", one.state.empty() ? call.say("sales.request_approved") : call.say("sales.refund_" + one.state))
                      .set("own", one.asked_by_id == call.person().id).set("has_case", !one.case_code.empty()).set("case", base::print_code(one.case_code)));
  }
  return out;
}

List withdrawals_view(const Call& call, const std::vector<WithdrawalRow>& all) {
  List out;
  for (const auto& one : all) {
    const auto left = std::chrono::floor<std::chrono::days>(one.received + kRefundWithin - call.now).count();
    const std::string refund = one.order == 0 ? "" : below(in(call.lang, order_paths(one.order)), "hyvitys", "aterbetalning", "refund", call.lang) + "?withdrawal=" + std::to_string(one.id);
    out.push_back(Object().set("id", std::to_string(one.id)).set("has_order", one.order != 0).set("number", base::print_code(base::normalise_code(one.order_number))).set("url", one.order == 0 ? "" : in(call.lang, order_paths(one.order))).set("refund_url", refund)
                      .set("words", one.words).set("has_words", !one.words.empty()).set("when", base::format_date_time(one.received, call.lang)).set("case", base::print_code(one.case_code)).set("late", left < 0)
                      .set("clock", left < 0 ? call.say("sales.clock_over", {{"days", std::to_string(-left)}}) : call.say("sales.clock", {{"days", std::to_string(left)}, {"until", base::format_date(one.received + kRefundWithin, call.lang)}})));
  }
  return out;
}

void add_list(const Call& call, Object& data, const std::string& name, const std::vector<RefundRow>& all) { data.set("has_" + name, !all.empty()).set(name, requests_view(call, all)); }

base::Result<web::Response> refunds_page(const Call& call, const web::Problems& problems) {
  KK_LET(const Reach reach, reach_of(call, Right::refunds_request));
  KK_LET(const auto withdrawals, find_withdrawals(call.db, reach));
  KK_LET(const auto asked, find_refunds(call.db, reach, RefundStage::asked));
  KK_LET(const auto requested, find_refunds(call.db, reach, RefundStage::requested));
  KK_LET(const auto under_way, find_refunds(call.db, reach, RefundStage::under_way));
  KK_LET(const auto failed, find_refunds(call.db, reach, RefundStage::failed));
  Object data;
  data.set("has_withdrawals", !withdrawals.empty()).set("withdrawals", withdrawals_view(call, withdrawals));
  add_list(call, data, "asked", asked);
  add_list(call, data, "requested", requested);
  add_list(call, data, "under_way", under_way);
  add_list(call, data, "failed", failed);
  data.set("nothing", withdrawals.empty() && asked.empty() && requested.empty() && under_way.empty() && failed.empty()).set("words", call.form.text("words"));
  const std::string here = in(call.lang, refunds_paths());
  data.set("pay_url", below(here, "maksa", "betala", "pay", call.lang)).set("decline_url", below(here, "hylkaa", "avsla", "decline", call.lang)).set("no_url", below(here, "peruutus", "frantrade", "withdrawal", call.lang));
  problems.fill(data, call.templates, call.lang, {"words", "asked"});
  return staff::show(call, {"backoffice/refunds", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.refunds_title"), refunds_paths()}, std::move(data));
}

base::Result<web::Response> wrong(const Call& call, const char* field, const char* key) {
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

// A cancelled sign-up's price comes off the order's activities, its own lines first.
base::Result<std::vector<payments::Credit>> credits_of_sign_up(db::Connection& db, std::int64_t request, const AskRefund& seen, const Payment& sale) {
  KK_LET(const db::Rows rows, db.query("SELECT q.cents, COALESCE(r.variant_id, 0) FROM refund_requests q LEFT JOIN registrations r ON r.id = q.registration_id WHERE q.id = ?", request));
  base::Cents left = rows.at(0).cents(0);
  std::vector<payments::Credit> out;
  for (const bool own : {true, false}) {
    for (const auto& line : seen.lines()) {
      if (line.product_kind != "activity" || (line.variant_id == rows[0].integer(1)) != own) continue;
      const base::Cents part = std::min(left, line.total() - payments::credited(sale.asked, line.line_no));
      if (part.value() <= 0) continue;
      out.push_back({line.line_no, static_cast<int>(part.value() % line.unit_price.value() == 0 ? part.value() / line.unit_price.value() : 0), part});
      left = left - part;
    }
  }
  return left.value() == 0 ? out : std::vector<payments::Credit>();
}

// The sign-up that was cancelled is on a line of one's scope.
base::Result<bool> is_of_own_lines(db::Connection& db, std::int64_t request, const AskRefund& seen) {
  KK_LET(const db::Rows rows, db.query("SELECT COALESCE(r.variant_id, 0) FROM refund_requests q LEFT JOIN registrations r ON r.id = q.registration_id WHERE q.id = ?", request));
  const auto lines = seen.lines();
  return seen.is_whole() || std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.variant_id == rows.at(0).integer(0); });
}

base::Result<bool> pay_asked(const Call& call, std::int64_t request) {
  KK_LET(const std::int64_t order, order_of(call.db, request));
  KK_LET(const auto seen, see<Right::refunds_request>(call, order));
  KK_LET(const auto all, payments_of(call.db, order));
  const auto sale = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.has_receipt; });
  if (sale == all.end()) return fail(ErrorKind::conflict, "no payment");
  KK_LET(const auto credits, credits_of_sign_up(call.db, request, seen, *sale));
  const RefundAsk ask{sale->attempt, call.person().id, "", "", payments::sum_of(credits), credits, false, false, {}, request, crypto::as_bytes(crypto::sha256("asked\n" + std::to_string(request))).substr(0, 16)};
  return call.db.transact([&]() -> base::Result<bool> {
    KK_LET(const bool at_once, ask_refund(seen, call.db, ask, base::Cents(call.city.second_person_above_cents), call.now));
    KK_TRY(log_act(call, staff::Use::change, "order", std::to_string(order), std::string("refund ") + (at_once ? "approved" : "requested")));
    return at_once;
  });
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
  bool all_made = true;
  for (const auto request : requests) {
    const auto made = pay_asked(call, request);
    if (!made && made.error().kind != ErrorKind::conflict) return fail(made.error());
    all_made &= made.has_value();
  }
  return all_made ? web::see_other(in(call.lang, refunds_paths())) : wrong(call, "asked", "asked_too_much");
}

base::Result<web::Response> post_decline_asked(Call& call) {
  const auto request = call.form.number("request", 1, INT64_MAX).value_or(0);
  KK_LET(const std::int64_t order, order_of(call.db, request));
  KK_LET(const auto seen, see<Right::refunds_request>(call, order));
  const auto words = base::clean_text(call.form.text("words"), kLongestNo);
  if (!words) return wrong(call, "words", "reason_required");
  KK_LET(const auto all, payments_of(call.db, order));
  const auto sale = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.has_receipt; });
  KK_LET(const bool mine, sale == all.end() ? base::Result<bool>(seen.is_whole()) : is_of_own_lines(call.db, request, seen));
  if (!mine) return fail(ErrorKind::denied, "a sign-up of others");
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(decline_asked(seen, call.db, {request, call.person().id, false, *words}, call.now));
    return log_act(call, staff::Use::change, "order", std::to_string(order), "refund declined");
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, refunds_paths()));
}

// The order that the person meant: staff have found it.
base::Result<web::Response> tie_withdrawal(const Call& call, const staff::Permission<Right::refunds_request>& may, const WithdrawalRow& withdrawal) {
  const auto done = call.db.transact([&]() -> base::Result<bool> {
    KK_LET(const bool tied, tie(may, call.db, withdrawal, base::normalise_code(call.form.text("number")), {call.person().id, ""}, call.now));
    KK_TRY(log_act(call, staff::Use::change, "withdrawal", std::to_string(withdrawal.id), tied ? "tied to an order" : "no such order"));
    return tied;
  });
  if (!done) return fail(done.error());
  return *done ? web::see_other(in(call.lang, refunds_paths())) : wrong(call, "words", "search_none");
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
  const auto words = base::clean_text(call.form.text("words"), 1000);
  if (!words) return wrong(call, "words", "reason_required");
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(decline(*may, call.db, *found, {call.person().id, *words}, call.now));
    return log_act(call, staff::Use::change, "withdrawal", std::to_string(found->id), "declined");
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, refunds_paths()));
}

base::Result<web::Response> show_to_approve(Call& call) {
  KK_LET(const Reach reach, reach_of(call, Right::refunds_approve));
  KK_LET(const auto requested, find_refunds(call.db, reach, RefundStage::requested));
  Object data;
  add_list(call, data, "requested", requested);
  data.set("agree_url", below(in(call.lang, kToApprove), "vastaa", "svara", "answer", call.lang)).set("words", call.form.text("words")).set("limit_words", call.say("sales.limit_words", {{"sum", base::format_money(base::Cents(call.city.second_person_above_cents), call.lang)}}));
  web::Problems problems;
  if (call.request.method == web::Method::post) problems.add("words", "reason_required");
  problems.fill(data, call.templates, call.lang, {"words"});
  return staff::show(call, {"backoffice/to_approve", call.say("sales.to_approve_title"), kToApprove}, std::move(data));
}

base::Result<web::Response> post_agree(Call& call) {
  const auto request = call.form.number("request", 1, INT64_MAX).value_or(0);
  const bool agreed = call.form.text("answer") == "yes";
  KK_LET(const std::int64_t order, order_of(call.db, request));
  KK_LET(const auto seen, see<Right::refunds_approve>(call, order));
  const auto words = base::clean_text(call.form.text("words"), kLongestNo);
  if (!agreed && !words) return show_to_approve(call);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(agree(seen, call.db, {request, call.person().id, agreed, words.value_or("")}, call.now));
    return log_act(call, staff::Use::change, "order", std::to_string(order), agreed ? "refund agreed" : "refund declined");
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, kToApprove));
}

base::Result<web::Response> to_to_approve(Call& call) { return web::see_other(in(call.lang, kToApprove)); }

}  // namespace backoffice
