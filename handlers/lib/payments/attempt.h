// The states of a payment attempt and of its order, and what each word from the payment service does to them.
// No I/O. The same table stands in schema/README.md.
#pragma once

#include <optional>
#include <string_view>

#include "lib/orders/order.h"
#include "lib/suomifi/facts.h"

namespace payments {

enum class AttemptState {
  creating,   // stored; the service is being asked
  open,       // "new": the service gave a payment page
  pending,    // the service waits for a bank, hours or days
  ok,         // paid: final
  fail,       // given up or rejected; a late ok still counts
  refused,    // the service did not make it
  unknown,    // no believable answer to the question
  abandoned,  // no word for so long that nobody asks any more
};
const char* to_string(AttemptState state);
std::optional<AttemptState> parse_attempt_state(std::string_view text);

// Where the attempt stands after the service's word. The words have a rank (new < pending < fail < ok) and an attempt
// only rises, so that the order of arrival does not matter: `ok` wins for ever, `fail` never takes it back.
AttemptState after_word(AttemptState state, suomifi::PaymentStatus word);

// What became of the money of an attempt that is ok.
enum class Outcome { none, settled, no_stock, overpaid, needs_review };
const char* to_string(Outcome outcome);

// What the first ok of an attempt means for its order.
enum class OkCase {
  settle,        // the order waited for it
  settle_late,   // its hold is over: paid if the stock can be taken again, else paid_no_stock
  overpaid,      // it was paid already: whatever the sum, all of it goes back
  needs_review,  // the sum differs, or there is no order any more
};
OkCase on_ok(std::optional<orders::State> order, bool sum_is_right);

// True while a resident may be sent to pay.
bool is_payable(orders::State order);

}  // namespace payments
