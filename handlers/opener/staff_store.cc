#include "opener/staff_store.h"

#include "lib/custody/custody.h"
#include "lib/staff/use_log.h"
#include "opener/factor_store.h"

namespace opener {

using base::ErrorKind;
using base::fail;
using staff::hash_of;
using staff::kPersonColumns;
using staff::kPersonCount;
using staff::person_of;

base::Result<std::optional<Credentials>> find_credentials(db::Connection& db, const std::string& login) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kPersonColumns + ", p.salt, p.verifier FROM staff s JOIN staff_passwords p ON p.staff_id = s.id "
                                       "WHERE s.login = ? AND s.state = 'active'", login));
  if (rows.empty()) return std::optional<Credentials>();
  return std::optional<Credentials>({person_of(rows[0]), rows[0].text(kPersonCount), rows[0].text(kPersonCount + 1)});
}

base::Status set_password(db::Connection& db, std::int64_t staff_id, const std::string& salt, const std::string& verifier, base::UtcTime now) {
  return db.write("INSERT INTO staff_passwords (staff_id, salt, verifier, set_utc) VALUES (?, ?, ?, ?) "
                  "ON DUPLICATE KEY UPDATE salt = VALUES(salt), verifier = VALUES(verifier), set_utc = VALUES(set_utc)", staff_id, salt, verifier, now);
}

base::Status set_totp_secret(db::Connection& db, std::int64_t staff_id, const std::string& sealed, std::int64_t step, base::UtcTime now) {
  return db.write("INSERT INTO staff_totp (staff_id, secret, last_step, set_utc) VALUES (?, ?, ?, ?) "
                  "ON DUPLICATE KEY UPDATE secret = VALUES(secret), last_step = VALUES(last_step), set_utc = VALUES(set_utc)", staff_id, sealed, step, now);
}

base::Status remove_totp_secret(db::Connection& db, std::int64_t staff_id) { return db.write("DELETE FROM staff_totp WHERE staff_id = ?", staff_id); }

base::Result<std::string> find_totp_secret(db::Connection& db, std::int64_t staff_id) {
  KK_LET(const db::Rows rows, db.query("SELECT secret FROM staff_totp WHERE staff_id = ?", staff_id));
  return rows.empty() ? std::string() : rows[0].text(0);
}

base::Result<std::optional<Person>> find_enrolment(db::Connection& db, const std::string& token, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kPersonColumns + " FROM staff_enrolments e JOIN staff s ON s.id = e.staff_id "
                                       "WHERE e.token_hash = ? AND e.used_utc IS NULL AND e.expires_utc > ? AND s.state <> 'disabled'", hash_of(token), now));
  if (rows.empty()) return std::optional<Person>();
  return std::optional<Person>(person_of(rows[0]));
}

namespace {

// After a COMMIT whose answer was lost the enrolment is run again: it is done when what it wrote is there.
base::Status was_ours(db::Connection& db, const std::string& token, const NewCredentials& made) {
  KK_LET(const db::Rows rows, db.query("SELECT 1 FROM staff_enrolments e JOIN staff_passwords p ON p.staff_id = e.staff_id WHERE e.token_hash = ? AND p.verifier = ?",
                                       hash_of(token), made.verifier));
  if (rows.empty()) return fail(ErrorKind::conflict, "the enrolment works no more");
  return {};
}

}  // namespace

base::Status enrol(db::Connection& db, const std::string& token, const NewCredentials& made, base::UtcTime now) {
  return db.transact([&]() -> base::Status {
    KK_LET(const auto person, find_enrolment(db, token, now));
    if (!person) return was_ours(db, token, made);
    KK_LET(const db::Done used, db.execute("UPDATE staff_enrolments SET used_utc = ? WHERE token_hash = ? AND used_utc IS NULL AND expires_utc > ?", now, hash_of(token), now));
    if (used.affected != 1) return fail(ErrorKind::conflict, "the enrolment was used or ended meanwhile");
    KK_TRY(set_password(db, person->id, made.salt, made.verifier, now));
    // Nothing of before opens the account any more.
    KK_TRY(remove_totp_secret(db, person->id));
    KK_TRY(db.write("DELETE FROM staff_passkeys WHERE staff_id = ?", person->id));
    if (!made.totp_secret.empty()) KK_TRY(set_totp_secret(db, person->id, made.totp_secret, made.step, now));
    if (made.passkey) KK_TRY(add_passkey(db, person->id, *made.passkey, made.passkey_name, now));
    KK_TRY(set_recovery_codes(db, person->id, made.recovery_hashes));
    KK_TRY(custody::make_keys(db, person->id, *made.kek, now));
    KK_TRY(db.write("UPDATE staff SET state = 'active' WHERE id = ? AND state <> 'disabled'", person->id));
    KK_TRY(staff::end_sessions(db, person->id));
    return staff::log_use(db, {person->id, made.address, staff::Use::change, "credentials", std::to_string(person->id), "", "enrolled"}, now);
  });
}

base::Result<bool> take_step(db::Connection& db, std::int64_t staff_id, std::int64_t step) {
  KK_LET(const db::Done taken, db.execute("UPDATE staff_totp SET last_step = ? WHERE staff_id = ? AND last_step < ?", step, staff_id, step));
  return taken.affected == 1;
}

base::Status begin_session(db::Connection& db, std::int64_t staff_id, const std::string& token, base::UtcTime now) {
  // Run again after a COMMIT whose answer was lost, it is there already. What is over long ago goes with it.
  KK_TRY(db.write("DELETE FROM staff_sessions WHERE staff_id = ? AND begun_utc < ?", staff_id, now - staff::kWhole));
  return db.write("INSERT INTO staff_sessions (token_hash, staff_id, begun_utc, seen_utc, factor_utc) "
                  "SELECT ?, ?, ?, ?, ? FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM staff_sessions WHERE token_hash = ?)",
                  hash_of(token), staff_id, now, now, now, hash_of(token));
}

base::Status renew_session(db::Connection& db, const std::string& old_token, const std::string& token, base::UtcTime now) {
  // Run again after a COMMIT whose answer was lost, it is there already.
  KK_LET(const db::Rows rows, db.query("SELECT 1 FROM staff_sessions WHERE token_hash = ?", hash_of(token)));
  if (!rows.empty()) return {};
  KK_LET(const db::Done made, db.execute("INSERT INTO staff_sessions (token_hash, staff_id, begun_utc, seen_utc, factor_utc) "
                                         "SELECT ?, staff_id, begun_utc, ?, ? FROM staff_sessions WHERE token_hash = ?", hash_of(token), now, now, hash_of(old_token)));
  if (made.affected != 1) return fail(ErrorKind::conflict, "the session has ended meanwhile");
  return staff::end_session(db, old_token);
}

}  // namespace opener
