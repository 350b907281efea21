// One order for the staff: what was bought and by whom, what was paid and given back, what is to be handed out, mails, notes, the journal; odd cases are settled here.
#include "backoffice/alert_store.h"
#include "backoffice/inputs.h"
#include "backoffice/order_facts.h"
#include "backoffice/order_tickets.h"
#include "backoffice/paging.h"
#include "lib/base/check_code.h"
#include "lib/base/contact.h"
#include "lib/base/finnish.h"
#include "lib/base/money.h"
#include "lib/base/payment_way.h"
#include "lib/crypto/crypto.h"
#include "lib/payments/benefit.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestWords = 200, kLongestNote = 1000;

std::string money(const Call& call, base::Cents cents) { return base::format_money(cents, call.lang); }

std::string part(const Call& call, const char* fi, const char* sv, const char* en) { return below(in(call.lang, order_paths_of(call.arg)), fi, sv, en, call.lang); }

Object lines_view(const Call& call, const SeenOrder& seen, const std::vector<OrderTicket>& tickets) {
  List lines;
  for (const auto& line : seen.lines()) {
    std::string holders;
    for (const auto& name : line.holder_names) holders += (holders.empty() ? "" : ", ") + name;
    lines.push_back(Object().set("name", line.name).set("detail", line.detail).set("quantity", std::to_string(line.quantity)).set("unit", money(call, line.unit_price)).set("sum", money(call, line.total())).set("code", orders::shown_code(line.code))
                        .set("has_reduction", line.normal_price.has_value()).set("reduction", line.reduction + (line.normal_price ? ". " + call.say("order.normal_price", {{"sum", money(call, *line.normal_price)}}) : ""))
                        .set("has_detail", !line.detail.empty()).set("way", line.delivery_name).set("has_way", !line.is_delivery && !line.delivery_name.empty()).set("has_holders", !holders.empty()).set("holders", holders).set("used", used_view(call, tickets, line.line_no)));
  }
  const std::size_t hidden = seen.order.lines.size() - lines.size();
  Object out;
  out.set("has_hidden", hidden > 0).set("hidden_words", call.say("sales.hidden_lines", {{"count", std::to_string(hidden)}})).set("lines", std::move(lines));
  return out;
}

Object buyer_view(const orders::Contact& c) {
  return Object().set("name", c.first_name + " " + c.last_name).set("street", c.street_address).set("postal", c.postal_code + " " + c.town).set("phone", base::format_phone(c.phone)).set("email", c.email).set("has_street", !c.street_address.empty()).set("has_phone", !c.phone.empty())
      .set("has_email", !c.email.empty()).set("has_company", !c.company.empty()).set("company", c.company + (c.business_id.empty() ? "" : ", " + c.business_id));
}

// "Lahjakortti 10,00 €, Nordea 25,00 €" where gift cards paid a part.
std::string way_words(const Call& call, const PaymentFact& one) {
  const std::string way = base::payment_way(one.provider, call.say("order.card"));
  if (one.cards.value() == 0) return way;
  const std::string cards = call.say("order.gift_card") + " " + money(call, one.cards);
  return one.received.value() == 0 ? cards : cards + ", " + way + " " + money(call, one.received);
}

bool is_refused_benefit(const Call& call, const PaymentFact& one) { return one.outcome == "needs_review" && payments::is_benefit(one.provider, call.city); }

// The element of the words of a decision's form: of the order itself, of one of its refunds or payments, of an alert.
std::string settle_field(const std::string& what, const std::string& object) {
  if (what == "deliver_anyway") return "words_order";
  return (what == "resolve" ? "words_" : what == "ask_again" ? "ask_" : "told_") + object;
}
Object settle_words(const Call& call, const web::Problems& problems, const std::string& field) {
  return row_words_view(call, problems, {field, call.say("sales.reason"), settle_field(call.form.text("what"), call.form.text("object")) == field});
}

// may_ask: about the money of the whole order.
List payments_view(const Call& call, const OrderFacts& facts, const web::Problems& problems, bool may_ask) {
  List out;
  for (const auto& one : facts.payments) {
    const bool paid = one.state == "ok";
    const std::string id = std::to_string(one.id);
    out.push_back(Object().set("id", id).set("may_ask", may_ask && one.state == "abandoned" && !one.is_asked_again && !one.transaction_id.empty()).set("why", settle_words(call, problems, settle_field("ask_again", id))).set("when", base::format_date_time(one.created, call.lang)).set("state", call.say("sales.attempt_" + (paid ? is_refused_benefit(call, one) ? std::string("benefit") : one.outcome : one.state))).set("paid", paid).set("sum", money(call, one.received + one.cards))
                      .set("way", way_words(call, one)).set("has_receipt", !one.receipt.empty()).set("receipt", one.receipt).set("has_id", !one.transaction_id.empty()).set("transaction", one.transaction_id));
  }
  return out;
}

