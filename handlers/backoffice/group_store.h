// Groups and the rights that they have: the SQL. The ready ones are a release's; the city makes, changes and ends its own.
#pragma once

#include <string>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

struct Group {
  std::int64_t id = 0;
  std::string code;
  base::Texts name;
  bool is_ready = true;
  std::vector<std::string> rights;  // by name; some may be of a newer release
  int members = 0;                  // standing
};
// Those in use.
base::Result<std::vector<Group>> find_groups(db::Connection& db);

// --- acts; each within a transaction of the caller's, with its use-log rows ---

using GroupsChange = staff::Permission<staff::Right::groups_change>;
struct GroupWish {
  base::Texts name;
  std::vector<staff::Right> rights;
};
// Returns its code.
base::Result<std::string> add_group(const GroupsChange& may, db::Connection& db, const GroupWish& wish);
struct RightsChanged {
  std::vector<std::string> given, taken;  // by name
};
// What was approved on a register before one more right on it was given counts no more: its responsible person approves anew.
// ERRORS: not_found: no group of the city's own; denied: one's own group; conflict: it has changed since `seen`.
base::Result<RightsChanged> change_group(const GroupsChange& may, db::Connection& db, const std::string& code, const GroupWish& wish, const std::string& seen, std::int64_t by, base::UtcTime now);
// What a page showed of a group, in short, to be compared later.
std::string state_of(const Group& group);
// ERRORS: not_found; conflict: somebody is still in it.
base::Status end_group(const GroupsChange& may, db::Connection& db, const std::string& code, base::UtcTime now);

}  // namespace backoffice
