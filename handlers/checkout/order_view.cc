#include "checkout/order_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/base/finnish.h"
#include "lib/base/workday.h"
#include "lib/orders/order_store.h"

namespace checkout {

using base::Lang;
using orders::State;

namespace {

constexpr int kServiceDays = 14;
constexpr int kGoodsDays = 60;  // up to 30 until they are delivered or collected, the 14, and some to spare

// Midnight after the last day of a limit of `days` from the day after `start`.
base::UtcTime end_of_limit(base::UtcTime start, int days) {
  const auto last = base::next_working_day(std::chrono::sys_days{base::helsinki_day(start)} + std::chrono::days{days});
  return base::helsinki_to_utc(std::chrono::year_month_day{last + std::chrono::days{1}}, std::chrono::minutes{0});
}

void add_attempts(const db::Rows& rows, OrderFacts& facts) {
  facts.too_many_tries = rows.size() >= orders::kMaxAttempts;
  for (const auto& row : rows) {
    const std::string &state = row.text(0), &outcome = row.text(1);
    const bool paid_back = row.boolean(2);
    facts.needs_review |= !paid_back && (outcome == "needs_review" || outcome == "benefit_refused");
    facts.benefit_refused |= !paid_back && outcome == "benefit_refused";
    facts.overpaid |= !paid_back && outcome == "overpaid";
    facts.extra_paid_back |= paid_back && outcome == "overpaid";
    facts.late_paid_back |= paid_back && outcome == "no_stock";
    facts.payment_pending |= state == "pending";
    facts.payment_unknown = state == "unknown";  // the last attempt's
    facts.tried_to_pay = state == "fail" || state == "refused" || state == "unknown";  // the same
  }
}

tickets::Ticket read_ticket(const db::Row& row, const orders::Order& order) {
  tickets::Ticket out;
  const auto line = std::find_if(order.lines.begin(), order.lines.end(), [&](const auto& l) { return l.line_no == row.integer(0); });
  if (line != order.lines.end()) out.name = line->name;
  out.code = row.text(1);
  out.holder = row.text(2);
  out.from = row.time(3);
  out.until = row.time(4);
  if (!row.is_null(5)) out.uses_max = static_cast<int>(row.integer(5));
  out.uses = static_cast<int>(row.integer(6));
  out.refunded = row.boolean(7);
  out.called_off = row.time(8);
  if (const auto at = row.time(9)) out.last_use = tickets::Use{*at, ""};
  return out;
}

bool came_back(const OrderFacts& facts, const orders::Line& line) {
  const auto units = facts.came_back.find(line.line_no);
  return units != facts.came_back.end() && units->second >= line.quantity;
}

void derive(OrderFacts& facts, base::UtcTime now) {
  const bool pending = facts.order.state == State::pending;
  const bool by_cards = orders::waits_for_cards_only(facts.order);  // payments is about to settle it
  facts.can_pay = pending && !by_cards && !facts.too_many_tries && !facts.cancel_asked && !facts.payment_pending && !facts.needs_review && now < facts.order.hold_until;
  facts.can_cancel = pending && !facts.cancel_asked && !facts.cancel_answered && !facts.payment_pending && !facts.needs_review;
  facts.withdraw_until = withdrawal_deadline(facts.order);
  facts.only_fees = std::all_of(facts.order.lines.begin(), facts.order.lines.end(), [](const auto& line) {
    return line.withdrawal == orders::Withdrawal::none_statutory;
  });
  facts.withdraw_goods = std::any_of(facts.order.lines.begin(), facts.order.lines.end(), [](const auto& line) {
    return line.withdrawal == orders::Withdrawal::goods_14d;
  });
  const bool contract_stands = facts.order.state == State::paid || facts.order.state == State::confirmed;
  facts.can_withdraw = contract_stands && facts.withdraw_until && now < *facts.withdraw_until;
  facts.tickets_let_in = facts.tickets.empty() || std::any_of(facts.tickets.begin(), facts.tickets.end(), [&](const auto& one) { return tickets::lets_in_yet(one, now); });
  facts.cards_pay = std::any_of(facts.cards.begin(), facts.cards.end(), [&](const auto& one) { return gift_cards::verdict_of(one.card, now) == gift_cards::Verdict::valid; });
  const bool not_fulfilled = facts.order.state == State::confirmed && !facts.order.fulfilled;
  facts.under_way = (pending && facts.cancel_asked) || by_cards || not_fulfilled;
}

}  // namespace

base::Result<OrderFacts> load_facts(db::Connection& db, const std::string& token, base::UtcTime now) {
  OrderFacts out;
  const orders::Along along{
      ", (SELECT done_utc IS NOT NULL FROM cancel_requests WHERE order_id = o.id), (SELECT COUNT(*) FROM withdrawals WHERE order_id = o.id), "
      "(SELECT CONCAT(year, '-', LPAD(no, GREATEST(6, LENGTH(no)), '0')) FROM receipts WHERE order_id = o.id AND refund_id IS NULL), "
      "(SELECT -SUM(total_cents) FROM receipts WHERE order_id = o.id AND refund_id IS NOT NULL)",
      // Of a benefit the sum was right: what else needs a review of the same order has another one.
      {std::string("SELECT a.state, IF(a.outcome = 'needs_review' AND a.received_cents = a.amount_cents AND EXISTS (SELECT 1 FROM order_events e WHERE e.order_id = a.order_id AND e.event = 'benefit_not_allowed'), 'benefit_refused', a.outcome), ") +
           "a.outcome IN ('needs_review', 'overpaid', 'no_stock') AND " + orders::kIsPaidBack + " FROM payment_attempts a WHERE a.order_id = @order_id ORDER BY a.id",
       "SELECT t.line_no, t.code, t.holder_name, t.valid_from_utc, t.valid_until_utc, t.uses_max, t.uses, t.refund_id IS NOT NULL, (SELECT c.called_off_utc FROM called_off_times c WHERE c.variant_id = t.variant_id), "
       "(SELECT MAX(u.used_utc) FROM ticket_uses u WHERE u.ticket_id = t.id AND u.no IS NOT NULL AND u.undone_utc IS NULL) FROM tickets t WHERE t.order_id = @order_id ORDER BY t.line_no, t.unit_no",
       "SELECT c.code, g.original_cents, g.balance_cents, g.valid_until_utc, g.voided_utc FROM gift_card_codes c JOIN gift_cards g ON g.id = c.card_id WHERE c.order_id = @order_id ORDER BY c.card_id",
       "SELECT x.line_no, x.quantity FROM payment_attempts a JOIN refunds f ON f.attempt_id = a.id AND f.state = 'ok' JOIN refund_request_lines x ON x.request_id = f.request_id WHERE a.order_id = @order_id"}};
  KK_LET(auto found, orders::load_with(db, token, orders::Lock::none, along));
  out.order = std::move(found.order);
  const std::size_t extra = orders::kOrderColumnCount;
  if (!found.row.is_null(extra)) (found.row.boolean(extra) ? out.cancel_answered : out.cancel_asked) = true;
  out.withdrawals = static_cast<int>(found.row.integer(extra + 1));
  out.receipt_number = found.row.text(extra + 2);
  out.refunded = found.row.cents(extra + 3);
  add_attempts(found.selects[0], out);
  for (const auto& row : found.selects[1]) out.tickets.push_back(read_ticket(row, out.order));
  for (const auto& row : found.selects[2]) {
    gift_cards::Card card;
    card.original = row.cents(1);
    card.balance = row.cents(2);
    card.valid_until = row.time(3).value_or(now);
    card.voided = row.time(4);
    out.cards.push_back({row.text(0), std::move(card)});
  }
  for (const auto& row : found.selects[3]) out.came_back[static_cast<int>(row.integer(0))] += static_cast<int>(row.integer(1));
  out.reference_words = base::print_reference(out.order.reference);
  derive(out, now);
  return out;
}

Headline headline_of(const OrderFacts& facts) {
  const char* const review = facts.benefit_refused ? "benefit_refused" : "needs_review";
  switch (facts.order.state) {
    case State::paid: return {facts.overpaid ? "overpaid" : facts.extra_paid_back ? "overpaid_back" : "paid", "state-success"};
    case State::confirmed: return {"confirmed", "state-success"};
    case State::paid_no_stock: return facts.late_paid_back ? Headline{"paid_no_stock_back", ""} : Headline{"paid_no_stock", "state-warning"};
    case State::cancelled: return {facts.needs_review ? review : "cancelled", ""};
    case State::expired: return {facts.needs_review ? review : facts.payment_pending ? "payment_pending" : "expired", "state-warning"};
    case State::pending: break;
  }
  if (facts.needs_review) return {review, "state-warning"};
  if (facts.payment_pending) return {"payment_pending", "state-warning"};
  if (facts.cancel_asked) return {"cancelling", ""};
  if (facts.too_many_tries) return {"too_many_tries", "state-alert"};
  if (facts.payment_unknown) return {"payment_unknown", "state-warning"};
  if (facts.tried_to_pay) return {"payment_failed", "state-alert"};
  return {facts.order.agreed ? "pending" : facts.order.to_pay() > base::Cents(0) ? "to_accept" : "to_agree", "state-warning"};
}

std::vector<std::string> next_steps(const OrderFacts& facts) {
  std::vector<std::string> out;
  switch (facts.order.state) {
    case State::pending:
      if (facts.can_pay) {
        if (facts.order.to_pay() > base::Cents(0)) out = {facts.order.agreed ? "next_pay" : "next_accept", "next_payee", "next_hold"};
        else out = {"next_agree", "next_hold_agree"};
      }
      else if (facts.payment_pending) out = {"next_wait_payment", "next_no_second"};
      else if (facts.needs_review) out = {"next_review"};
      else if (facts.too_many_tries) out = {"next_contact", "next_cancel"};
      return out;
    case State::paid:
    case State::confirmed: {
      std::vector<orders::Line> stand;  // what did not come back
      std::copy_if(facts.order.lines.begin(), facts.order.lines.end(), std::back_inserter(stand), [&](const auto& line) { return !line.is_delivery && !came_back(facts, line); });
      const auto sends = [&](const char* kind) { return std::any_of(stand.begin(), stand.end(), [&](const auto& line) { return line.product_kind != "gift_card" && line.delivery_kind == kind; }); };
      if (!stand.empty()) out.push_back("next_mail");
      if (sends("email") && facts.tickets_let_in) out.push_back("next_tickets");
      if (facts.cards_pay) out.push_back("next_gift_cards");
      if (sends("collect")) out.push_back("next_collect");
      if (sends("post")) out.push_back("next_post");
      if (facts.overpaid) out.push_back("next_overpaid");
      return out;
    }
    case State::paid_no_stock: return {facts.late_paid_back ? "next_order_again" : "next_no_stock"};
    case State::cancelled:
    case State::expired:
      if (facts.needs_review) return {"next_review"};
      if (facts.payment_pending) return {"next_wait_payment", "next_no_second"};
      return {"next_order_again", "next_late_payment"};
  }
  return out;
}

std::optional<base::UtcTime> withdrawal_deadline(const orders::Order& order) {
  std::optional<base::UtcTime> out;
  const auto start = order.settled.value_or(order.created);
  for (const auto& line : order.lines) {
    if (!orders::can_be_withdrawn(line)) continue;
    const bool goods = line.withdrawal == orders::Withdrawal::goods_14d;
    const auto until = end_of_limit(start, goods ? kGoodsDays : kServiceDays);
    if (!out || *out < until) out = until;
  }
  return out;
}

std::string order_tail(Lang lang, const std::string& token, Tail tail) {
  constexpr std::array<std::array<const char*, 3>, 3> kTails = {{{"/peru", "/annullera", "/cancel"}, {"/peruuta", "/frantrad", "/withdraw"}, {"/hyvaksy", "/godkann", "/accept"}}};
  return orders::order_path(lang, token) + kTails[static_cast<std::size_t>(tail)][base::index(lang)];
}

}  // namespace checkout
