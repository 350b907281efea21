// Tickets at a door: what one is, its use, taking a use back. A door is a desk with a person, or a gate.
#pragma once

#include <optional>
#include <string>

#include "lib/db/db.h"
#include "lib/staff/rights.h"
#include "lib/tickets/ticket_store.h"

namespace backoffice {

inline constexpr std::chrono::minutes kUndo{10};  // a use is taken back by who wrote it, within this

struct Door {
  db::Connection& db;
  const staff::Rights& rights;  // tickets_check on what the door may let in to
  base::Lang lang;
  base::UtcTime now;
  std::optional<std::int64_t> staff, gate;  // one of them
  std::string address, place;
};

enum class Finding { valid, used, wrong_day, refunded, called_off, other_unit, unknown };
const char* to_string(Finding finding);

struct Answer {
  Finding finding = Finding::unknown;
  std::optional<tickets::Ticket> ticket;  // unless it is unknown, or another unit's
  std::string unit;                       // of another unit's: its name
  std::int64_t use = 0;                   // the use that this was, or had been when it was asked before
  bool repeated = false;                  // asked before: nothing was done now
};

// All of these log what they find and do. `code`: as tickets::code_in gives it, or nothing.

// Changes nothing.
base::Result<Answer> check_ticket(const Door& door, const std::optional<std::string>& code);

struct Asked {
  std::string request;     // the asker's own number for it: asked twice is one use
  base::UtcTime at;        // when somebody was let in
  bool unchecked = false;  // without network: they are in whatever the ticket is, so that is written down too
};
// Uses it, if it is valid: one of however many doors at once. ERRORS: conflict: the request's number was another ticket's.
base::Result<Answer> use_ticket(const Door& door, const std::optional<std::string>& code, const Asked& asked);

// What the ticket is after that. ERRORS: conflict: it isn't this person's, or too old; denied: not in scope any more.
base::Result<Answer> undo_use(const Door& door, std::int64_t use);

}  // namespace backoffice
