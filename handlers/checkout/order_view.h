// What an order's page says of it: derived from the order, its payment attempts and what was asked since.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/db/db.h"
#include "lib/gift_cards/gift_card.h"
#include "lib/orders/order.h"
#include "lib/tickets/ticket.h"
#include "lib/view/view.h"
#include "lib/web/form.h"
#include "lib/web/response.h"

namespace checkout {

// A gift card of the order: its code is shown here and nowhere else.
struct CardFacts {
  std::string code;
  gift_cards::Card card;
};

struct OrderFacts {
  orders::Order order;
  std::vector<tickets::Ticket> tickets;  // without what is the product's: the name is the line's
  std::vector<CardFacts> cards;
  bool tried_to_pay = false;     // the last attempt has ended without money
  bool payment_pending = false;  // the service says: not yet (pending, delayed)
  bool payment_unknown = false;  // no word after a time-out
  bool needs_review = false, overpaid = false;  // and what it brought is not paid back
  bool extra_paid_back = false;  // what was overpaid is
  bool late_paid_back = false;   // what came too late is
  bool benefit_refused = false;  // what needs a review, and is not paid back, came by an employee benefit that may not pay this order
  bool too_many_tries = false;   // payments begins no other attempt
  bool cancel_asked = false;     // and the sweep has not looked yet
  bool cancel_answered = false;  // it has: an order still pending had a payment under way then, and its hold ends by itself
  int withdrawals = 0;
  base::Cents refunded;          // with credit receipts
  std::map<int, int> came_back;  // units, by number of line
  std::string receipt_number, reference_words;
  std::optional<base::UtcTime> withdraw_until;  // the midnight that ends it
  bool only_fees = false;                       // all lines are statutory fees
  bool withdraw_goods = false;                  // whose days begin when they are received
  // Derived:
  bool can_pay = false, can_cancel = false, can_withdraw = false;
  bool tickets_let_in = false;   // one of them, today or later; or they are not made yet
  bool cards_pay = false;        // one of its gift cards
  bool under_way = false;        // changes by itself within seconds: the page looks again
};

// ERRORS: not_found.
base::Result<OrderFacts> load_facts(db::Connection& db, const std::string& token, base::UtcTime now);

struct Headline {
  std::string key;  // text order.<key>_title and order.<key>_words
  std::string css;  // state-success, state-warning, state-alert or empty
};
Headline headline_of(const OrderFacts& facts);
std::vector<std::string> next_steps(const OrderFacts& facts);

// The midnight that ends the 14 days: after the 14th day in Finland after the contract, or the next working day; for goods the days begin when they
// are received, which the shop does not see, so the order's page leaves them 60 days and staff look (KSL 6:14).
std::optional<base::UtcTime> withdrawal_deadline(const orders::Order& order);

enum class Tail { cancel, withdraw, accept };
std::string order_tail(base::Lang lang, const std::string& token, Tail tail);

// What a buyer agrees to on the page of an order that staff made for them.
struct Acceptance {
  bool terms = false, age = false;
  std::set<int> begin_now;  // numbers of lines
  web::Problems problems;
};
struct Call;
// The order's page, with this form where it still asks.
base::Result<web::Response> order_page(Call& call, const OrderFacts& facts, const Acceptance& form);
// `to_accept`, and what the form wants (partials/before_button.html, partials/begins.html).
base::Status ask_to_accept(Call& call, const OrderFacts& facts, const Acceptance& form, view::Object& data);

}  // namespace checkout
