#include "backoffice/refund_store.h"

#include "backoffice/alert_store.h"
#include "backoffice/order_facts.h"
#include "backoffice/withdrawal_store.h"
#include "lib/payments/asked.h"
#include "lib/payments/benefit.h"
#include "lib/registrations/registration_store.h"

namespace backoffice {

using base::Cents;
using base::ErrorKind;
using base::fail;
using payments::Credit;
using payments::kStanding;

namespace {

const std::string kPayments = "SELECT id, COALESCE(provider, ''), outcome = 'settled', outcome = 'no_stock', received_cents + cards_cents FROM payment_attempts WHERE state = 'ok' AND ";  // what read_payment reads

// With what was asked back of it, counted now.
base::Result<Payment> read_payment(db::Connection& db, const db::Row& row) {
  Payment payment{.attempt = row.integer(0), .provider = row.text(1), .has_receipt = row.boolean(2), .is_late = row.boolean(3), .received = row.cents(4)};
  KK_LET(const auto found, db.query_all({db::statement("SELECT COALESCE(SUM(r.cents), 0) FROM refund_requests r WHERE r.attempt_id = ? AND" + kStanding, payment.attempt),
                                         db::statement("SELECT l.line_no, l.quantity, l.cents FROM refund_request_lines l JOIN refund_requests r ON r.id = l.request_id WHERE r.attempt_id = ? AND" + kStanding, payment.attempt),
                                         db::statement("SELECT g.line_no, g.balance_cents FROM gift_cards g JOIN payment_attempts a ON a.order_id = g.order_id WHERE a.id = ? AND a.outcome = 'settled' AND g.line_no IS NOT NULL AND g.voided_utc IS NULL AND g.balance_cents > 0 "
                                                       "AND NOT EXISTS (SELECT 1 FROM order_gift_cards h WHERE h.card_id = g.id AND h.state = 'held') "
                                                       "ORDER BY g.line_no, g.balance_cents DESC", payment.attempt),
                                         db::statement("SELECT EXISTS (SELECT 1 FROM refunds WHERE attempt_id = ? AND state = 'failed' AND verdict NOT IN ('more_than_left', 'gift_card_spent', 'benefit'))", payment.attempt)}));
  payment.left = payment.received - found[0][0].cents(0);
  payment.has_failed = found[3][0].boolean(0);
  for (const auto& one : found[2]) payment.cards[static_cast<int>(one.integer(0))].push_back(one.cents(1));
  for (const auto& one : found[1]) payment.asked.push_back({static_cast<int>(one.integer(0)), static_cast<int>(one.integer(1)), one.cents(2)});
  return payment;
}

// What a request answers, once it is agreed to: a withdrawal whose lines are all asked back, a family's wish, money that waited for a decision.
base::Status settle_what_it_answers(db::Connection& db, std::int64_t request, const Dealt& by) {
  KK_TRY(end_answered(db, request, by));
  KK_TRY(deal_with(db, db::statement("(kind = 'withdrawal' AND object_id = (SELECT w.id FROM withdrawals w JOIN refund_requests r ON r.withdrawal_id = w.id WHERE r.id = ? AND w.state = 'refunded')) "
                     "OR (kind = 'refund_waits' AND object_id = (SELECT registration_id FROM refund_requests WHERE id = ?)) "
                     "OR (kind IN ('overpaid', 'needs_review') AND object_id = (SELECT attempt_id FROM refund_requests WHERE id = ?)) "
                     "OR (kind = 'paid_no_stock' AND object_id = (SELECT r.order_id FROM refund_requests r JOIN payment_attempts a ON a.id = r.attempt_id AND a.outcome = 'no_stock' WHERE r.id = ?))",
                                     request, request, request, request), by));
  return {};
}

// Its lines are of one's scope; of a request without lines the whole order is.
template <staff::Right R>
base::Result<bool> is_of_scope(const Seen<R>& seen, db::Connection& db, std::int64_t request) {
  KK_LET(const db::Rows lines, db.query("SELECT line_no FROM refund_request_lines WHERE request_id = ?", request));
  if (lines.empty()) return seen.is_whole();
  return std::all_of(lines.begin(), lines.end(), [&](const auto& row) { return seen.mine.contains(static_cast<int>(row.integer(0))); });
}

// Those that a request named itself when it was made.
base::Result<std::vector<Credit>> lines_of_asked(db::Connection& db, std::int64_t request) {
  KK_LET(const db::Rows rows, db.query("SELECT line_no, quantity, cents FROM refund_request_lines WHERE request_id = ? ORDER BY line_no", request));
  std::vector<Credit> out;
  for (const auto& row : rows) out.push_back({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.cents(2)});
  return out;
}

// Of one for money without a receipt: its sum, less what has gone back since.
base::Status take_own_sum(db::Connection& db, const Payment& payment, RefundAsk& ask) {
  KK_LET(const db::Rows rows, db.query("SELECT cents FROM refund_requests WHERE id = ?", *ask.asked));
  ask.credits.clear();
  ask.cents = rows.empty() ? Cents(0) : std::min(rows[0].cents(0), payment.left);
  if (ask.cents <= Cents(0)) return fail(ErrorKind::conflict, "all of it has gone back");
  return db.write("UPDATE refund_requests SET cents = ? WHERE id = ? AND state = 'asked'", ask.cents, *ask.asked);
}

// What is left of a line that a request named. A unit that came back otherwise took its price with it, whatever was kept of that.
Credit left_of_named(const Credit& one, const orders::Line& line, const Payment& payment) {
  const int units = std::clamp(line.quantity - payments::credited_units(payment.asked, one.line_no), 0, one.quantity);
  const Cents left = std::max(Cents(0), line.total() - payments::credited(payment.asked, one.line_no)), beyond_units = std::max(Cents(0), one.cents - line.unit_price * one.quantity);
  return {one.line_no, units, std::min({one.cents, left, line.unit_price * units + beyond_units})};
}

bool is_empty(const Credit& one) { return one.quantity == 0 && one.cents == Cents(0); }

// Of a request that named its lines when it was made: these, less what has gone back of them since. False: it named none.
base::Result<bool> take_own_lines(const AskRefund& seen, db::Connection& db, const Payment& payment, RefundAsk& ask) {
  KK_LET(auto own, lines_of_asked(db, *ask.asked));
  if (own.empty()) return false;
  for (auto& one : own) {
    const auto line = std::find_if(seen.order.lines.begin(), seen.order.lines.end(), [&](const auto& l) { return l.line_no == one.line_no; });
    if (line == seen.order.lines.end()) return fail(ErrorKind::not_found, "no such line");
    const Credit left = left_of_named(one, *line, payment);
    if (left.quantity == one.quantity && left.cents == one.cents) continue;
    one = left;
    if (is_empty(one)) {
      KK_TRY(db.write("DELETE FROM refund_request_lines WHERE request_id = ? AND line_no = ?", *ask.asked, one.line_no));
      continue;
    }
    KK_TRY(db.write("UPDATE refund_request_lines SET quantity = ?, cents = ? WHERE request_id = ? AND line_no = ?", one.quantity, one.cents, *ask.asked, one.line_no));
  }
  own.erase(std::remove_if(own.begin(), own.end(), is_empty), own.end());
  if (own.empty()) return fail(ErrorKind::conflict, "all of it has gone back");
  ask.credits = std::move(own);
  ask.cents = payments::sum_of(ask.credits);
  KK_TRY(db.write("UPDATE refund_requests SET cents = ? WHERE id = ? AND state = 'asked'", ask.cents, *ask.asked));
  return true;
}

// A cancelled sign-up's price comes off the order's lines: of each participant off their own, of the session, group and price; what is left (the sign-up was
// moved, or a part was credited before) off any of the activities, the session's first.
base::Result<std::vector<Credit>> credits_of_sign_up(db::Connection& db, std::int64_t request, const AskRefund& seen, const Payment& sale) {
  KK_LET(const auto found, db.query_all({db::statement("SELECT q.cents, COALESCE(r.variant_id, 0) FROM refund_requests q LEFT JOIN registrations r ON r.id = q.registration_id WHERE q.id = ?", request),
                                         db::statement("SELECT p.price_group, p.unit_cents FROM registration_participants p JOIN refund_requests q ON q.registration_id = p.registration_id WHERE q.id = ? ORDER BY p.no", request)}));
  Cents left = found[0].at(0).cents(0);
  const std::int64_t session = found[0][0].integer(1);
  std::map<int, Credit> out;  // by line
  const auto cents_left = [&](const orders::Line& line) { return line.total() - payments::credited(sale.asked, line.line_no) - out[line.line_no].cents; };
  const auto take = [&](const orders::Line& line, int units, Cents cents) {
    Credit& credit = out[line.line_no];
    credit.quantity += units;
    credit.cents += cents;
    left = left - cents;
  };
  const auto lines = seen.lines();
  for (const auto& row : found[1]) {
    const auto own = std::find_if(lines.begin(), lines.end(), [&](const auto& line) {
      return line.product_kind == "activity" && line.variant_id == session && line.price_group == row.text(0) && line.unit_price == row.cents(1) && line.unit_price <= std::min(left, cents_left(line)) &&
             payments::credited_units(sale.asked, line.line_no) + out[line.line_no].quantity < line.quantity;
    });
    if (own != lines.end()) take(*own, 1, own->unit_price);
  }
  for (const bool of_session : {true, false}) {
    for (const auto& line : lines) {
      if (line.product_kind != "activity" || (line.variant_id == session) != of_session) continue;
      const Cents part = std::min(left, cents_left(line));
      if (part.value() <= 0) continue;
      const int units = part.value() % line.unit_price.value() == 0 ? static_cast<int>(part.value() / line.unit_price.value()) : 0;
      take(line, std::min(units, line.quantity - payments::credited_units(sale.asked, line.line_no) - out[line.line_no].quantity), part);
    }
  }
  std::vector<Credit> credits;
  for (const auto& [line_no, credit] : out) {
    if (credit.quantity > 0 || credit.cents.value() > 0) credits.push_back({line_no, credit.quantity, credit.cents});
  }
  return left.value() == 0 ? credits : std::vector<Credit>();
}

// A request that waits is asked as it stands, less what has gone back since. True: its lines are its own already.
base::Result<bool> take_own(const AskRefund& seen, db::Connection& db, const Payment& payment, RefundAsk& ask) {
  if (!payment.has_receipt) {
    KK_TRY(take_own_sum(db, payment, ask));
    return false;
  }
  KK_LET(const db::Rows of, db.query("SELECT registration_id, cents FROM refund_requests WHERE id = ? AND registration_id IS NOT NULL", *ask.asked));
  if (!of.empty()) {
    KK_LET(const auto sign_up, registrations::load_by_id(db, of[0].integer(0)));
    KK_LET(const Cents left, registrations::left_to_pay_back(db, sign_up));
    if (left == Cents(0)) return fail(ErrorKind::conflict, "nothing is left for the sign-up");
    if (of[0].cents(1) > left) KK_TRY(db.write("UPDATE refund_requests SET cents = ? WHERE id = ? AND state = 'asked'", left, *ask.asked));
  }
  KK_LET(const bool has_own, take_own_lines(seen, db, payment, ask));
  if (has_own) return true;
  KK_LET(ask.credits, credits_of_sign_up(db, *ask.asked, seen, payment));
  ask.cents = payments::sum_of(ask.credits);
  return false;
}

// No line above its price and its units, none of others.
bool fits(const AskRefund& seen, const Payment& payment, const RefundAsk& ask) {
  if (ask.cents > payment.left) return false;
  if (!payment.has_receipt) return ask.credits.empty() && ask.cents > Cents(0);
  if (ask.credits.empty() || payments::sum_of(ask.credits) != ask.cents) return false;
  for (const auto& one : ask.credits) {
    if (!seen.mine.contains(one.line_no)) return false;
  }
  for (const auto& line : seen.lines()) {
    if (payments::credited(payment.asked, line.line_no) + payments::credited(ask.credits, line.line_no) > line.total()) return false;
    if (payments::credited_units(payment.asked, line.line_no) + payments::credited_units(ask.credits, line.line_no) > line.quantity) return false;
  }
  return true;
}

}  // namespace

base::Result<std::vector<Payment>> payments_of(db::Connection& db, std::int64_t order_id) {
  KK_LET(const db::Rows rows, db.query(kPayments + "order_id = ? ORDER BY id", order_id));
  std::vector<Payment> out;
  for (const auto& row : rows) {
    KK_LET(Payment one, read_payment(db, row));
    out.push_back(std::move(one));
  }
  return out;
}

namespace {

// The guard's row first: what is counted afterwards is what stands then.
base::Status guard(db::Connection& db, std::int64_t attempt) {
  KK_LET(const db::Done guarded, db.execute("UPDATE refund_guards SET moves = moves + 1 WHERE attempt_id = ?", attempt));
  if (guarded.affected > 0) return {};
  KK_TRY(db.write("INSERT IGNORE INTO refund_guards (attempt_id, moves) VALUES (?, 0)", attempt));
  return db.run_write_rows(1, db::statement("UPDATE refund_guards SET moves = moves + 1 WHERE attempt_id = ?", attempt));
}

// Holds what it answers, and says whether somebody did before. Nothing: it is to be asked now.
base::Result<std::optional<Asked>> asked_before(const AskRefund& seen, db::Connection& db, const RefundAsk& ask) {
  if (ask.asked) {
    KK_LET(const db::Rows rows, db.query("SELECT state FROM refund_requests WHERE id = ? AND order_id = ? FOR UPDATE", *ask.asked, seen.order.id));
    if (rows.empty()) return fail(ErrorKind::not_found, "no such request");
    if (rows[0].text(0) == "asked") return std::optional<Asked>();
    return std::optional(rows[0].text(0) == "declined" ? Asked::answered : Asked::before);
  }
  db::Rows held;
  if (ask.withdrawal) {
    KK_LET(held, db.query("SELECT state FROM withdrawals WHERE id = ? AND order_id = ? FOR UPDATE", *ask.withdrawal, seen.order.id));
  }
  KK_LET(const db::Rows same, db.query("SELECT 1 FROM refund_requests WHERE form_key = ?", ask.form_key));
  if (!same.empty()) return std::optional(Asked::before);
  if (!ask.withdrawal) return std::optional<Asked>();
  KK_LET(const Answers answers, answers_to(db, *ask.withdrawal));
  return held.empty() || held[0].text(0) != "received" || answers.last > ask.answers_seen ? std::optional(Asked::answered) : std::optional<Asked>();
}

}  // namespace

base::Result<Asked> ask_refund(const AskRefund& seen, db::Connection& db, const RefundAsk& wanted, const base::City& city, base::UtcTime now) {
  KK_TRY(guard(db, wanted.attempt));
  RefundAsk ask = wanted;
  KK_LET(const auto before, asked_before(seen, db, ask));
  if (before) return *before;
  KK_LET(const db::Rows rows, db.query(kPayments + "id = ? AND order_id = ?", ask.attempt, seen.order.id));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such payment");
  KK_LET(const Payment payment, read_payment(db, rows[0]));
  if (!payment.has_receipt && !seen.is_whole()) return fail(ErrorKind::denied, "lines of others");
  bool has_own = false;
  if (ask.asked) {
    KK_LET(has_own, take_own(seen, db, payment, ask));
  }
  if (ask.outside && !may_go_outside(payment, city)) return fail(ErrorKind::denied, "the service can pay it back");
  if (!fits(seen, payment, ask)) return fail(ErrorKind::conflict, "more than is left");
  const bool at_once = payment.received - payment.left + ask.cents <= Cents(city.second_person_above_cents);
  const char* state = at_once ? "approved" : "requested";
  std::optional<std::int64_t> withdrawal = ask.withdrawal;
  if (!withdrawal && ask.reason == "withdrawal" && !ask.credits.empty()) {
    // What failed is asked for again: it answers the same withdrawal still, and that one's 14 days go on.
    std::vector<db::Param> params = {ask.attempt};
    for (const auto& one : ask.credits) params.emplace_back(one.line_no);
    KK_LET(const db::Rows failed, db.run_query("SELECT r.withdrawal_id FROM refund_requests r JOIN refunds f ON f.request_id = r.id AND f.state = 'failed' JOIN refund_request_lines x ON x.request_id = r.id WHERE r.attempt_id = ? AND r.withdrawal_id IS NOT NULL "
                                               "AND x.line_no IN (" + db::question_marks(ask.credits.size()) + ") ORDER BY r.id DESC LIMIT 1", params));
    if (!failed.empty()) withdrawal = failed[0].integer(0);
  }
  std::int64_t id = 0;
  if (ask.asked) {
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE refund_requests SET state = ?, attempt_id = ?, stock_back = ?, outside = ?, requested_by = ?, decided_by = NULL, decided_utc = NULL, decided_words = '' WHERE id = ? AND state = 'asked' AND order_id = ? AND cents = ?",
                                              state, ask.attempt, ask.stock_back, ask.outside, ask.staff, *ask.asked, seen.order.id, ask.cents)));
    id = *ask.asked;
  } else {
    KK_TRY(db.write("INSERT INTO refund_requests (order_id, attempt_id, withdrawal_id, cents, reason, words, stock_back, outside, requested_by, requested_utc, state, form_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", seen.order.id,
                    ask.attempt, withdrawal, ask.cents, ask.reason, ask.words, ask.stock_back, ask.outside, ask.staff, now, state, ask.form_key));
    KK_LET(const db::Rows made, db.query("SELECT LAST_INSERT_ID()"));
    id = made[0].integer(0);
  }
  for (const auto& one : has_own ? std::vector<Credit>() : ask.credits) KK_TRY(db.write("INSERT INTO refund_request_lines (request_id, line_no, quantity, cents) VALUES (?, ?, ?, ?)", id, one.line_no, one.quantity, one.cents));
  if (at_once) KK_TRY(settle_what_it_answers(db, id, {ask.staff, now}));
  return at_once ? Asked::approved : Asked::requested;
}

