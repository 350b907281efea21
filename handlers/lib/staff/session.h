// Who is here: a person of staff, by the cookie of a session. The cookie has a token of 128 bits, the table its hash.
// A session ends when idle for 15 minutes (by setting), after 8 hours, by its owner, or with the person's account.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/time.h"
#include "lib/db/db.h"

namespace staff {

// OWASP ASVS 5.0, 7.3.1 and 7.3.2: an inactivity time-out (staff.idle_minutes of the city's settings) and an absolute lifetime.
inline constexpr std::chrono::hours kWhole{8};

struct Person {
  std::int64_t id = 0;
  std::string login, name;
  base::Lang lang = base::Lang::fi;
};
// For queries of others: the columns of a person, of `staff s`.
inline constexpr const char* kPersonColumns = "s.id, s.login, s.name, s.lang";
inline constexpr std::size_t kPersonCount = 4;
Person person_of(const db::Row& row);  // REQUIRES: kPersonColumns come first

struct Session {
  Person person;
  std::string id;  // hex of what the table keeps of its token
  base::UtcTime begun, seen;
  base::UtcTime factor;  // when a second factor was last shown
};

std::string hash_of(std::string_view token);  // what a table keeps of a token

// A session that is neither idle for too long nor too old, of a person who is active; and notes that it was seen.
base::Result<std::optional<Session>> find_session(db::Connection& db, const std::string& token, base::UtcTime now, std::chrono::minutes idle);
base::Result<std::vector<Session>> sessions_of(db::Connection& db, const Person& person, base::UtcTime now, std::chrono::minutes idle);

// Within the transaction of what ends it.
base::Status end_session(db::Connection& db, const std::string& token);
// One of this person's, by its id.
base::Status end_session_of(db::Connection& db, std::int64_t staff_id, const std::string& id);
base::Status end_sessions(db::Connection& db, std::int64_t staff_id);
base::Status end_other_sessions(db::Connection& db, std::int64_t staff_id, const std::string& token);

}  // namespace staff
