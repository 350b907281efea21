// Activities and their sessions: the SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

struct SessionRow {
  struct Activity {
    std::int64_t product = 0;
    std::string name, slug;
    staff::Place place;
    std::string state;  // draft, published, closed
  };
  Activity activity;
  std::int64_t variant = 0;
  std::string name, place, state;  // open, closed, cancelled
  base::UtcTime starts, ends, signup_from, signup_until;
  int seats = 0, free = 0, minimum = 0;
};
// Those not over yet, by activity and time; of every unit. Of those that are no longer offered only where somebody has signed up.
base::Result<std::vector<SessionRow>> find_sessions(db::Connection& db, base::Lang lang, base::UtcTime now);
base::Result<std::optional<SessionRow>> find_session(db::Connection& db, base::Lang lang, std::int64_t variant);

// Within a transaction. ERRORS: conflict: it isn't in the state `from` any more.
base::Status set_sign_up(const staff::Permission<staff::Right::activities_edit>& may, db::Connection& db, const SessionRow& session, const char* from, const char* to, base::UtcTime now);

}  // namespace backoffice
