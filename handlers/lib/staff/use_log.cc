#include "lib/staff/use_log.h"

namespace staff {

namespace {

const char* to_string(Use use) {
  switch (use) {
    case Use::view: return "view";
    case Use::search: return "search";
    case Use::open: return "open";
    case Use::play: return "play";
    case Use::export_: return "export";
    case Use::change: return "change";
    case Use::delete_: return "delete";
    case Use::grant: return "grant";
    case Use::login: return "login";
    case Use::refused: return "refused";
  }
  return "view";
}

}  // namespace

base::Status log_use(db::Connection& db, const UseEntry& entry, base::UtcTime now) {
  return db.write("CALL append_use_log(?, ?, ?, ?, ?, ?, ?, ?)", now, entry.staff_id, entry.address.substr(0, 45), to_string(entry.what), entry.object_kind,
                  entry.object_id, entry.why, entry.result);
}

}  // namespace staff