// What this process has no words for is shown as it came, and marked.
std::string system_words(const Call& call, const std::string& words) { return words.empty() ? words : call.say("sales.system_says", {{"words", words}}); }

// Why a refund failed (payments: RefundWord, make_ready).
std::string why_failed(const Call& call, const std::string& verdict) {
  if (verdict == "callback" || verdict == "answer_fail") return call.say("sales.failed_at_service");
  if (verdict.starts_with("answer_")) return call.say("sales.failed_refused", {{"words", verdict}});
  const std::string key = "sales.failed_" + verdict;
  return call.templates.has_text(call.lang, key) ? call.say(key) : system_words(call, verdict);
}

// What the journal says beside an event: how an order was taken, who opened its link, or "<way to pay>, case <code>".
std::string event_detail(const Call& call, const EventFact& one) {
  const std::string& detail = one.detail;
  if (one.event == "link_seen") return detail;
  if (one.event == "made_by_staff") return call.say("sales.channel_" + detail);
  constexpr std::string_view kCase = "case ";
  const auto at = detail.rfind(kCase);
  if (at == std::string::npos) return system_words(call, detail);
  const std::string provider = detail.substr(0, detail.find(", "));
  return (at == 0 ? "" : base::payment_way(provider, call.say("order.card")) + ", ") + call.say("sales.case") + " " + base::print_code(detail.substr(at + kCase.size()));
}

std::string refund_state(const Call& call, const RefundFact& one) {
  if (!one.state.empty()) return call.say("sales.refund_" + one.state);
  const bool closed = one.request_state == "declined" && one.decided_words.empty();  // a no has words
  return call.say(closed ? "sales.request_closed" : "sales.request_" + one.request_state);
}

List refunds_view(const Call& call, const OrderFacts& facts, const web::Problems& problems) {
  List out;
  for (const auto& one : facts.refunds) {
    const bool may_decide = one.state == "unknown" || one.state == "pending";
    out.push_back(Object().set("id", std::to_string(one.refund)).set("why", settle_words(call, problems, "told_" + std::to_string(one.refund))).set("when", base::format_date_time(one.asked, call.lang)).set("sum", money(call, one.cents)).set("state", refund_state(call, one)).set("to_cards", one.to_cards.value() > 0).set("cards_sum", money(call, one.to_cards)).set("reason", call.say("sales.reason_" + one.reason))
                      .set("has_words", !one.words.empty()).set("words", one.words).set("has_no", !one.decided_words.empty()).set("no_words", one.decided_words).set("by", one.asked_by.empty() ? call.say("sales.by_family") : one.asked_by)
                      .set("agreed", !one.decided_by.empty()).set("agreed_by", one.decided_by).set("has_receipt", !one.receipt.empty()).set("receipt", one.receipt).set("has_verdict", one.state == "failed").set("verdict", why_failed(call, one.verdict))
                      .set("has_case", !one.case_code.empty()).set("case", base::print_code(one.case_code)).set("may_decide", may_decide));
  }
  return out;
}

// own: the lines that one may hand out.
List deliveries_view(const Call& call, const OrderFacts& facts, const orders::Order& order, const std::set<int>& own) {
  List out;
  for (const auto& one : facts.deliveries) {
    const bool mine = std::all_of(order.lines.begin(), order.lines.end(), [&](const auto& line) { return !is_in_parcel(line, one.unit, one.code) || own.contains(line.line_no); });
    const bool has_own = std::any_of(order.lines.begin(), order.lines.end(), [&](const auto& line) { return is_in_parcel(line, one.unit, one.code) && own.contains(line.line_no); });
    out.push_back(Object().set("unit", one.unit).set("code", one.code).set("name", one.name).set("state", call.say("sales.delivery_" + (one.state == "delivered" && one.kind == "post" ? std::string("sent") : one.state)))
                      .set("when", base::format_date_time(one.changed, call.lang)).set("by", one.by).set("has_by", !one.by.empty()).set("has_slip", has_own).set("slip_url", in(call.lang, slip_paths(order.id, one.unit, one.code))).set("may_ready", mine && one.kind == "collect" && one.state == "waiting")
                      .set("may_deliver", mine && one.state != "delivered" && one.state != "refunded").set("may_undo", mine && one.state == "delivered").set("deliver_words", call.say(one.kind == "post" ? "sales.mark_sent" : "sales.mark_collected")));
  }
  return out;
}

