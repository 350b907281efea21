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

}  // namespace staff
