// Passkeys and recovery codes: the SQL, and challenges that are used once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "opener/app.h"
#include "opener/webauthn.h"

namespace opener {

// A challenge for a form: sealed with its time and what it is for ("login", "confirm", or whose account), so that nothing is stored until it is used.
std::string new_challenge(const Call& call, const std::string& purpose);
// What the browser's script needs of it.
std::string challenge_bytes(const Call& call, const std::string& sealed, const std::string& purpose);
// The raw bytes; used up with it, by whichever process first. ERRORS: denied: another purpose, older than ten minutes, or used.
base::Result<std::string> use_challenge(const Call& call, const std::string& sealed, const std::string& purpose);

// What an authenticator knows its owner by: no name.
std::string passkey_user(std::int64_t staff_id);

struct Passkey {
  std::int64_t id = 0;
  std::string name;
  base::UtcTime made;
  std::optional<base::UtcTime> used;
};
base::Result<std::vector<Passkey>> passkeys_of(db::Connection& db, std::int64_t staff_id, base::UtcTime now);
// ERRORS: conflict: it is somebody's already.
base::Status add_passkey(db::Connection& db, std::int64_t staff_id, const NewPasskey& passkey, const std::string& name, base::UtcTime now);
base::Status remove_passkey(db::Connection& db, std::int64_t staff_id, std::int64_t id);
// Within the transaction that takes a factor away, before: one at a time for each person.
base::Status hold_factors(db::Connection& db, std::int64_t staff_id);
// And after. ERRORS: conflict: none is left, neither an app nor a passkey.
base::Status keeps_a_factor(db::Connection& db, std::int64_t staff_id);
// Of this person; and its new sign count is noted. ERRORS: denied.
base::Status use_passkey(const Call& call, std::int64_t staff_id, const std::string& challenge, const Assertion& assertion);

// Ten new ones, to be shown once.
std::vector<std::string> new_recovery_codes();
view::List shown_codes(const std::vector<std::string>& codes);
std::vector<std::string> recovery_hashes(const Call& call, std::int64_t staff_id, const std::vector<std::string>& codes);
// The old ones work no more.
base::Status set_recovery_codes(db::Connection& db, std::int64_t staff_id, const std::vector<std::string>& hashes);
base::Result<int> recovery_codes_left(db::Connection& db, std::int64_t staff_id);
// True, and it is used up.
base::Result<bool> use_recovery_code(const Call& call, std::int64_t staff_id, const std::string& typed);

}  // namespace opener
