// One session of an activity: who holds it, who might, who has signed up and who waits. No names: those are sealed.
#pragma once

#include <string>
#include <vector>

#include "backoffice/activity_store.h"
#include "lib/registrations/registration_store.h"

namespace backoffice {

using Edit = staff::Permission<staff::Right::activities_edit>;

struct Holder {
  std::int64_t id = 0;       // of the row
  std::int64_t staff = 0;
  std::string name;
  bool for_an_hour = false;  // has broken the glass
};
base::Result<std::vector<Holder>> find_holders(db::Connection& db, std::int64_t variant, base::UtcTime now);
// The pool: active people who may see the participants of the session's unit, and don't hold this session.
base::Result<std::vector<staff::Person>> find_pool(db::Connection& db, const SessionRow& session, base::UtcTime now);

struct SignUp {
  std::int64_t id = 0;
  std::string number, state, email;
  int seats = 0;
  base::UtcTime created;
  bool offered = false;      // its seats came from the waiting list
  base::Lang lang = base::Lang::fi;
};
// Those that stand or are under way, and offers that nobody took, by time; then who waits, in line.
base::Result<std::vector<SignUp>> find_sign_ups(db::Connection& db, std::int64_t variant);
base::Result<std::vector<SignUp>> find_waiting(db::Connection& db, std::int64_t variant);

// All of these: within a transaction.

// False: they hold it already. ERRORS: denied: not of the pool.
base::Result<bool> give_session(const Edit& may, db::Connection& db, const SessionRow& session, std::int64_t staff, std::int64_t by, base::UtcTime now);
// False: they don't any more.
base::Result<bool> take_session(const Edit& may, db::Connection& db, const SessionRow& session, std::int64_t holder, base::UtcTime now);
// ERRORS: conflict: it doesn't wait any more.
base::Status put_first(const Edit& may, db::Connection& db, const SessionRow& session, std::int64_t registration);

}  // namespace backoffice
