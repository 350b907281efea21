// Asking for a refund of one order: all that is left, units of lines, or a sum; with a reason. Above a limit another person agrees first.
#include "backoffice/inputs.h"
#include "backoffice/order_tickets.h"
#include "backoffice/refund_store.h"
#include "backoffice/withdrawal_store.h"
#include "lib/base/check_code.h"
#include "lib/base/money.h"
#include "lib/base/payment_way.h"
#include "lib/crypto/crypto.h"
#include "lib/payments/benefit.h"

namespace backoffice {

using base::Cents;
using base::ErrorKind;
using base::fail;
using payments::Credit;
using staff::Right;
using view::List;
using view::Object;

namespace {

constexpr std::array<const char*, 4> kReasons = {"customer_asked", "withdrawal", "not_delivered", "mistake"};
constexpr std::size_t kLongestWhy = 200;

bool is_gift_card(const orders::Line& line) { return line.product_kind == "gift_card"; }

int left_units(const Payment& payment, const orders::Line& line) {
  const int out = line.quantity - payments::credited_units(payment.asked, line.line_no);
  const auto cards = payment.cards.find(line.line_no);
  return is_gift_card(line) ? std::min(out, cards == payment.cards.end() ? 0 : static_cast<int>(cards->second.size())) : out;
}
// Of gift cards what nobody has spent, those with the most first: so payments takes them back.
Cents cents_of_cards(const Payment& payment, const orders::Line& line, int units) {
  Cents out;
  const auto cards = payment.cards.find(line.line_no);
  for (int i = 0; cards != payment.cards.end() && i < units; ++i) out += cards->second.at(static_cast<std::size_t>(i));
  return out;
}
Cents left_cents(const Payment& payment, const orders::Line& line) {
  return is_gift_card(line) ? cents_of_cards(payment, line, left_units(payment, line)) : line.total() - payments::credited(payment.asked, line.line_no);
}

const Payment* sale_of(const std::vector<Payment>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.has_receipt; });
  return found == all.end() ? nullptr : &*found;
}

