#include <nlohmann/json.hpp>

#include "checkout/app.h"
#include "checkout/order_view.h"
#include "checkout/summary.h"
#include "checkout/ticket_state.h"
#include "lib/base/check_code.h"
#include "lib/orders/order_store.h"

namespace checkout {

using base::ErrorKind;
using base::fail;

namespace {

// order.<key>, or a statutory fee's own words for it: a fee is no order. Where the buyer has no e-mail, no words that promise one.
std::string say_of(const Call& call, const OrderFacts& facts, const std::string& key, web::Problems::Values values = {}) {
  const std::string unmailed = "unmailed." + key;
  if (facts.order.contact.email.empty() && call.app.templates.has_text(call.lang, unmailed)) return call.say(unmailed, std::move(values));
  const std::string fee = "fee." + key;
  return call.say(facts.only_fees && call.app.templates.has_text(call.lang, fee) ? fee : "order." + key, std::move(values));
}

// One that lets nobody in any more says why, as its own page does, instead of its code.
view::List ticket_views(const Call& call, const std::vector<tickets::Ticket>& tickets) {
  view::List out;
  for (const auto& ticket : tickets) {
    const bool lets_in = tickets::lets_in_yet(ticket, call.now);
    const auto validity = tickets::validity_of(ticket, call.lang);
    std::string valid = validity.period;
    if (lets_in && valid.empty()) {
      // A pass whose buyer didn't ask to begin at once opens on day 15: said until it does.
      if (ticket.from && *ticket.from > call.now) valid = call.say("order.valid_from", {{"date", validity.from}}) + (ticket.until ? " " : "");
      if (ticket.until) valid += call.say("order.valid_until", {{"date", validity.until}});
    }
    const TicketState state = state_of(call, ticket);
    out.push_back(view::Object()
                      .set("code", base::print_code(ticket.code))
                      .set("url", orders::ticket_path(call.lang, ticket.code))
                      .set("holder", ticket.holder)
                      .set("has_holder", !ticket.holder.empty())
                      .set("valid", valid)
                      .set("has_valid", !valid.empty())
                      .set("lets_in", lets_in)
                      .set("state_title", state.title)
                      .set("state_words", state.words)
                      .set("name", ticket.name));
  }
  return out;
}

view::List card_views(const Call& call, const std::vector<CardFacts>& cards) {
  view::List out;
  for (const auto& [code, card] : cards) {
    const auto verdict = gift_cards::verdict_of(card, call.now);
    out.push_back(view::Object()
                      .set("worth", call.say("order.gift_card_worth", {{"sum", base::format_money(card.original, call.lang)}}))
                      .set("left", call.say("order.gift_card_left", {{"sum", base::format_money(card.balance, call.lang)}}))
                      .set("is_usable", verdict == gift_cards::Verdict::valid)
                      .set("code", base::print_code(code))
                      .set("state", call.say(std::string("order.gift_card_") + gift_cards::to_string(verdict), {{"date", base::format_date(card.valid_until, call.lang)}})));
  }
  return out;
}

// What happens next, as a list of sentences.
view::List next_views(const Call& call, const OrderFacts& facts) {
  view::List out;
  const auto add = [&](const std::string& words) { out.push_back(view::Object().set("words", words)); };
  for (const auto& key : next_steps(facts)) add(say_of(call, facts, key, {{"payee", call.app.city.payee}}));
  return out;
}

std::string withdraw_words(const Call& call, const OrderFacts& facts) {
  if (!facts.withdraw_until) return {};
  if (facts.withdraw_goods) return call.say("order.withdraw_goods");
  const auto last_day = *facts.withdraw_until - std::chrono::milliseconds{1};
  return call.say("order.withdraw_until", {{"date", base::format_date(last_day, call.lang)}});
}

}  // namespace

base::Result<web::Response> show_order(Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no such order");
  KK_LET(const OrderFacts facts, load_facts(call.db, call.arg, call.now));
  return order_page(call, facts, {});
}

base::Result<web::Response> order_page(Call& call, const OrderFacts& facts, const Acceptance& form) {
  const orders::Order& order = facts.order;
  view::Object data;
  const Headline headline = headline_of(facts);
  data.set("state_class", headline.css).set("state_title", say_of(call, facts, headline.key + "_title"));
  data.set("state_words", say_of(call, facts, headline.key + "_words", {{"time", base::format_date_time(order.hold_until, call.lang)},
                                                                       {"sum", base::format_money(order.to_pay().value() > 0 ? order.to_pay() : order.total, call.lang)}}));
  for (const char* key : {"order_number", "placed", "facts", "lines", "cancel_title", "cancel_words", "cancel"}) {
    data.set(std::string("words_") + key, say_of(call, facts, key));
  }
  view::List next = next_views(call, facts);
  data.set("has_next", !next.empty()).set("next", std::move(next));
  data.set("can_pay", facts.can_pay && order.agreed).set("pay_url", orders::payment_path(call.lang, order.token));
  data.set("pay_words", call.say(facts.tried_to_pay ? "order.pay_again" : "order.pay_now", {{"sum", base::format_money(order.to_pay(), call.lang)}}));
  data.set("can_cancel", facts.can_cancel).set("cancel_url", order_tail(call.lang, order.token, Tail::cancel));
  data.set("can_withdraw", facts.can_withdraw).set("withdraw_url", order_tail(call.lang, order.token, Tail::withdraw));
  data.set("withdraw_until", withdraw_words(call, facts));
  data.set("withdrawn", facts.withdrawals > 0);
  data.set("number", order.number).set("placed", base::format_date_time(order.created, call.lang)).set("reference", facts.reference_words);
  const bool is_refunded = facts.refunded > base::Cents(0);
  data.set("is_refunded", is_refunded).set("refunded_words", is_refunded ? call.say("order.refunded_words", {{"sum", base::format_money(facts.refunded, call.lang)}}) : "");
  data.set("has_receipt", !facts.receipt_number.empty()).set("receipt_number", facts.receipt_number).set("receipt_url", orders::receipt_path(call.lang, order.token));
  data.set("has_tickets", !facts.tickets.empty()).set("tickets_let_in", facts.tickets_let_in).set("tickets", ticket_views(call, facts.tickets));
  data.set("has_cards", !facts.cards.empty()).set("cards_pay", facts.cards_pay).set("cards", card_views(call, facts.cards));
  data.merge(order_sums(call, order.lines, order.lang, order.cards));
  KK_TRY(ask_to_accept(call, facts, form, data));
  const std::string cookie = fill_token(call, data);
  const std::array<std::string, 3> paths = {orders::order_path(base::Lang::fi, order.token), orders::order_path(base::Lang::sv, order.token),
                                            orders::order_path(base::Lang::en, order.token)};
  const std::string title = (form.problems.empty() ? "" : call.say("checkout.error_prefix")) + say_of(call, facts, "title", {{"number", order.number}});
  KK_LET(web::Response out, call.frame.page("order/order", call.lang, title, paths, data));
  set_token_cookie(out, cookie);
  if (facts.under_way) out.header("Refresh", "5");
  return out;
}

base::Result<web::Response> post_cancel(Call& call) {
  KK_TRY(own_form(call));
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no such order");
  KK_LET(const db::Rows rows, call.db.query("SELECT id FROM orders WHERE token = ? AND state = 'pending'", call.arg));
  // An order that is pending no more shows itself what it has become.
  if (!rows.empty()) {
    KK_TRY(call.db.execute("INSERT IGNORE INTO cancel_requests (order_id, requested_utc) VALUES (?, ?)", rows[0].integer(0), call.now));
  }
  return web::see_other(orders::order_path(call.lang, call.arg));
}

}  // namespace checkout
