// The credentials of the city's people: the SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/db/db.h"
#include "lib/crypto/crypto.h"
#include "lib/staff/session.h"
#include "opener/webauthn.h"

namespace opener {

using staff::Person;

struct Credentials {
  Person person;
  std::string salt, verifier;
};
// Of a person who may log in.
base::Result<std::optional<Credentials>> find_credentials(db::Connection& db, const std::string& login);

// Whose link this is, while it works.
base::Result<std::optional<Person>> find_enrolment(db::Connection& db, const std::string& token, base::UtcTime now);

struct NewCredentials {
  std::string salt, verifier;
  std::string totp_secret;            // sealed; empty: no app
  std::int64_t step = 0;              // of the code that was typed
  std::optional<NewPasskey> passkey;  // where there is no app, in any case
  std::string passkey_name;
  std::vector<std::string> recovery_hashes;
  std::string address;  // from where, for the use log
  const crypto::Key* kek = nullptr;  // of the password: the person's new keys lie under it
};
// The link is used up, the person can log in, and every session of theirs ends. ERRORS: conflict: the link works no more.
base::Status enrol(db::Connection& db, const std::string& token, const NewCredentials& made, base::UtcTime now);

base::Status set_password(db::Connection& db, std::int64_t staff_id, const std::string& salt, const std::string& verifier, base::UtcTime now);
// An app's secret, sealed, and the step of the code that was typed; an old app's codes work no more.
base::Status set_totp_secret(db::Connection& db, std::int64_t staff_id, const std::string& sealed, std::int64_t step, base::UtcTime now);
base::Status remove_totp_secret(db::Connection& db, std::int64_t staff_id);
// Sealed; empty: none.
base::Result<std::string> find_totp_secret(db::Connection& db, std::int64_t staff_id);
// False when a code of this step, or a later one, was taken already, by whichever process.
base::Result<bool> take_step(db::Connection& db, std::int64_t staff_id, std::int64_t step);

// A session of the token, with a second factor just shown.
base::Status begin_session(db::Connection& db, std::int64_t staff_id, const std::string& token, base::UtcTime now);
// The same session under a new token, with a second factor just shown. ERRORS: conflict: it has ended.
base::Status renew_session(db::Connection& db, const std::string& old_token, const std::string& token, base::UtcTime now);

}  // namespace opener
