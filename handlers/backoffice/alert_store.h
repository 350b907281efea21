// Alerts to staff that wait for a person (schema/README.md: Alerts to staff), by who may deal with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"

namespace backoffice {

struct AlertRow {
  std::int64_t id = 0, order = 0;  // order: that it is about; 0: none
  std::string kind, case_code;
  base::UtcTime since;
  std::string provider;            // of the payment that it is about
};
// Those of one's duties: about orders of one's scope, and of the whole shop's matters where a right is on the whole shop. The oldest first.
base::Result<std::vector<AlertRow>> find_alerts(const Call& call);

// What it says: of a payment by an employee benefit that may not pay its order, other words than of another sum.
std::string alert_words(const Call& call, const std::string& kind, const std::string& provider);

struct Dealt {
  std::int64_t staff = 0;
  base::UtcTime now;
  std::string words{};
};
// Within a transaction: the open alerts that `which`, a condition with its values, names are dealt with. False: none was open.
base::Result<bool> deal_with(db::Connection& db, const db::Statement& which, const Dealt& by);

// What else waits for somebody today, counted in their scope; nothing where they have no right.
struct Today {
  int deliveries = 0, asked = 0, to_approve = 0, withdrawals = 0, under_way = 0, low = 0, certificates = 0;
  std::optional<base::UtcTime> clock;  // when the oldest withdrawal's 14 days end
};
base::Result<Today> find_today(const Call& call);

}  // namespace backoffice