bool may_go_outside(const Payment& payment, const base::City& city) { return payment.has_failed || payments::is_benefit(payment.provider, city); }

base::Result<bool> agree(const Seen<staff::Right::refunds_approve>& seen, db::Connection& db, const Agreement& agreement, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT requested_by, state, COALESCE(decided_by, 0), reason IN ('family_cancelled', 'session_cancelled') FROM refund_requests WHERE id = ? AND order_id = ? FOR UPDATE", agreement.request, seen.order.id));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such request");
  if (rows[0].integer(0) == agreement.staff) return fail(ErrorKind::denied, "one's own request");
  if (rows[0].text(1) != "requested") {
    const bool was_no = rows[0].text(1) == "declined" || rows[0].text(1) == "asked";
    if (rows[0].integer(2) != agreement.staff || was_no == agreement.agreed) return fail(ErrorKind::conflict, "it does not wait any more");
    return false;
  }
  KK_LET(const bool mine, is_of_scope(seen, db, agreement.request));
  if (!mine) return fail(ErrorKind::denied, "lines of others");
  // What was promised when something was cancelled waits on, with the words, for whoever pays it another way or says no to the buyer.
  if (!agreement.agreed && rows[0].boolean(3)) {
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE refund_requests SET state = 'asked', attempt_id = NULL, outside = FALSE, decided_by = ?, decided_utc = ?, decided_words = ? WHERE id = ? AND state = 'requested'",
                                              agreement.staff, now, agreement.words, agreement.request)));
    return true;
  }
  // A withdrawal that this was to answer waits on for another answer.
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE refund_requests SET state = ?, withdrawal_id = IF(?, withdrawal_id, NULL), decided_by = ?, decided_utc = ?, decided_words = ? WHERE id = ? AND state = 'requested'",
                                            agreement.agreed ? "approved" : "declined", agreement.agreed, agreement.staff, now, agreement.words, agreement.request)));
  if (agreement.agreed) KK_TRY(settle_what_it_answers(db, agreement.request, {agreement.staff, now}));
  return true;
}

