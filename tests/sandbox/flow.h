#pragma once
// One payment from a choice on the page (or an order of the control interface) to its words to the shop.
#include <functional>
#include <string>
#include <vector>

#include "api.h"

namespace sandbox {

struct Outcome {
  std::string status;    // ok, fail, pending, delayed
  std::string provider;  // may be empty when cancelled before choosing
  bool callback = true;
  bool redirect = true;
};

struct Told {
  std::string redirect_url;           // empty when no redirect was wanted
  std::vector<std::uint64_t> events;  // of the callback
};

// Whether the payment page may still move the payment: new, pending and delayed ones.
bool open(const Payment& payment);

// Sets the payment's state, unless it is final already, then tells the shop as the rules say. `order` goes over the
// rules. A payment in a final state keeps it: the redirect then tells that state, and nobody is called again.
// `told` is called once: at once, or (order "callback-first", or `wait`) after the callback's first attempt.
void settle(World& world, Payment& payment, const Outcome& outcome, const Json& order, bool wait, std::function<void(Told)> told);

}  // namespace sandbox
