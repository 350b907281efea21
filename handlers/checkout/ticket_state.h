// What a ticket is now, in a word and a sentence: on its own page, and on its order's.
#pragma once

#include <string>

#include "checkout/app.h"
#include "lib/tickets/ticket.h"

namespace checkout {

struct TicketState {
  const char* css;  // state-success, state-warning, state-alert or empty
  std::string title, words;
};
TicketState state_of(const Call& call, const tickets::Ticket& ticket);

}  // namespace checkout
