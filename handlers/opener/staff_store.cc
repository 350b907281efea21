#include "opener/staff_store.h"

#include "lib/crypto/crypto.h"
#include "opener/use_log.h"

namespace opener {

using base::ErrorKind;
using base::fail;

namespace {

// OWASP ASVS 5.0, 7.3.1 and 7.3.2: an inactivity time-out and an absolute lifetime.
constexpr std::chrono::minutes kIdle{15};
constexpr std::chrono::hours kWhole{8};
constexpr std::chrono::seconds kSeenEvery{10};  // more often is not written

constexpr const char* kPersonColumns = "s.id, s.login, s.name, s.lang";
constexpr std::size_t kPersonCount = 4;

std::string hash_of(const std::string& token) { return crypto::as_bytes(crypto::sha256("staff.1 " + token)); }

Person person_of(const db::Row& row) {
  return {row.integer(0), row.text(1), row.text(2), base::parse_lang(row.text(3)).value_or(base::Lang::fi)};
}

}  // namespace

base::Result<std::optional<Credentials>> find_credentials(db::Connection& db, const std::string& login) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kPersonColumns + ", p.salt, p.verifier, t.secret, t.last_step FROM staff s "
                                       "JOIN staff_passwords p ON p.staff_id = s.id JOIN staff_totp t ON t.staff_id = s.id "
                                       "WHERE s.login = ? AND s.state = 'active'", login));
  if (rows.empty()) return std::optional<Credentials>();
  const db::Row& row = rows[0];
  return std::optional<Credentials>({person_of(row), row.text(kPersonCount), row.text(kPersonCount + 1), row.text(kPersonCount + 2), row.integer(kPersonCount + 3)});
}

base::Result<std::optional<Person>> find_enrolment(db::Connection& db, const std::string& token, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kPersonColumns + " FROM staff_enrolments e JOIN staff s ON s.id = e.staff_id "
                                       "WHERE e.token_hash = ? AND e.used_utc IS NULL AND e.expires_utc > ? AND s.state <> 'disabled'", hash_of(token), now));
  if (rows.empty()) return std::optional<Person>();
  return std::optional<Person>(person_of(rows[0]));
}

base::Status enrol(db::Connection& db, const std::string& token, const NewCredentials& made, base::UtcTime now) {
  return db.transact([&]() -> base::Status {
    KK_LET(const auto person, find_enrolment(db, token, now));
    if (!person) return fail(ErrorKind::conflict, "the enrolment works no more");
    KK_LET(const db::Done used, db.execute("UPDATE staff_enrolments SET used_utc = ? WHERE token_hash = ? AND used_utc IS NULL", now, hash_of(token)));
    if (used.affected != 1) return fail(ErrorKind::conflict, "the enrolment was used meanwhile");
    KK_TRY(db.write("INSERT INTO staff_passwords (staff_id, salt, verifier, set_utc) VALUES (?, ?, ?, ?) "
                    "ON DUPLICATE KEY UPDATE salt = VALUES(salt), verifier = VALUES(verifier), set_utc = VALUES(set_utc)",
                    person->id, made.salt, made.verifier, now));
    KK_TRY(db.write("INSERT INTO staff_totp (staff_id, secret, last_step, set_utc) VALUES (?, ?, ?, ?) "
                    "ON DUPLICATE KEY UPDATE secret = VALUES(secret), last_step = VALUES(last_step), set_utc = VALUES(set_utc)",
                    person->id, made.totp_secret, made.step, now));
    KK_TRY(db.write("UPDATE staff SET state = 'active' WHERE id = ? AND state <> 'disabled'", person->id));
    KK_TRY(db.write("DELETE FROM staff_sessions WHERE staff_id = ?", person->id));
    return log_use(db, {person->id, made.address, Use::change, "credentials", std::to_string(person->id), "", "enrolled"}, now);
  });
}

base::Result<bool> take_step(db::Connection& db, std::int64_t staff_id, std::int64_t step) {
  KK_LET(const db::Done taken, db.execute("UPDATE staff_totp SET last_step = ? WHERE staff_id = ? AND last_step < ?", step, staff_id, step));
  return taken.affected == 1;
}

base::Status begin_session(db::Connection& db, std::int64_t staff_id, const std::string& token, base::UtcTime now) {
  // IGNORE: run again after a COMMIT whose answer was lost, it is there already.
  return db.write("INSERT IGNORE INTO staff_sessions (token_hash, staff_id, begun_utc, seen_utc, factor_utc) VALUES (?, ?, ?, ?, ?)", hash_of(token), staff_id, now, now, now);
}

base::Result<std::optional<Session>> find_session(db::Connection& db, const std::string& token, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kPersonColumns + ", n.begun_utc, n.seen_utc FROM staff_sessions n JOIN staff s ON s.id = n.staff_id "
                                       "WHERE n.token_hash = ? AND n.seen_utc > ? AND n.begun_utc > ? AND s.state = 'active'",
                                       hash_of(token), now - kIdle, now - kWhole));
  if (rows.empty()) return std::optional<Session>();
  Session out{person_of(rows[0]), rows[0].time(kPersonCount).value_or(now), rows[0].time(kPersonCount + 1).value_or(now)};
  if (now - out.seen > kSeenEvery) KK_TRY(db.write("UPDATE staff_sessions SET seen_utc = ? WHERE token_hash = ? AND seen_utc < ?", now, hash_of(token), now));
  return std::optional<Session>(std::move(out));
}

base::Status end_session(db::Connection& db, const std::string& token) { return db.write("DELETE FROM staff_sessions WHERE token_hash = ?", hash_of(token)); }

base::Status end_sessions(db::Connection& db, std::int64_t staff_id) { return db.write("DELETE FROM staff_sessions WHERE staff_id = ?", staff_id); }

base::Result<std::vector<Session>> sessions_of(db::Connection& db, const Person& person, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT begun_utc, seen_utc FROM staff_sessions WHERE staff_id = ? AND seen_utc > ? AND begun_utc > ? ORDER BY seen_utc DESC",
                                       person.id, now - kIdle, now - kWhole));
  std::vector<Session> out;
  for (const auto& row : rows) out.push_back({person, row.time(0).value_or(now), row.time(1).value_or(now)});
  return out;
}

}  // namespace opener
