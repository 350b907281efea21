#include "lib/staff/session.h"

#include "lib/crypto/crypto.h"

namespace staff {

namespace {

constexpr std::chrono::seconds kSeenEvery{10};  // more often is not written

Session session_of(const db::Row& row, std::size_t first, Person person, base::UtcTime now) {
  return {std::move(person), crypto::to_hex(row.text(first)), row.time(first + 1).value_or(now), row.time(first + 2).value_or(now), row.time(first + 3).value_or(now)};
}

}  // namespace

Person person_of(const db::Row& row) {
  return {row.integer(0), row.text(1), row.text(2), base::parse_lang(row.text(3)).value_or(base::Lang::fi)};
}

std::string hash_of(std::string_view token) { return crypto::as_bytes(crypto::sha256("staff.1 " + std::string(token))); }

base::Result<std::optional<Session>> find_session(db::Connection& db, const std::string& token, base::UtcTime now, std::chrono::minutes idle) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kPersonColumns + ", n.token_hash, n.begun_utc, n.seen_utc, n.factor_utc FROM staff_sessions n "
                                       "JOIN staff s ON s.id = n.staff_id "
                                       "WHERE n.token_hash = ? AND n.seen_utc > ? AND n.begun_utc > ? AND s.state = 'active'",
                                       hash_of(token), now - idle, now - kWhole));
  if (rows.empty()) return std::optional<Session>();
  Session out = session_of(rows[0], kPersonCount, person_of(rows[0]), now);
  if (now - out.seen > kSeenEvery) KK_TRY(db.write("UPDATE staff_sessions SET seen_utc = ? WHERE token_hash = ? AND seen_utc < ?", now, hash_of(token), now));
  return std::optional<Session>(std::move(out));
}

base::Result<std::vector<Session>> sessions_of(db::Connection& db, const Person& person, base::UtcTime now, std::chrono::minutes idle) {
  KK_LET(const db::Rows rows, db.query("SELECT token_hash, begun_utc, seen_utc, factor_utc FROM staff_sessions WHERE staff_id = ? AND seen_utc > ? AND begun_utc > ? "
                                       "ORDER BY seen_utc DESC", person.id, now - idle, now - kWhole));
  std::vector<Session> out;
  for (const auto& row : rows) out.push_back(session_of(row, 0, person, now));
  return out;
}

base::Status end_session(db::Connection& db, const std::string& token) { return db.write("DELETE FROM staff_sessions WHERE token_hash = ?", hash_of(token)); }

base::Status end_session_of(db::Connection& db, std::int64_t staff_id, const std::string& id) {
  return db.write("DELETE FROM staff_sessions WHERE staff_id = ? AND token_hash = ?", staff_id, crypto::from_hex(id).value_or(std::string()));
}

base::Status end_sessions(db::Connection& db, std::int64_t staff_id) { return db.write("DELETE FROM staff_sessions WHERE staff_id = ?", staff_id); }

base::Status end_other_sessions(db::Connection& db, std::int64_t staff_id, const std::string& token) {
  return db.write("DELETE FROM staff_sessions WHERE staff_id = ? AND token_hash <> ?", staff_id, hash_of(token));
}

}  // namespace staff
