// The use log: what somebody did, in the transaction in which it is done. If the row can't be written, it isn't done.
// Rows are hashed into a chain by the database itself (schema/0007_use_log.sql; schema/README.md: The use log).
#pragma once

#include <optional>
#include <string>

#include "lib/base/time.h"
#include "lib/db/db.h"

namespace staff {

enum class Use { view, search, open, play, export_, change, delete_, grant, login, refused };

struct UseEntry {
  std::optional<std::int64_t> staff_id;  // nothing: nobody who is known
  std::string address;                   // from where
  Use what = Use::view;
  std::string object_kind, object_id;    // ids and pseudonyms only
  std::string why;                       // the purpose, where it is asked
  std::string result;
};

// Locks the newest month's head until the transaction ends: the last thing in it.
base::Status log_use(db::Connection& db, const UseEntry& entry, base::UtcTime now);

// That what somebody is about to do is written down, committed, and known outside the database (the process anchor). Only announce_use makes one.
class Announced {
 private:
  friend base::Result<Announced> announce_use(db::Connection&, const UseEntry&, base::UtcTime);
  Announced() = default;
};
// For sensitive acts, before they are done; outside a transaction. Waits at most two seconds for the anchor's word.
// ERRORS: unavailable: it didn't come, and the act is not to be done.
base::Result<Announced> announce_use(db::Connection& db, const UseEntry& entry, base::UtcTime now);

}  // namespace staff
