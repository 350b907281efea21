#include "opener/factor_store.h"

namespace opener {

using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kChallenge = "passkey.1";
constexpr std::size_t kChallengeBytes = 32;
constexpr std::chrono::minutes kChallengeHolds{10};
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kCodeLength = 11;  // 55 bits, and a check character

struct Given {
  std::string bytes;
  base::UtcTime at;
};
std::optional<Given> open(const Call& call, const std::string& sealed, const std::string& purpose) {
  const auto text = crypto::open_text(call.app.totp_key, kChallenge, sealed);
  if (!text || text->size() < kChallengeBytes + 24) return std::nullopt;
  const auto at = base::parse_utc(text->substr(kChallengeBytes, 24));
  if (!at || text->substr(kChallengeBytes + 24) != purpose) return std::nullopt;
  return Given{text->substr(0, kChallengeBytes), *at};
}

std::string recovery_hash(const Call& call, std::int64_t staff_id, const std::string& code) {
  return *crypto::from_hex(crypto::hmac_sha256_hex(call.app.guard_key.octets(), "recovery\n" + std::to_string(staff_id) + "\n" + code));
}

}  // namespace

std::string new_challenge(const Call& call, const std::string& purpose) {
  return crypto::seal_text(call.app.totp_key, kChallenge, crypto::random_bytes(kChallengeBytes) + base::to_iso(call.now) + purpose);
}

std::string challenge_bytes(const Call& call, const std::string& sealed, const std::string& purpose) {
  const auto given = open(call, sealed, purpose);
  return given ? crypto::to_base64(given->bytes) : std::string();
}

base::Result<std::string> use_challenge(const Call& call, const std::string& sealed, const std::string& purpose) {
  const auto given = open(call, sealed, purpose);
  if (!given || given->at < call.now - kChallengeHolds || given->at > call.now + kChallengeHolds) return fail(ErrorKind::denied, "no challenge of ours, or too old");
  KK_TRY(call.db.write("DELETE FROM passkey_challenges WHERE used_utc < ?", call.now - 2 * kChallengeHolds));
  const auto used = call.db.execute("INSERT INTO passkey_challenges (challenge_hash, used_utc) VALUES (?, ?)", crypto::as_bytes(crypto::sha256(given->bytes)), call.now);
  if (!used && used.error().kind == ErrorKind::conflict) return fail(ErrorKind::denied, "a challenge was used already");
  if (!used) return fail(used.error());
  return given->bytes;
}

base::Result<std::vector<Passkey>> passkeys_of(db::Connection& db, std::int64_t staff_id, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT id, name, made_utc, used_utc FROM staff_passkeys WHERE staff_id = ? ORDER BY id", staff_id));
  std::vector<Passkey> out;
  for (const auto& row : rows) out.push_back({row.integer(0), row.text(1), row.time(2).value_or(now), row.time(3)});
  return out;
}

base::Status add_passkey(db::Connection& db, std::int64_t staff_id, const NewPasskey& passkey, const std::string& name, base::UtcTime now) {
  return db.write("INSERT INTO staff_passkeys (staff_id, credential_id, public_key, sign_count, name, made_utc) VALUES (?, ?, ?, ?, ?, ?)", staff_id, passkey.credential_id, passkey.public_key,
                  passkey.sign_count, name, now);
}

std::string passkey_user(std::int64_t staff_id) { return crypto::to_base64(crypto::as_bytes(crypto::sha256("passkey user " + std::to_string(staff_id)))); }

base::Status hold_factors(db::Connection& db, std::int64_t staff_id) {
  const auto held = db.query("SELECT 1 FROM staff_passwords WHERE staff_id = ? FOR UPDATE", staff_id);
  return held ? base::Status() : fail(held.error());
}

base::Status keeps_a_factor(db::Connection& db, std::int64_t staff_id) {
  KK_LET(const db::Rows rows, db.query("SELECT (SELECT COUNT(*) FROM staff_totp WHERE staff_id = ?) + (SELECT COUNT(*) FROM staff_passkeys WHERE staff_id = ?)", staff_id, staff_id));
  if (rows[0].integer(0) == 0) return fail(ErrorKind::conflict, "the last second factor stays");
  return {};
}

base::Status remove_passkey(db::Connection& db, std::int64_t staff_id, std::int64_t id) { return db.write("DELETE FROM staff_passkeys WHERE id = ? AND staff_id = ?", id, staff_id); }

base::Status use_passkey(const Call& call, std::int64_t staff_id, const std::string& challenge, const Assertion& assertion) {
  KK_LET(const db::Rows rows, call.db.query("SELECT public_key, sign_count FROM staff_passkeys WHERE credential_id = ? AND staff_id = ?", assertion.credential_id, staff_id));
  if (rows.empty()) return fail(ErrorKind::denied, "no passkey of this person");
  const auto before = rows[0].integer(1);
  KK_LET(const std::uint32_t count, check_assertion(relying_party(call.instance.staff_url), challenge, assertion, rows[0].text(0), static_cast<std::uint32_t>(before)));
  KK_LET(const db::Done done, call.db.execute("UPDATE staff_passkeys SET sign_count = ?, used_utc = ? WHERE credential_id = ? AND sign_count = ?", count, call.now, assertion.credential_id, before));
  if (done.affected != 1) return fail(ErrorKind::denied, "the passkey was used at the same moment");
  return {};
}

std::vector<std::string> new_recovery_codes() {
  std::vector<std::string> out;
  for (int i = 0; i < kRecoveryCodes; ++i) out.push_back(crypto::random_code(kCodeLength));
  return out;
}

view::List shown_codes(const std::vector<std::string>& codes) {
  view::List out;
  for (const auto& code : codes) out.push_back(view::Object().set("code", code.substr(0, 4) + " " + code.substr(4, 4) + " " + code.substr(8)));
  return out;
}

std::vector<std::string> recovery_hashes(const Call& call, std::int64_t staff_id, const std::vector<std::string>& codes) {
  std::vector<std::string> out;
  for (const auto& code : codes) out.push_back(recovery_hash(call, staff_id, code));
  return out;
}

base::Status set_recovery_codes(db::Connection& db, std::int64_t staff_id, const std::vector<std::string>& hashes) {
  KK_TRY(db.write("DELETE FROM staff_recovery_codes WHERE staff_id = ?", staff_id));
  for (const auto& hash : hashes) KK_TRY(db.write("INSERT INTO staff_recovery_codes (staff_id, code_hash) VALUES (?, ?)", staff_id, hash));
  return {};
}

base::Result<int> recovery_codes_left(db::Connection& db, std::int64_t staff_id) {
  KK_LET(const db::Rows rows, db.query("SELECT COUNT(*) FROM staff_recovery_codes WHERE staff_id = ? AND used_utc IS NULL", staff_id));
  return static_cast<int>(rows[0].integer(0));
}

base::Result<bool> use_recovery_code(const Call& call, std::int64_t staff_id, const std::string& typed) {
  std::string code;
  for (const char c : typed) {
    if (c != ' ' && c != '-') code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (code.size() != kCodeLength + 1) return false;
  KK_LET(const db::Done done, call.db.execute("UPDATE staff_recovery_codes SET used_utc = ? WHERE staff_id = ? AND code_hash = ? AND used_utc IS NULL", call.now, staff_id, recovery_hash(call, staff_id, code)));
  return done.affected == 1;
}

}  // namespace opener
