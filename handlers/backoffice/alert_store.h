// Alerts to staff that wait for a person (schema/README.md: Alerts to staff), by who may deal with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"
#include "backoffice/paging.h"
#include "lib/payments/stranger.h"

namespace backoffice {

struct AlertRow {
  std::int64_t id = 0, order = 0;  // order: that it is about; 0: none
  std::string kind, case_code;
  base::UtcTime since;
  std::string provider;            // of the payment that it is about
  // What is asked to close it: of money, the right on all lines that it is about, as of what is decided about that money.
  bool may_close = false;
  std::optional<payments::Stranger> stranger;  // of a payment that we don't know
  std::optional<base::UtcTime> dealt;          // and it waits for nobody any more
  std::int64_t dealt_by = 0;
  std::string dealt_words;
  std::int64_t session = 0;        // that it is about; 0: none
  std::string session_name, activity;
  std::optional<base::UtcTime> session_starts;
};
// Those of one's duties: about orders and sessions of one's scope, and of the whole shop's matters where a right is on the whole shop. The oldest first.
base::Result<std::vector<AlertRow>> find_alerts(const Call& call, const Rows& wanted = {});
base::Result<int> count_alerts(const Call& call);
// One of those, open or not; nothing: it is none of one's duties.
base::Result<std::optional<AlertRow>> find_alert(const Call& call, std::int64_t id);
// The open ones about an order's money, whoever may close them. only: this one alone, open or not.
base::Result<std::vector<AlertRow>> alerts_of_order(const Call& call, std::int64_t order, std::int64_t only = 0);
// By the case code that somebody was told, or by the payment service's id of a payment that we don't know: one of those that find_alert knows, or 0.
base::Result<std::int64_t> find_alert_by_code(const Call& call, const std::string& code);

// Orders of one's scope by the reference numbers of words that are nobody's.
struct OrderHint {
  std::int64_t id = 0;
  std::string reference, number;
};
base::Result<std::vector<OrderHint>> find_hints(const Call& call, const std::vector<AlertRow>& alerts);

// What it says: of a payment by an employee benefit that may not pay its order, other words than of another sum.
std::string alert_words(const Call& call, const std::string& kind, const std::string& provider);

// What the service said of a payment that we don't know, for templates/partials/stranger.html.
view::Object stranger_view(const Call& call, const AlertRow& alert);

struct Dealt {
  std::int64_t staff = 0;
  base::UtcTime now;
  std::string words{};
};
// Within a transaction: the open alerts that `which`, a condition with its values, names are dealt with. False: none was open.
base::Result<bool> deal_with(db::Connection& db, const db::Statement& which, const Dealt& by);

// What else waits for somebody today, counted in their scope, all of it however long its page's list is; nothing where they have no right.
struct Today {
  int deliveries = 0, asked = 0, to_approve = 0, withdrawals = 0, under_way = 0, low = 0, certificates = 0, differences = 0, years_over = 0;
  std::optional<base::UtcTime> certificate_ends;  // the host's own, where it ends soon
  bool certificate_unread = false;                // it should be there and can't be read
  std::optional<base::UtcTime> asked_since, to_approve_since;  // of the oldest one
  std::optional<base::UtcTime> clock;  // when the 14 days of the oldest withdrawal end that nobody has answered
  int promised = 0;                    // refunds that answer a withdrawal and are not made yet
  std::optional<base::UtcTime> promise_ends;  // when the first one's 14 days end
};
base::Result<Today> find_today(const Call& call);

}  // namespace backoffice
