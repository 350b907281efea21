#include "lib/staff/use_log.h"

#include <chrono>
#include <thread>

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

constexpr std::chrono::seconds kAnchorWait{2};
constexpr std::chrono::milliseconds kAnchorLook{15};

}  // namespace

base::Status log_use(db::Connection& db, const UseEntry& entry, base::UtcTime now) {
  return db.write("CALL append_use_log(?, ?, ?, ?, ?, ?, ?, ?)", now, entry.staff_id, entry.address.substr(0, 45), to_string(entry.what), entry.object_kind,
                  entry.object_id, entry.why, entry.result);
}

base::Result<Announced> announce_use(db::Connection& db, const UseEntry& entry, base::UtcTime now) {
  const auto asked = db.transact([&]() -> base::Result<std::int64_t> {
    KK_TRY(log_use(db, entry, now));
    KK_TRY(db.write("UPDATE use_log_anchor SET asked = asked + 1"));
    KK_LET(const db::Rows rows, db.query("SELECT asked FROM use_log_anchor"));
    return rows.at(0).integer(0);
  });
  if (!asked) return base::fail(asked.error());
  const auto until = std::chrono::steady_clock::now() + kAnchorWait;
  do {
    KK_LET(const db::Rows rows, db.query("SELECT answered >= ? FROM use_log_anchor", *asked));
    if (rows.at(0).boolean(0)) return Announced();
    std::this_thread::sleep_for(kAnchorLook);
  } while (std::chrono::steady_clock::now() < until);
  return base::fail(base::ErrorKind::unavailable, "the use log's head was not anchored in time");
}

}  // namespace staff