// "12,50" or "12.50" or "12".
std::optional<Cents> parse_euros(std::string text) {
  std::erase(text, ' ');
  const auto comma = text.find_first_of(",.");
  const std::string euros = text.substr(0, comma), cents = comma == std::string::npos ? "00" : text.substr(comma + 1);
  if (euros.empty() || euros.size() > 6 || cents.size() != 2 || (euros + cents).find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return Cents(std::stoll(euros) * 100 + std::stoll(cents));
}

std::string withdrawal_typed(const Call& call) { return call.form.has("withdrawal") ? call.form.text("withdrawal") : query_of(call).text("withdrawal"); }
std::string units_of(const orders::Line& line) { return "units_" + std::to_string(line.line_no); }
std::string part_of(const orders::Line& line) { return "part_" + std::to_string(line.line_no); }

std::vector<orders::Line> without_gift_cards(std::vector<orders::Line> lines) {
  std::erase_if(lines, is_gift_card);
  return lines;
}

// What is left of the lines of one's scope.
Cents left_of(const Payment& sale, const std::vector<orders::Line>& lines) {
  Cents out;
  for (const auto& line : lines) out += left_cents(sale, line);
  return out;
}

struct Answering {
  WithdrawalRow withdrawal;
  Answers answers;         // that it has already
  std::int64_t seen = 0;   // the last of these that the form's reader has been shown
};
struct Page {
  const AskRefund& seen;
  const std::vector<Payment>& payments;
  const std::optional<Answering>& answering;
  const web::Problems& problems;
};

int named_units(const WithdrawalRow& withdrawal, const orders::Line& line) {
  const auto named = std::find_if(withdrawal.lines.begin(), withdrawal.lines.end(), [&](const auto& one) { return one.first == line.line_no; });
  return named == withdrawal.lines.end() ? 0 : named->second;
}

// What posting cost goes back with all that was posted (KSL 6:17 §).
bool is_all_of_delivery(const Page& page, const orders::Line& delivery) {
  const auto& lines = page.seen.order.lines;
  const Payment* const sale = sale_of(page.payments);
  const auto has_gone = [&](const orders::Line& line) {
    const int before = sale == nullptr ? 0 : payments::credited_units(sale->asked, line.line_no) - payments::credited_units(page.answering->answers.given, line.line_no);
    return before + named_units(page.answering->withdrawal, line) >= line.quantity;
  };
  return std::all_of(lines.begin(), lines.end(), [&](const auto& line) { return line.is_delivery || line.delivery_code != delivery.delivery_code || has_gone(line); });
}

// The units of a line that the withdrawal is about and that nobody has given back for it: of one that names no lines all.
int withdrawn_units(const Page& page, const orders::Line& line, int left) {
  if (!page.answering) return 0;
  if (page.answering->withdrawal.lines.empty()) return left;
  const int named = line.is_delivery ? is_all_of_delivery(page, line) ? line.quantity : 0 : named_units(page.answering->withdrawal, line);
  return std::clamp(named - payments::credited_units(page.answering->answers.given, line.line_no), 0, left);
}

// What is left of units whose use began at the buyer's own wish (KSL 6:15 §: pay a reasonable share of what was received): each by its visits or its days, of which more is used.
std::string pro_rata_words(const Call& call, const Page& page, const std::vector<OrderTicket>& tickets, const orders::Line& line, int left, int units) {
  if (!page.answering || !line.begin_now || units <= 0) return "";
  Used days{0, std::max(line.days_valid.value_or(0), 0)};
  days.used = std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::days>(page.answering->withdrawal.received - page.seen.order.settled.value_or(page.seen.order.created)).count(), 0, days.of);
  std::map<std::pair<std::string, std::int64_t>, std::pair<int, std::int64_t>> counted;  // by what is counted and how much of it is used: units, and how much there is
  Cents back;
  const auto is_left = [&](const auto& ticket) { return ticket.line_no == line.line_no && !ticket.refunded; };
  auto one = tickets.begin();
  // Requests that wait will take the least used first.
  for (auto taken = std::count_if(tickets.begin(), tickets.end(), is_left) - left; taken > 0 && one != tickets.end(); --taken) one = std::next(std::find_if(one, tickets.end(), is_left));
  for (int unit = 0; unit < units; ++unit) {
    one = std::find_if(one, tickets.end(), is_left);
    const Used visits = one == tickets.end() ? Used{} : Used{one->uses, one->uses_max.value_or(0)};
    if (one != tickets.end()) ++one;
    const bool by_visits = counts_visits(visits, days);
    const Used& used = by_visits ? visits : days;
    if (used.of == 0) return "";
    auto& group = counted[{by_visits ? "sales.pro_rata_visits" : "sales.pro_rata_days", used.used}];
    group = {group.first + 1, used.of};
    back += rest_of(line.unit_price, used);
  }
  std::string words;
  for (const auto& [what, group] : counted) {
    words += (words.empty() ? "" : " ") + call.say(what.first, {{"count", std::to_string(group.first)}, {"used", std::to_string(what.second)}, {"of", std::to_string(group.second)}});
  }
  return call.say("sales.pro_rata", {{"counted", words}, {"sum", base::format_money(back, call.lang)}});
}

List refundable_view(const Call& call, const Page& page, const Payment& sale, const std::vector<OrderTicket>& tickets) {
  List out;
  for (const auto& line : page.seen.lines()) {
    const int units = left_units(sale, line);
    const Cents cents = left_cents(sale, line);
    if (cents.value() == 0 && units == 0) continue;
    const std::string field = units_of(line), units_wrong = page.problems.message(call.templates, call.lang, field), part_wrong = page.problems.message(call.templates, call.lang, part_of(line));
    const int withdrawn = withdrawn_units(page, line, units);
    const std::string typed = call.form.has(field) ? call.form.text(field) : page.answering && !page.answering->withdrawal.lines.empty() ? std::to_string(withdrawn) : "";
    const std::string hint = line.is_delivery && withdrawn > 0 ? call.say("sales.delivery_back") : pro_rata_words(call, page, tickets, line, units, withdrawn);
    out.push_back(Object().set("field", field).set("name", line.name).set("detail", line.detail).set("has_detail", !line.detail.empty()).set("left_units", std::to_string(units)).set("left", base::format_money(cents, call.lang))
                      .set("unit", base::format_money(line.unit_price, call.lang)).set("typed", typed.empty() ? "0" : typed).set("in_parts", !is_gift_card(line) && cents.value() > 0).set("of_card", is_gift_card(line)).set("part_field", part_of(line)).set("part", call.form.text(part_of(line))).set("has_hint", !hint.empty()).set("hint", hint).set("used", used_view(call, tickets, line.line_no))
                      .set("units_wrong", !units_wrong.empty()).set("units_message", units_wrong).set("part_wrong", !part_wrong.empty()).set("part_message", part_wrong));
  }
  return out;
}

