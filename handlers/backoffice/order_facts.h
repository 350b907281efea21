// What the back office's page of one order says of it beside the order itself, and the small acts of that page.
#pragma once

#include <optional>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

#include "backoffice/order_access.h"

namespace backoffice {

using SeenOrder = Seen<staff::Right::orders_view>;
using DeliverOrder = Seen<staff::Right::orders_deliver>;

struct PaymentFact {  // an attempt
  std::int64_t id = 0;
  std::string state, outcome, provider, transaction_id, receipt;
  base::Cents received, cards;  // at the payment service; by gift cards
  base::UtcTime created;
  bool is_asked_again = false;  // the service is to be asked once more about one that it told nothing of
};
struct RefundFact {   // a request and what became of it
  std::int64_t request = 0, refund = 0;
  std::string request_state, reason, words, decided_words, state, verdict, case_code, receipt, asked_by, decided_by;
  base::Cents cents, to_cards;  // of cents: back to gift cards
  base::UtcTime asked;
  bool is_of_late = false;      // of what was paid too late, or of no payment yet: not of one too many
};
struct DeliveryFact {
  std::string unit, code, kind, name, state, by;
  base::UtcTime changed;
};
struct MailFact {
  std::int64_t id = 0;
  std::string kind, state, to, case_code;  // case_code: of its alert
  bool has_alert = false;                  // somebody is asked to see to it
  base::UtcTime created;
};
struct NoteFact {
  std::int64_t id = 0;
  std::string by, words;
  base::UtcTime at;
};
struct EventFact {
  std::string event, detail;
  base::UtcTime at;
};
struct OrderFacts {
  std::vector<PaymentFact> payments;
  std::vector<RefundFact> refunds;
  std::vector<DeliveryFact> deliveries;
  std::vector<MailFact> mails;
  std::vector<NoteFact> notes;         // the newest, or those before one
  bool older_notes = false;
  std::vector<EventFact> events;
  std::vector<std::string> decisions;  // that payments has not done yet, or whose answer is not there
  bool cancel_asked = false;
  std::string made_by, channel;        // of an order that staff made; else empty
  int withdrawals = 0;
  bool undecided = false;              // paid too late, and nobody has decided: neither a refund nor a decision is there
  bool may_deliver = false;            // it can be delivered all the same: none of it is a time that isn't held
};
base::Result<OrderFacts> facts_of(const SeenOrder& seen, db::Connection& db, std::int64_t notes_before = 0);

// All of these: within a transaction. False: it was done before (the same form twice, a COMMIT whose answer was lost), and nothing is done now.

struct NewNote {
  std::int64_t staff = 0;
  std::string words, key;  // key: of the form
};
base::Result<bool> add_note(const SeenOrder& seen, db::Connection& db, const NewNote& note, base::UtcTime now);
struct SendAgain {
  std::int64_t mail = 0, staff = 0;
  std::string key;  // of the form
  std::string to;   // another address, of a mail that did not arrive; the order's own stays as it is. Empty: where it went before
};
// The same mail once more, as a mail of its own; what asked for somebody to see to it is dealt with.
// ERRORS: not_found: not a mail of the order; denied: another address, and it may have none; conflict: that address has had too many.
base::Result<bool> send_again(const DeliverOrder& seen, db::Connection& db, const SendAgain& again, base::UtcTime now);
// Whether a mail that did not arrive may go to another address: it tells of all lines, and leads to a page that may show codes of gift cards.
base::Result<bool> may_redirect(const DeliverOrder& seen, db::Connection& db);
// An unpaid order: payments --sweep cancels it.
base::Result<bool> ask_to_cancel(const DeliverOrder& seen, db::Connection& db, base::UtcTime now);

// Units of a line of goods that are to be handed out: what is paid back, or is being, is not. `l` is the line.
inline constexpr const char* kUnitsLeft =
    "CAST(l.quantity AS SIGNED) - (SELECT CAST(COALESCE(SUM(x.quantity), 0) AS SIGNED) FROM refund_request_lines x JOIN refund_requests q ON q.id = x.request_id AND q.state IN ('approved', 'taken') "
    "LEFT JOIN refunds f ON f.request_id = q.id WHERE q.order_id = l.order_id AND x.line_no = l.line_no AND (f.state IS NULL OR f.state <> 'failed'))";
// Of one's scope, with the quantity that is left; those of which nothing is are not there.
base::Result<std::vector<orders::Line>> goods_left(const DeliverOrder& seen, db::Connection& db);

// Whether the customer's page may be shown to staff: not once it shows the codes of gift cards, which are money, be they bought or given back instead of others.
base::Result<bool> may_link(db::Connection& db, const orders::Order& order);
// Whether it will: whoever sees its link before it is paid sees the codes after. Each look is a use of its own (order_link_page), and the order's journal tells it.
bool orders_gift_cards(const orders::Order& order);
inline constexpr const char* kLinkSeen = "customer's link";  // of the use log

struct Handing {
  std::string unit, code, to;  // to: waiting, ready, delivered
  std::int64_t staff = 0;
};
bool is_in_parcel(const orders::Line& line, const std::string& unit, const std::string& code);
// The same in SQL: a line `l`, of the delivery `d`.
inline const std::string kInParcel = "l.order_id = d.order_id AND l.unit_code = d.unit_code AND l.delivery_code = d.delivery_code AND l.product_kind = 'goods'";
// The condition on deliveries `d` that one may hand out, and of which something is left to. A parcel goes out as a whole: by somebody whose all of it is.
std::string parcels_within(const Reach& reach, std::vector<db::Param>& params);
// A mail to whoever ordered, `more` beside what each mail about an order holds. Without their address: none.
base::Status tell_buyer(db::Connection& db, const orders::Order& order, const char* kind, const std::string& public_url, const nlohmann::ordered_json& more, base::UtcTime now);
// Moves what is to be handed out, and tells the buyer when it can be collected or was posted. refunded: nothing of it is left to hand out, and nothing is done.
// ERRORS: denied: not all of the parcel is of one's scope.
enum class Handed { now, before, refunded };
base::Result<Handed> hand_out(const DeliverOrder& seen, db::Connection& db, const std::string& public_url, const Handing& handing, base::UtcTime now);

struct Decision {
  std::string kind, words;
  std::int64_t object = 0, staff = 0;
};
// payments --sweep does it; alerts that ask for it are dealt with. ERRORS: conflict: there is nothing of this order to decide; denied: lines of others.
base::Result<bool> decide(const Seen<staff::Right::refunds_request>& seen, db::Connection& db, const Decision& decision, base::UtcTime now);
// ERRORS: not_found: not an alert of this order that is open, or that the same person has dealt with; denied: it is about lines of others.
base::Result<bool> resolve_alert(const Call& call, const Seen<staff::Right::refunds_request>& seen, const Decision& decision);

}  // namespace backoffice
