// Asking for refunds and agreeing to them: what may be asked is counted under the payment's guard row (schema/README.md: Refunds).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"
#include "lib/payments/refund.h"

namespace backoffice {

using AskRefund = Seen<staff::Right::refunds_request>;

struct Payment {  // one that can be paid back
  std::int64_t attempt = 0;
  std::string provider{};
  bool has_receipt = false;                  // else its money waits unallocated, and goes back as a sum
  bool is_late = false;                      // of an order that was paid too late
  bool has_failed = false;                   // a refund of it, at the service: staff may pay it back by other means
  base::Cents received{}, left{};            // left: of what was received less what was asked and did not fail
  std::vector<payments::Credit> asked{};     // by line, of requests that stand
  std::map<int, std::vector<base::Cents>> cards{};  // by line that sold gift cards: what is left of those that are not void, the most first
};
// Whether staff may pay back without the payment service: what a benefit paid, and what the service couldn't pay back.
bool may_go_outside(const Payment& payment, const base::City& city);
// Those that are ok, by age. Of another payment than a sale's: overpaid, no_stock, needs_review.
base::Result<std::vector<Payment>> payments_of(db::Connection& db, std::int64_t order_id);

struct RefundAsk {
  std::int64_t attempt = 0, staff = 0;
  std::string reason, words;
  base::Cents cents;
  std::vector<payments::Credit> credits;     // of a payment with a receipt
  bool stock_back = false, outside = false;  // outside: it goes back without the payment service
  std::optional<std::int64_t> withdrawal{}, asked{};  // that it answers: a withdrawal, a request of a family
  std::string form_key{};                    // 16 bytes; of one that answers a request of a family none: that is asked once
  std::int64_t answers_seen = 0;             // the last answer to the withdrawal that its form knew of
};
// Within a transaction. A request that waits (`asked`) is asked as it stands, with its lines, its sign-up's or as a sum, less what has gone back since, whatever `cents` and `credits` are. What it answers (a withdrawal, an alert) is dealt with once it is agreed to.
// approved: it is to be made; requested: another person must agree first (above the city's sum, all of the payment's refunds together). Nothing is done now: before: it was asked already; answered: somebody has answered the
// withdrawal meanwhile, in part or whole, or has declined the request.
// ERRORS: conflict: more than is left by now; denied: money without a receipt, of an order that is not all of one's scope; outside the service what may not go so.
enum class Asked { approved, requested, before, answered };
base::Result<Asked> ask_refund(const AskRefund& seen, db::Connection& db, const RefundAsk& ask, const base::City& city, base::UtcTime now);

struct Agreement {
  std::int64_t request = 0, staff = 0;
  bool agreed = false;
  std::string words;                         // why not
};
// All within a transaction. False: the same person gave the same answer before, and nothing is done now.
// ERRORS: conflict: it does not wait any more; denied: one's own request, lines of others.
base::Result<bool> agree(const Seen<staff::Right::refunds_approve>& seen, db::Connection& db, const Agreement& agreement, base::UtcTime now);
// Whether nothing is left to go back for a request that waits: its money went back otherwise.
base::Result<bool> has_gone_back(db::Connection& db, std::int64_t order_id, std::int64_t request);
// Such a request is closed without a mail: declined, in no words. ERRORS: conflict also: something is left.
base::Result<bool> close_asked(const AskRefund& seen, db::Connection& db, const Agreement& agreement, base::UtcTime now);
// A family's request that staff say no to: who ordered is told why, since the sign-up's mail promised the money.
base::Result<bool> decline_asked(const AskRefund& seen, db::Connection& db, const Agreement& agreement, const std::string& public_url, base::UtcTime now);

}  // namespace backoffice