List alerts_view(const Call& call, const std::vector<AlertRow>& alerts, const web::Problems& problems) {
  List out;
  for (const auto& one : alerts) {
    out.push_back(Object().set("id", std::to_string(one.id)).set("words", alert_words(call, one.kind, one.provider)).set("since", base::format_date_time(one.since, call.lang)).set("has_case", !one.case_code.empty())
                      .set("may_close", one.may_close).set("stranger", stranger_view(call, one)).set("is_stranger", one.stranger.has_value()).set("case", base::print_code(one.case_code)).set("why", settle_words(call, problems, "words_" + std::to_string(one.id))));
  }
  return out;
}

std::string mail_field(const std::string& mail) { return "email_" + mail; }

List mails_view(const Call& call, const OrderFacts& facts, const web::Problems& problems, bool may_redirect) {
  List out;
  for (const auto& one : facts.mails) {
    const std::string id = std::to_string(one.id), message = problems.message(call.templates, call.lang, mail_field(id));
    const bool is_dead = one.state == "dead";
    out.push_back(Object().set("id", id).set("kind", call.say("sales.mail_" + one.kind)).set("when", base::format_date_time(one.created, call.lang)).set("state", call.say("sales.mail_state_" + one.state)).set("is_dead", is_dead || one.has_alert)
                      .set("has_alert", one.has_alert).set("has_case", !one.case_code.empty()).set("case", base::print_code(one.case_code)).set("may_redirect", is_dead && may_redirect).set("stays", is_dead && !may_redirect)
                      .set("field", mail_field(id)).set("wrong", !message.empty()).set("message", message).set("to", call.form.text("mail") == id ? call.form.text("email") : one.to));
  }
  return out;
}

void add_history(const Call& call, const OrderFacts& facts, Object& data) {
  List notes, events, decisions;
  for (const auto& one : facts.notes) notes.push_back(Object().set("by", one.by).set("when", base::format_date_time(one.at, call.lang)).set("words", one.words));
  for (const auto& one : facts.events) events.push_back(Object().set("when", base::format_date_time_seconds(one.at, call.lang)).set("event", call.say("sales.event_" + one.event)).set("detail", event_detail(call, one)));
  for (const auto& kind : facts.decisions) decisions.push_back(Object().set("words", call.say("sales.decision_" + kind)));
  data.set("under_way", !decisions.empty() || facts.cancel_asked).set("cancel_asked", facts.cancel_asked).set("decisions", std::move(decisions));
  data.set("no_mails", facts.mails.empty()).set("notes", std::move(notes)).set("events", std::move(events));
}

// How it was made, if by staff; until when it can be paid; and the customer's link.
base::Status add_making(const Call& call, const SeenOrder& seen, const OrderFacts& facts, Object& data) {
  const orders::Order& order = seen.order;
  const bool by_staff = !facts.channel.empty(), waits = order.state == orders::State::pending;
  const char* const until = order.to_pay() > base::Cents(0) ? "sales.pay_until" : orders::waits_for_cards_only(order) ? "sales.order_by_cards" : "sales.agreed_until";
  data.set("waits", waits).set("until_words", waits ? call.say(until, {{"time", base::format_date_time(order.hold_until, call.lang)}}) : "");
  data.set("by_staff", by_staff).set("made_words", by_staff ? call.say("sales.made_" + facts.channel, {{"name", facts.made_by}}) : "");
  bool may = by_staff && seen.is_whole() && call.rights.any(Right::orders_make) && (waits || order.settled);
  if (may) {
    KK_LET(may, may_link(call.db, order));
  }
  data.set("has_link", may).set("has_letters", may && !orders_gift_cards(order)).set("order_url", may ? call.instance.public_url + orders::order_path(order.lang, order.token) : "").set("link_url", part(call, "linkki", "lank", "link"));
  return {};
}

