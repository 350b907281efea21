#pragma once

#include "lib/db/db.h"
#include "lib/tickets/ticket.h"

namespace tickets {

// Nothing: no such code. REQUIRES: SELECT on tickets, ticket_uses, called_off_times, products, product_texts, variants and price_groups.
base::Result<std::optional<Ticket>> find_ticket(db::Connection& db, base::Lang lang, const std::string& code);

}  // namespace tickets