// Staff may say that it goes back without the payment service: a benefit's by its company, always; any other by other means, once the service has failed.
List outside_view(const Call& call, const Payment& one) {
  if (!may_go_outside(one, call.city)) return {};
  const std::string id = std::to_string(one.attempt);
  return {Object().set("outside_id", "outside_" + id).set("ticked", call.form.ticked("outside") && call.form.text("attempt") == id).set("label", call.say(payments::is_benefit(one.provider, call.city) ? "sales.benefit_outside" : "sales.paid_otherwise"))};
}

List other_payments_view(const Call& call, const Page& page) {
  List out;
  for (const auto& one : page.payments) {
    if (one.has_receipt || one.left.value() <= 0) continue;
    const std::string id = std::to_string(one.attempt);
    out.push_back(Object().set("id", id).set("left", base::format_money(one.left, call.lang)).set("outside", outside_view(call, one)).set("why", row_words_view(call, page.problems, {"words_" + id, call.say("sales.reason"), call.form.text("attempt") == id})));
  }
  return out;
}

base::Result<web::Response> refund_form(const Call& call, const Page& page) {
  const web::Problems& problems = page.problems;
  const Payment* sale = sale_of(page.payments);
  List reasons;
  for (const char* reason : kReasons) reasons.push_back(Object().set("value", reason).set("name", call.say(std::string("sales.reason_") + reason)).set("chosen", call.form.has("reason") ? call.form.text("reason") == reason : page.answering && std::string_view(reason) == "withdrawal"));
  Object data;
  const auto of_benefit = [&](const Payment& one) { return one.left.value() > 0 && payments::is_benefit(one.provider, call.city); };
  const auto benefit = std::find_if(page.payments.begin(), page.payments.end(), of_benefit);
  data.set("of_benefit", benefit != page.payments.end()).set("benefit_words", benefit != page.payments.end() ? call.say("sales.benefit_words", {{"way", base::payment_way(benefit->provider, "")}}) : "");
  const bool has_failed = std::any_of(page.payments.begin(), page.payments.end(), [&](const auto& one) { return one.has_failed && one.left.value() > 0 && !of_benefit(one); });
  data.set("has_failed", has_failed).set("no_email", has_failed && page.seen.order.contact.email.empty()).set("outside", sale != nullptr ? outside_view(call, *sale) : List());
  const std::string what = call.form.text("what");
  KK_LET(const auto tickets, tickets_of(call.db, page.seen.order.id, page.seen.lines()));
  List lines = sale != nullptr ? refundable_view(call, page, *sale, tickets) : List();
  data.set("is_used", std::any_of(tickets.begin(), tickets.end(), [](const auto& one) { return one.uses > 0 && !one.refunded; }));
  data.set("number", base::print_code(page.seen.order.number)).set("has_sale", !lines.empty()).set("left", sale != nullptr ? base::format_money(left_of(*sale, page.seen.lines()), call.lang) : "").set("lines", std::move(lines));
  List others = other_payments_view(call, page);
  data.set("has_others", !others.empty()).set("others", std::move(others)).set("reasons", std::move(reasons)).set("sum", call.form.text("sum"));
  const bool came_back = sale != nullptr && call.form.text("attempt") == std::to_string(sale->attempt);
  data.set("why", row_words_view(call, problems, {"words", call.say("sales.reason"), came_back}));
  data.set("what_all", what == "all").set("what_lines", what.empty() || what == "lines").set("what_sum", what == "sum").set("stock_back", call.form.ticked("stock_back"));
  const auto seen = page.seen.lines();
  const auto is_sign_up = [](const orders::Line& line) { return line.product_kind == "activity"; };
  const bool has_sign_ups = std::any_of(seen.begin(), seen.end(), is_sign_up);
  data.set("has_sign_ups", has_sign_ups).set("stock_back_label", call.say(!has_sign_ups ? "sales.stock_back" : std::all_of(seen.begin(), seen.end(), is_sign_up) ? "sales.seats_back" : "sales.stock_and_seats_back"));
  data.set("attempt", sale != nullptr ? std::to_string(sale->attempt) : "").set("key", crypto::random_token()).set("limit_words", call.say("sales.limit_words", {{"sum", base::format_money(Cents(call.city.second_person_above_cents), call.lang)}}));
  // A form that named one which waits no more names it still, and is refused again: nobody takes it for another refund.
  data.set("has_withdrawal", page.answering.has_value()).set("withdrawal", page.answering ? std::to_string(page.answering->withdrawal.id) : withdrawal_typed(call)).set("answers", page.answering ? std::to_string(page.answering->seen) : "").set("withdrawal_words", page.answering ? page.answering->withdrawal.words : "");
  data.set("action", below(in(call.lang, order_paths_of(call.arg)), "hyvitys", "aterbetalning", "refund", call.lang)).set("back_url", in(call.lang, order_paths_of(call.arg)));
  problems.fill(data, call.templates, call.lang, {"what", "sum", "reason", "outside"});
  const Paths at = order_paths_of(call.arg);
  return staff::show(call, {"backoffice/refund", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.refund_title"), {at[0] + "/hyvitys", at[1] + "/aterbetalning", at[2] + "/refund"}}, std::move(data));
}

// What was typed as credits of lines; adds to `problems` what is wrong.
std::vector<Credit> credits_asked(const Call& call, const AskRefund& seen, const Payment& sale, web::Problems& problems) {
  const std::string what = call.form.text("what");
  std::vector<Credit> out;
  if (what == "sum") {
    const auto sum = parse_euros(call.form.text("sum"));
    if (!sum || sum->value() == 0) problems.add("sum", "sum_invalid");
    else out = payments::credits_of_sum(*sum, without_gift_cards(seen.lines()), sale.asked);
    if (sum && sum->value() > 0 && out.empty()) problems.add("sum", "sum_too_much", {{"sum", base::format_money(left_of(sale, without_gift_cards(seen.lines())), call.lang)}});
    return out;
  }
  for (const auto& line : seen.lines()) {
    const int units = left_units(sale, line);
    const Cents left = left_cents(sale, line);
    const auto wanted = what == "all" ? std::optional<std::int64_t>(units) : call.form.number(units_of(line), 0, units);
    if (!wanted) problems.add(units_of(line), "units_invalid", {{"name", line.name}, {"max", std::to_string(units)}});
    const std::string typed = what == "all" || is_gift_card(line) || left.value() == 0 ? std::string() : call.form.text(part_of(line));
    const bool is_asked = what == "all" ? units > 0 || left.value() > 0 : wanted.value_or(0) > 0 || !typed.empty();
    if (!wanted || !is_asked) continue;
    const auto part = typed.empty() ? std::nullopt : parse_euros(typed);
    if (!typed.empty() && (!part || part->value() == 0)) problems.add(part_of(line), "sum_invalid");
    else if (part && *part > left) problems.add(part_of(line), "sum_too_much", {{"sum", base::format_money(left, call.lang)}});
    // What was kept of one unit is not paid back with another.
    const int back = static_cast<int>(*wanted);
    const Cents cents = is_gift_card(line) ? cents_of_cards(sale, line, back) : part ? *part : what == "all" ? left : std::min(left, line.unit_price * back);
    out.push_back({line.line_no, back, cents});
  }
  if (problems.empty() && out.empty()) problems.add("what", "refund_nothing");
  return out;
}

std::string key_of(const std::string& typed) { return crypto::as_bytes(crypto::sha256("refund\n" + typed)).substr(0, 16); }

// The withdrawal that the form or its address names, if it waits for an answer.
base::Result<std::optional<Answering>> answering_of(const Call& call, const AskRefund& seen) {
  const auto id = web::Form::from_pairs({{"w", withdrawal_typed(call)}}).number("w", 1, INT64_MAX);
  if (!id) return std::optional<Answering>();
  KK_LET(auto found, find_withdrawal(call.db, *id));
  if (!found || found->order != seen.order.id || found->state != "received") return std::optional<Answering>();
  KK_LET(auto answers, answers_to(call.db, *id));
  const std::int64_t seen_last = call.form.number("answers", 0, INT64_MAX).value_or(answers.last);
  return std::optional(Answering{std::move(*found), std::move(answers), seen_last});
}

// What somebody did meanwhile is told, and what is left now.
base::Result<web::Response> come_back(const Call& call, const AskRefund& seen, const std::optional<Answering>& answering, const char* what) {
  web::Problems problems;
  problems.add("what", what);
  KK_LET(const auto now, payments_of(call.db, seen.order.id));
  return refund_form(call, {seen, now, answering, problems});
}

}  // namespace

base::Result<web::Response> show_refund(Call& call) {
  KK_LET(const auto seen, see<Right::refunds_request>(call));
  KK_LET(const auto payments, payments_of(call.db, seen.order.id));
  KK_LET(const auto answering, answering_of(call, seen));
  web::Problems problems;
  if (!answering && !withdrawal_typed(call).empty()) problems.add("what", "withdrawal_answered");
  return refund_form(call, {seen, payments, answering, problems});
}

base::Result<web::Response> post_refund(Call& call) {
  KK_LET(const auto seen, see<Right::refunds_request>(call));
  KK_LET(const auto all, payments_of(call.db, seen.order.id));
  KK_LET(const auto answering, answering_of(call, seen));
  const auto attempt = call.form.number("attempt", 1, INT64_MAX).value_or(0);
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.attempt == attempt; });
  if (found == all.end()) return fail(ErrorKind::not_found, "no such payment");
  web::Problems problems;
  RefundAsk ask{attempt, call.person().id, call.form.text("reason"), "", found->left, {}, call.form.ticked("stock_back"), call.form.ticked("outside") && may_go_outside(*found, call.city), {}, {}, key_of(call.form.text("key"))};
  if (found->has_receipt) {
    ask.credits = credits_asked(call, seen, *found, problems);
    ask.cents = payments::sum_of(ask.credits);
    if (std::none_of(kReasons.begin(), kReasons.end(), [&](const char* one) { return ask.reason == one; })) problems.add("reason", "reason_choose");
  } else {
    KK_LET(const db::Rows outcome, call.db.query("SELECT outcome FROM payment_attempts WHERE id = ?", attempt));
    ask.reason = outcome.at(0).text(0) == "needs_review" ? "sum_differs" : outcome[0].text(0);
  }
  ask.words = staff_words(call, problems, {found->has_receipt ? "words" : "words_" + std::to_string(attempt), kLongestWhy});
  if (payments::is_benefit(found->provider, call.city) && ask.cents.value() > 0 && !ask.outside) problems.add("outside", "benefit_outside");
  ask.withdrawal = call.form.number("withdrawal", 1, INT64_MAX);
  ask.answers_seen = answering ? answering->seen : 0;
  if (!problems.empty()) return refund_form(call, {seen, all, answering, problems});
  const auto made = call.db.transact([&]() -> base::Result<Asked> {
    KK_LET(const Asked asked, ask_refund(seen, call.db, ask, call.city, call.now));
    if (asked == Asked::approved || asked == Asked::requested)
      KK_TRY(staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "order", call.arg, ask.words, asked == Asked::approved ? "refund approved" : "refund requested"}, call.now));
    return asked;
  });
  if (!made && made.error().kind == ErrorKind::conflict) return come_back(call, seen, answering, "refund_too_much");
  if (!made) return fail(made.error());
  if (*made == Asked::answered) {
    KK_LET(auto waits, answering_of(call, seen));
    if (waits) waits->seen = waits->answers.last;
    return come_back(call, seen, waits, waits ? "withdrawal_answered_in_part" : "withdrawal_answered");
  }
  return web::see_other(in(call.lang, order_paths_of(call.arg)));
}

}  // namespace backoffice