base::Result<web::Response> order_page(const Call& call, const SeenOrder& seen, const web::Problems& problems) {
  const orders::Order& order = seen.order;
  const std::int64_t notes_before = query_of(call).number("notes", 1, INT64_MAX).value_or(0);
  KK_LET(const OrderFacts facts, facts_of(seen, call.db, notes_before));
  KK_LET(const auto alerts, alerts_of_order(call, order.id));
  // Looking at a person's order is written down, as a listing of it is not.
  KK_TRY(log_act(call, staff::Use::view, "order", std::to_string(order.id), ""));
  KK_LET(const auto places, places_of(call.db, order.id));
  std::set<int> own;
  bool may_refund = false, refunds_all = !places.empty();
  for (const auto& one : places) {
    if (call.rights.on(Right::orders_deliver, one.place)) own.insert(one.line_no);
    const bool refunds = call.rights.on(Right::refunds_request, one.place);
    may_refund |= refunds;
    refunds_all &= refunds;
  }
  KK_LET(const auto tickets, tickets_of(call.db, order.id, seen.lines()));
  Object data = lines_view(call, seen, tickets);
  data.set("number", base::print_code(order.number)).set("state", call.say(std::string("sales.state_") + orders::to_string(order.state))).set("total", money(call, order.total)).set("created", base::format_date_time(order.created, call.lang));
  data.set("reference", base::print_reference(order.reference)).set("language", call.templates.say(order.lang, "common.language_name")).set("buyer", buyer_view(order.contact));
  data.set("no_payments", facts.payments.empty()).set("payments", payments_view(call, facts, problems, refunds_all)).set("has_refunds", !facts.refunds.empty()).set("refunds", refunds_view(call, facts, problems));
  data.set("has_deliveries", !facts.deliveries.empty()).set("deliveries", deliveries_view(call, facts, order, own)).set("alerts", alerts_view(call, alerts, problems));
  const bool undecided = facts.undecided && may_refund && seen.is_whole();
  data.set("is_odd", undecided || !alerts.empty()).set("undecided", undecided).set("may_anyway", facts.may_deliver).set("why", settle_words(call, problems, "words_order")).set("key", crypto::random_token());
  data.set("has_withdrawals", facts.withdrawals > 0 && may_refund).set("withdrawal_words", call.say("sales.withdrawals_wait", {{"count", std::to_string(facts.withdrawals)}})).set("withdrawals_url", in(call.lang, refunds_paths()));
  const bool delivers_all = std::all_of(places.begin(), places.end(), [&](const auto& one) { return own.contains(one.line_no); });
  KK_LET(const bool no_cards, may_link(call.db, order));
  data.set("mails", mails_view(call, facts, problems, delivers_all && no_cards && !orders_gift_cards(order)));
  add_history(call, facts, data);
  KK_TRY(add_making(call, seen, facts, data));
  const bool paid = std::any_of(facts.payments.begin(), facts.payments.end(), [](const auto& one) { return one.state == "ok"; });
  data.set("may_refund", may_refund && paid).set("may_settle", may_refund).set("may_deliver", !own.empty()).set("may_cancel", !own.empty() && seen.is_whole() && order.state == orders::State::pending && !facts.cancel_asked);
  data.set("refund_url", part(call, "hyvitys", "aterbetalning", "refund")).set("deliver_url", part(call, "toimitus", "leverans", "delivery"));
  data.set("note_url", part(call, "muistiinpano", "anteckning", "note")).set("mail_url", part(call, "viesti", "meddelande", "mail")).set("cancel_url", part(call, "peru", "annullera", "cancel")).set("settle_url", part(call, "ratkaisu", "avgorande", "decision"));
  data.set("older_notes", facts.older_notes).set("older_url", facts.older_notes ? in(call.lang, order_paths_of(call.arg)) + "?notes=" + std::to_string(facts.notes.back().id) + "#notes" : "");
  data.set("later_notes", notes_before > 0).set("newest_url", in(call.lang, order_paths_of(call.arg)) + "#notes");
  data.set("note", call.form.text("note")).set("back_url", in(call.lang, orders_paths()));
  problems.fill(data, call.templates, call.lang, {"note"});
  return staff::show(call, {"backoffice/order", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.order_title", {{"number", base::print_code(order.number)}}), order_paths_of(call.arg)}, std::move(data));
}

// Does it, writes it down where it was not done before, and shows the order as it is then.
template <typename Act>
base::Result<web::Response> act_on(const Call& call, const staff::UseEntry& entry, Act&& change) {
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, change());
    return now ? staff::log_use(call.db, entry, call.now) : base::Status();
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, order_paths_of(call.arg)));
}

