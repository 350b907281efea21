// Asking for refunds and agreeing to them: what may be asked is counted under the payment's guard row (schema/README.md: Refunds).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"
#include "backoffice/paging.h"
#include "lib/payments/refund.h"

namespace backoffice {

using AskRefund = Seen<staff::Right::refunds_request>;

struct Payment {  // one that can be paid back
  std::int64_t attempt = 0;
  std::string provider{};
  bool has_receipt = false;                  // else its money waits unallocated, and goes back as a sum
  bool is_late = false;                      // of an order that was paid too late
  bool has_failed = false;                   // a refund of it, at the service: staff may pay it back by other means
  base::Cents received, left;                // left: of what was received less what was asked and did not fail
  std::vector<payments::Credit> asked;       // by line, of requests that stand
  std::map<int, std::vector<base::Cents>> cards{};  // by line that sold gift cards: what is left of those that are not void, the most first
};
// Whether staff may pay back without the payment service: what a benefit paid, and what the service couldn't pay back.
bool may_go_outside(const Payment& payment, const base::City& city);
// Those that are ok, by age. Of another payment than a sale's: overpaid, no_stock, needs_review.
base::Result<std::vector<Payment>> payments_of(db::Connection& db, std::int64_t order_id);

// Of what was paid for the order's activities, less what was asked back and what its other sign-ups have: no more can be due for this one. Nothing: it was not paid for.
base::Result<std::optional<base::Cents>> left_for_sign_up(db::Connection& db, std::int64_t order_id, std::int64_t registration);

struct RefundAsk {
  std::int64_t attempt = 0, staff = 0;
  std::string reason, words;
  base::Cents cents;
  std::vector<payments::Credit> credits;     // of a payment with a receipt
  bool stock_back = false, outside = false;  // outside: it goes back without the payment service
  std::optional<std::int64_t> withdrawal{}, asked{};  // that it answers: a withdrawal, a request of a family
  std::string form_key{};                    // 16 bytes; of one that answers a request of a family none: that is asked once
};
// Within a transaction. A request of a ticket's time that was called off is asked as it stands, with its lines or as a sum, less what has gone back since, whatever `cents` and `credits` are. What it answers (a withdrawal, an alert) is dealt with once it is agreed to.
// approved: it is to be made; requested: another person must agree first (above the city's sum, all of the payment's refunds together); before: it was asked already, and nothing is done now.
// ERRORS: conflict: more than is left by now; denied: money without a receipt, of an order that is not all of one's scope; outside the service what may not go so.
enum class Asked { approved, requested, before };
base::Result<Asked> ask_refund(const AskRefund& seen, db::Connection& db, const RefundAsk& ask, const base::City& city, base::UtcTime now);

struct RefundRow {
  std::int64_t request = 0, order = 0;
  std::string number, reason, words, asked_by;
  std::int64_t asked_by_id = 0;
  base::Cents cents;
  base::UtcTime asked;
  std::string state;                         // of its refund; empty: there is none yet
  std::string case_code;
  bool outside = false;                      // it goes back without the payment service
  std::string provider;                      // that paid; of a request that names no payment yet: the sale's
  std::optional<base::UtcTime> withdrawn;    // when the withdrawal came that it answers: 14 days from then it is to be made
  std::string second_no;                     // why the second person did not agree, of one that waits again
};
enum class RefundStage { asked, requested, under_way, failed };
// The oldest first.
base::Result<std::vector<RefundRow>> find_refunds(db::Connection& db, const Reach& reach, RefundStage which, const Rows& wanted = {});
struct RefundsWaiting {
  int count = 0;
  std::optional<base::UtcTime> oldest, withdrawn;  // when the oldest was asked for, and when the oldest withdrawal came that one of them answers
};
// All that it would list if it listed all, and of those the ones that a condition on the request `r`, its refund `f` and the withdrawal `k` whose 14 days go on with it holds for.
base::Result<RefundsWaiting> count_refunds(db::Connection& db, const Reach& reach, RefundStage which, const std::string& of_those = "TRUE");

// What requests give back, by request: of each line how much, with its name where it is of one's scope.
struct RefundLine {
  std::string name, detail;
  int quantity = 0;                          // 0: a part of the price only
  base::Cents cents;
  bool is_mine = false;
};
base::Result<std::map<std::int64_t, std::vector<RefundLine>>> lines_of(db::Connection& db, const Reach& reach, const std::vector<RefundRow>& requests);

// A session with several cancelled sign-ups whose money was asked back, or a ticket's time that was called off with several orders, as find_refunds lists them.
struct AskedSession {
  std::int64_t session = 0;                  // the variant
  bool is_ticket = false;
  std::string product, name;                 // name: the session's own, or empty
  base::UtcTime starts;
  int count = 0;
  base::Cents cents;
  std::int64_t last = 0;                     // of its requests: what comes later nobody has seen
};
base::Result<std::vector<AskedSession>> find_asked_sessions(db::Connection& db, const Reach& reach, base::Lang lang);
// The requests of the session up to `last`, the oldest first.
base::Result<std::vector<std::int64_t>> find_asked_of(db::Connection& db, const Reach& reach, std::int64_t session, std::int64_t last);

// A request that find_refunds lists to who sees the order so.
base::Result<bool> is_about_own_lines(const AskRefund& seen, db::Connection& db, std::int64_t request);

struct Agreement {
  std::int64_t request = 0, staff = 0;
  bool agreed = false;
  std::string words;                         // why not
};
// Both within a transaction. False: the same person gave the same answer before, and nothing is done now.
// ERRORS: conflict: it does not wait any more; denied: one's own request, lines of others.
base::Result<bool> agree(const Seen<staff::Right::refunds_approve>& seen, db::Connection& db, const Agreement& agreement, base::UtcTime now);
// A family's request that staff say no to: who ordered is told why, since the sign-up's mail promised the money.
base::Result<bool> decline_asked(const AskRefund& seen, db::Connection& db, const Agreement& agreement, const std::string& public_url, base::UtcTime now);

}  // namespace backoffice