namespace {

base::Result<bool> end_asked(const AskRefund& seen, db::Connection& db, const Agreement& agreement, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE refund_requests SET state = 'declined', decided_by = ?, decided_utc = ?, decided_words = ? WHERE id = ? AND order_id = ? AND state = 'asked'", agreement.staff, now, agreement.words,
                                         agreement.request, seen.order.id));
  if (done.affected != 1) {
    KK_LET(const db::Rows same, db.query("SELECT 1 FROM refund_requests WHERE id = ? AND state = 'declined' AND decided_by = ?", agreement.request, agreement.staff));
    if (same.empty()) return fail(ErrorKind::conflict, "it does not wait any more");
    return false;
  }
  KK_TRY(deal_with(db, db::statement("kind = 'refund_waits' AND object_id = (SELECT registration_id FROM refund_requests WHERE id = ?)", agreement.request), {agreement.staff, now}));
  return true;
}

}  // namespace

base::Result<bool> has_gone_back(db::Connection& db, std::int64_t order_id, std::int64_t request) {
  KK_LET(const auto all, payments_of(db, order_id));
  const auto sale = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.has_receipt || one.is_late; });
  if (sale == all.end() || !sale->has_receipt) return sale == all.end() || sale->left <= Cents(0);
  KK_LET(const db::Rows of, db.query("SELECT registration_id FROM refund_requests WHERE id = ? AND registration_id IS NOT NULL", request));
  if (!of.empty()) {
    KK_LET(const auto sign_up, registrations::load_by_id(db, of[0].integer(0)));
    KK_LET(const Cents left, registrations::left_to_pay_back(db, sign_up));
    if (left == Cents(0)) return true;
  }
  KK_LET(const auto own, lines_of_asked(db, request));
  if (own.empty()) return sale->left <= Cents(0);
  KK_LET(const orders::Order order, orders::load_by_id(db, order_id));
  return std::all_of(order.lines.begin(), order.lines.end(), [&](const auto& line) {
    const auto named = std::find_if(own.begin(), own.end(), [&](const auto& one) { return one.line_no == line.line_no; });
    return named == own.end() || is_empty(left_of_named(*named, line, *sale));
  });
}

base::Result<bool> close_asked(const AskRefund& seen, db::Connection& db, const Agreement& agreement, base::UtcTime now) {
  KK_LET(const bool ended, end_asked(seen, db, agreement, now));
  if (!ended) return false;
  KK_LET(const bool gone, has_gone_back(db, seen.order.id, agreement.request));
  if (!gone) return fail(ErrorKind::conflict, "something is left to refund");
  return true;
}

base::Result<bool> decline_asked(const AskRefund& seen, db::Connection& db, const Agreement& agreement, const std::string& public_url, base::UtcTime now) {
  KK_LET(const bool ended, end_asked(seen, db, agreement, now));
  if (!ended) return false;
  KK_LET(const db::Rows asked, db.query("SELECT cents FROM refund_requests WHERE id = ?", agreement.request));
  KK_TRY(tell_buyer(db, seen.order, "refund", public_url, {{"about", "declined"}, {"words", agreement.words}, {"refund_cents", asked.at(0).integer(0)}}, now));
  return true;
}

}  // namespace backoffice
