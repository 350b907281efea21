// Statements of withdrawal that residents made (KSL 6:14 a): found with their clock, tied to an order, answered.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backoffice/alert_store.h"
#include "backoffice/order_access.h"
#include "lib/payments/refund.h"

namespace backoffice {

struct WithdrawalRow {
  std::int64_t id = 0, order = 0;                // order 0: none matched
  std::string case_code, name, order_number, email, words, state;
  base::Lang lang = base::Lang::fi;
  base::UtcTime received;
  std::vector<std::pair<int, int>> lines;        // line and quantity, where the form named them
  bool is_dealt_with = false;                    // what it is about is credited, or there is nothing to credit: it may be closed
};
// The money is back within 14 days of the statement (KSL 6:17 §).
inline constexpr std::chrono::days kRefundWithin{14};

base::Result<std::optional<WithdrawalRow>> find_withdrawal(db::Connection& db, std::int64_t id);
// Those that nobody has answered, of lines of one's scope, the oldest first; without an order for whoever may refund in the whole shop.
base::Result<std::vector<WithdrawalRow>> find_withdrawals(db::Connection& db, const Reach& reach, const Rows& wanted = {});
// How many that would list if it listed all, and when the oldest came.
struct Unanswered {
  int count = 0;
  std::optional<base::UtcTime> oldest;
};
base::Result<Unanswered> count_withdrawals(db::Connection& db, const Reach& reach);

// What requests that stand give back in answer to it, and the last of them.
struct Answers {
  std::vector<payments::Credit> given;
  std::int64_t last = 0;
};
base::Result<Answers> answers_to(db::Connection& db, std::int64_t withdrawal);

// Once a request is agreed to, the withdrawal that it answers is refunded: where its requests give all that it names, or nothing of that is left.
base::Status end_answered(db::Connection& db, std::int64_t request, const Dealt& by);

struct No {
  std::int64_t staff = 0;
  std::string words;
};
// All within a transaction.
// An order that staff found for one that named none of ours. before: it is tied to that order already.
enum class Tied { now, before, no_order };
base::Result<Tied> tie(const staff::Permission<staff::Right::refunds_request>& may, db::Connection& db, const WithdrawalRow& withdrawal, const std::string& number, const No& by, base::UtcTime now);
// A reasoned no, by mail. False: the same person said so before. ERRORS: conflict: it is answered otherwise.
base::Result<bool> decline(const staff::Permission<staff::Right::refunds_request>& may, db::Connection& db, const WithdrawalRow& withdrawal, const No& no, base::UtcTime now);
// What is_dealt_with is closed, without a mail. False and ERRORS: as decline's.
base::Result<bool> end_dealt_with(const staff::Permission<staff::Right::refunds_request>& may, db::Connection& db, const WithdrawalRow& withdrawal, const No& by, base::UtcTime now);

}  // namespace backoffice
