// What the payment service has said of one payment, with its signature checked. Only verify_callback and
// verify_state make one; whoever moves money takes one of these and nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/money.h"
#include "lib/suomifi/signature.h"

namespace suomifi {

enum class PaymentStatus {
  created,  // "new": nothing done yet; only in the answer to a question
  ok,
  pending,
  delayed,
  fail,
};
const char* to_string(PaymentStatus status);
std::optional<PaymentStatus> parse_status(std::string_view word);

// 8-4-4-4-12 hex digits.
bool is_uuid(std::string_view text);

class VerifiedFacts {
 public:
  const std::string& stamp() const { return stamp_; }                    // ours, 1 to 200 printable ASCII characters
  const std::string& reference() const { return reference_; }            // as for the stamp
  base::Cents amount() const { return amount_; }                         // not negative
  bool is_euro() const { return is_euro_; }
  const std::string& transaction_id() const { return transaction_id_; }  // a uuid, lower case
  PaymentStatus status() const { return status_; }
  const std::string& provider() const { return provider_; }              // at most 60 characters; may be empty
  const std::optional<std::string>& settlement_reference() const { return settlement_reference_; }  // at most 40

 protected:
  VerifiedFacts() = default;
  std::string stamp_, reference_, transaction_id_, provider_;
  base::Cents amount_;
  bool is_euro_ = true;
  PaymentStatus status_ = PaymentStatus::created;
  std::optional<std::string> settlement_reference_;
};

// For the journal: the checkout- pairs as they came, "name=value" a line, sorted; without the signature (which
// with the rest proves a payment) and all else. Control and non-ASCII bytes are shown as _ and all is cut
// to 1,500 bytes, so that also what was refused can be written down.
std::string journal_text(const Pairs& received);

}  // namespace suomifi
