// The query of a redirect or callback: believed only as a VerifiedCallback.
#pragma once

#include <tl/expected.hpp>

#include "lib/suomifi/facts.h"

namespace suomifi {

// Why a query was refused, in the order of the checks.
enum class Refusal {
  malformed,        // a checkout- name or the signature twice, in another case, control characters, more than 50 pairs
  wrong_account,    // absent, or not ours
  wrong_algorithm,  // absent, or not the pinned one
  bad_signature,    // absent or not right
  missing,          // signed, but without a parameter that a payment has (a failed refund lacks the transaction id)
  bad_value,        // signed, but a value is not of its shape
};
const char* to_string(Refusal refusal);

class VerifiedCallback : public VerifiedFacts {
 private:
  VerifiedCallback() = default;
  friend tl::expected<VerifiedCallback, Refusal> verify_callback(const Pairs&, const Account&);
};

// `query`: the decoded query parameters, all of them, in any order. Parameters without the prefix checkout- are our
// own or a stranger's and are passed over; further signed checkout- parameters are accepted. The caller still
// matches account, transaction id, stamp, reference and amount with the stored attempt: a valid callback may be
// another order's. Which address was called says nothing: the status does.
[[nodiscard]] tl::expected<VerifiedCallback, Refusal> verify_callback(const Pairs& query, const Account& account);

// What became of a refund, at the address that its request gave. The service names it by the payment's stamp or by its own, and a refund
// that failed its validation has no transaction id.
class VerifiedRefund : public VerifiedFacts {
 public:
  bool has_transaction_id() const { return !transaction_id_.empty(); }

 private:
  VerifiedRefund() = default;
  friend tl::expected<VerifiedRefund, Refusal> verify_refund_callback(const Pairs&, const Account&);
};
[[nodiscard]] tl::expected<VerifiedRefund, Refusal> verify_refund_callback(const Pairs& query, const Account& account);

}  // namespace suomifi
