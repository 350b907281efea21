// Refunds as the pages list and count them: what waits for whom, what is under way, what failed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"
#include "backoffice/paging.h"

namespace backoffice {

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
base::Result<bool> is_about_own_lines(const Seen<staff::Right::refunds_request>& seen, db::Connection& db, std::int64_t request);

}  // namespace backoffice
