// Sessions whose participants the city's people see: whose they are, who holds them, from when to when.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "opener/app.h"

namespace opener {

struct HeldSession {
  std::int64_t variant = 0;
  staff::Place place;                 // unit, categories, product
  std::string activity, name, where, form;
  base::UtcTime starts, ends;
  bool cancelled = false;
  int participants = 0;               // confirmed
  bool mine = false;                  // this person holds it now, or has broken the glass
};
// Those not over for more than a day, of every unit, by time. `mine` is of the person.
base::Result<std::vector<HeldSession>> find_held_sessions(const Call& call);
base::Result<std::optional<HeldSession>> find_held_session(const Call& call, std::int64_t variant);
base::Result<std::vector<base::UtcTime>> meetings_of(db::Connection& db, std::int64_t variant);

// From the setting's days before the first meeting to the end of the last.
bool lists_are_open(const Call& call, const HeldSession& session);

// Whether the person answers for the session's unit: may put people on it, and in an emergency open its lists with a reason.
bool supervises(const Call& call, const HeldSession& session);

}  // namespace opener
