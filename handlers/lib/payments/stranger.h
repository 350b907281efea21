// A payment that the service has signed a word of and that we don't know: no attempt of ours, or not what our attempt says. No I/O.
#pragma once

#include <optional>
#include <string>

#include "lib/base/money.h"

namespace payments {

// What its alert has in place of a row's id: made of its transaction, so that it is told of once, and above any id of a row.
std::int64_t number_of_stranger(const std::string& transaction_id);

// What the word said, as `payment_events.received` has it. Empty: it named none.
struct Stranger {
  std::string transaction_id, stamp, reference, provider;
  std::optional<base::Cents> amount;
};
Stranger parse_stranger(const std::string& received);

}  // namespace payments