staff::UseEntry change_of(const Call& call, std::string result, std::string why = "") { return {call.person().id, call.request.address, staff::Use::change, "order", call.arg, std::move(why), std::move(result)}; }

}  // namespace

base::Result<web::Response> show_order(Call& call) {
  KK_LET(const auto seen, see<Right::orders_view>(call));
  return order_page(call, seen, {});
}

base::Result<web::Response> post_note(Call& call) {
  KK_LET(const auto seen, see<Right::orders_view>(call));
  const auto words = base::clean_text(call.form.text("note"), kLongestNote);
  if (!words) {
    web::Problems problems;
    problems.add("note", words.error() == base::TextProblem::too_long ? "note_too_long" : words.error() == base::TextProblem::missing ? "note_required" : "words_invalid");
    return order_page(call, seen, problems);
  }
  return act_on(call, change_of(call, "note"), [&] { return add_note(seen, call.db, {call.person().id, *words, call.form.text("key")}, call.now); });
}

base::Result<web::Response> post_mail_again(Call& call) {
  KK_LET(const auto seen, see<Right::orders_deliver>(call));
  SendAgain again{call.form.number("mail", 1, INT64_MAX).value_or(0), call.person().id, call.form.text("key"), ""};
  if (again.mail == 0) return fail(ErrorKind::invalid, "no mail");
  const auto wrong = [&](const char* key) -> base::Result<web::Response> {
    web::Problems problems;
    problems.add(mail_field(std::to_string(again.mail)), key);
    KK_LET(const auto viewed, see<Right::orders_view>(call));
    return order_page(call, viewed, problems);
  };
  if (call.form.has("email")) {
    const auto typed = base::parse_email(call.form.text("email"));
    if (!typed) return wrong("staff_email_invalid");
    again.to = *typed;
  }
  auto done = act_on(call, change_of(call, again.to.empty() ? "mail again" : "mail again, to a corrected address"), [&] { return send_again(seen, call.db, again, call.now); });
  if (!done && done.error().kind == ErrorKind::conflict) return wrong("mail_too_many");
  return done;
}

base::Result<web::Response> post_cancel_order(Call& call) {
  KK_LET(const auto seen, see<Right::orders_deliver>(call));
  if (!seen.is_whole()) return fail(ErrorKind::denied, "lines of others");
  return act_on(call, change_of(call, "cancel asked"), [&] { return ask_to_cancel(seen, call.db, call.now); });
}

base::Result<web::Response> post_deliver(Call& call) {
  KK_LET(const auto seen, see<Right::orders_deliver>(call));
  const std::string to = call.form.text("to");
  if (to != "waiting" && to != "ready" && to != "delivered") return fail(ErrorKind::invalid, "no such state");
  return act_on(call, change_of(call, to), [&]() -> base::Result<bool> {
    KK_LET(const Handed handed, hand_out(seen, call.db, call.instance.public_url, {call.form.text("unit"), call.form.text("code"), to, call.person().id}, call.now));
    if (handed == Handed::refunded) return fail(ErrorKind::conflict, "its goods were refunded");
    return handed == Handed::now;
  });
}

// An odd case: delivered all the same, a refund that was or was not made, a payment that the service is asked about once more, or an alert that is dealt with elsewhere.
base::Result<web::Response> post_settle(Call& call) {
  KK_LET(const auto seen, see<Right::refunds_request>(call));
  const std::string what = call.form.text("what");
  const auto object = call.form.number("object", 1, INT64_MAX).value_or(0);
  if (what != "resolve" && what != "deliver_anyway" && what != "refund_was_made" && what != "refund_was_not_made" && what != "ask_again") return fail(ErrorKind::invalid, "no such decision");
  web::Problems problems;
  const std::string words = staff_words(call, problems, {settle_field(what, std::to_string(object)), kLongestWords});
  if (!problems.empty()) {
    KK_LET(const auto viewed, see<Right::orders_view>(call));
    return order_page(call, viewed, problems);
  }
  const Decision decision{what, words, what == "deliver_anyway" ? seen.order.id : object, call.person().id};
  if (what == "resolve") return act_on(call, change_of(call, "alert resolved", words), [&] { return resolve_alert(call, seen, decision); });
  return act_on(call, change_of(call, what, words), [&] { return decide(seen, call.db, decision, call.now); });
}

base::Result<web::Response> to_order(Call& call) { return web::see_other(in(call.lang, order_paths_of(call.arg))); }

}  // namespace backoffice
