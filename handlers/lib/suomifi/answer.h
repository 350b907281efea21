// Answers of Suomi.fi Payments: nothing of them is believed before their signature is checked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/suomifi/facts.h"

namespace suomifi {

// An answer as it came over the wire.
struct Answer {
  int status = 0;     // HTTP
  Pairs headers;      // names in any case
  std::string body;   // raw
};

inline constexpr std::size_t kMaxAnswer = 1024 * 1024;  // bytes of a body
inline constexpr std::size_t kMaxHref = 1000;

struct Created {
  std::string transaction_id;  // a uuid, lower case
  std::string href;            // the hosted payment page: https, or http on loopback
};

// The answer to create_request.
// ERRORS: denied: 401, or the signature, account or algorithm is not right; invalid: the service refused the
// request (400, 404, 422); unavailable: 5xx and 429; broken: signed, but not what an answer is; too_large.
// The detail holds the status and the service's request id, never its message, which may repeat a person's data.
base::Result<Created> read_created(const Answer& answer, const Account& account);

// The answer to state_request.
class VerifiedState : public VerifiedFacts {
 private:
  VerifiedState() = default;
  friend base::Result<VerifiedState> read_state(const Answer&, const Account&);
};

// "authorization-hold" (token payments, which we do not make) counts as pending.
// ERRORS: as read_created; not_found: 404.
base::Result<VerifiedState> read_state(const Answer& answer, const Account& account);

// The answer to refund_request. `ok`: the money is on its way; `pending`: a callback tells; `fail`: nothing was done.
struct Refunded {
  std::string transaction_id;  // the refund's own, a uuid, lower case
  PaymentStatus status = PaymentStatus::fail;
};
// ERRORS: as read_created.
base::Result<Refunded> read_refunded(const Answer& answer, const Account& account);

// The answer to settlements_request. Those that are not shaped as one are left out.
struct Settlement {
  std::int64_t id = 0;
  std::string reference;  // of the line on the bank statement; at most 40 plain characters
  base::UtcTime created;
};
// ERRORS: as read_created.
base::Result<std::vector<Settlement>> read_settlements(const Answer& answer, const Account& account);
// The answer to report_request. ERRORS: as read_created.
base::Status read_report_ordered(const Answer& answer, const Account& account);

// The service's own name for the exchange, for the log: at most 60 plain characters.
std::string request_id(const Answer& answer);

// For the journal, of an answer that says nothing of a payment: its status and request id, never its words.
std::string journal_text(const Answer& answer);

}  // namespace suomifi
