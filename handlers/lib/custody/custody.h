// The secret halves: whose password opens which keys, and what becomes of them when people come and go. For the opener and the
// offline tool; both link the opening functions (handlers/opener/README.md: who holds what).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/crypto/opening.h"
#include "lib/keys/keys.h"

namespace custody {

// --- a person's keys ---

struct Unlocked {
  crypto::PersonKeys keys;
  crypto::PersonSecret secret;
};
// A new pair under the key of a password, within the caller's transaction. The old pair, what was wrapped to it and the certificate on it are gone.
base::Status make_keys(db::Connection& db, std::int64_t staff_id, const crypto::Key& kek, base::UtcTime now);
base::Result<std::optional<crypto::PersonKeys>> find_keys(db::Connection& db, std::int64_t staff_id);
// Nothing: the person has no keys yet. ERRORS: denied: another password's key, or altered bytes.
base::Result<std::optional<Unlocked>> unlock(db::Connection& db, std::int64_t staff_id, const crypto::Key& kek);
// The same pair under a new password's key. ERRORS: conflict: there is another pair meanwhile.
base::Status relock(db::Connection& db, const Unlocked& person, const crypto::Key& kek);

// While somebody is logged in: under a key that the token gives, in the session's row.
base::Status keep_for_session(db::Connection& db, const std::string& token, const Unlocked& person);
// Nothing: a session without keys.
base::Result<std::optional<Unlocked>> of_session(db::Connection& db, const std::string& token, std::int64_t staff_id);

// --- signatures ---

// An administrator's on a text; signing twice is the same as once. ERRORS: denied: no administrator with a certificate.
base::Status sign(db::Connection& db, const crypto::Administrators& administrators, const Unlocked& by, const std::string& text, base::UtcTime now);
// ERRORS: denied: fewer than two signatures; not_found.
base::Result<crypto::TrustedMemberKey> trusted_member(db::Connection& db, const crypto::Administrators& administrators, std::int64_t staff_id);

// --- groups ---

// The next epoch of a group (the first of a new one): a new pair, its secret half wrapped to each of `members` and to recovery and then
// forgotten. Sealing goes on under the old epoch until two administrators have signed. ERRORS: invalid: fewer than two members, or twice the
// same; denied: a member's key doesn't count; conflict: somebody else made this epoch.
base::Result<crypto::GroupPublicKey> make_epoch(db::Connection& db, const crypto::Administrators& administrators, const keys::Anchors& anchors, const std::string& group,
                                                crypto::DataClass data_class, const std::vector<std::int64_t>& members, std::int64_t by, base::UtcTime now);
struct Epoch {
  crypto::GroupPublicKey key;
  int members_made = 0;              // wraps made with it, recovery's too
  std::vector<std::int64_t> members; // who has a wrap now
  std::vector<std::int64_t> signers;
  int signatures = 0;                // of administrators, that count
  std::int64_t data_keys = 0;
};
base::Result<std::vector<Epoch>> find_epochs(db::Connection& db, const crypto::Administrators& administrators);

// Joining takes two: one asks, a member who is somebody else wraps all epochs that he has.
base::Status ask_to_join(db::Connection& db, const std::string& group, crypto::DataClass data_class, std::int64_t newcomer, std::int64_t by, base::UtcTime now);
// ERRORS: not_found; denied: the asker itself, no member, or the newcomer's key doesn't count.
base::Status let_join(db::Connection& db, const crypto::Administrators& administrators, std::int64_t request, const Unlocked& by, base::UtcTime now);
// Wraps and sessions go at once; the caller makes a new epoch and has the data keys sealed anew. ERRORS: conflict: fewer than two would be left.
base::Status leave(db::Connection& db, const std::string& group, crypto::DataClass data_class, std::int64_t staff_id);

// --- opening ---

// ERRORS: denied: no wrap for this person; broken: there is one, and it doesn't open.
base::Result<crypto::GroupSecretKey> open_group(db::Connection& db, const crypto::GroupPublicKey& group, const crypto::MemberSecretKey& member);
// The key of a row's class. ERRORS: not_found: no such row (or erased); denied: no wrap for this person; broken: somebody or something changed what is stored.
// `group`: whose record it is, by its own table.
base::Result<crypto::DataKey> open_record_key(db::Connection& db, const std::string& row, const std::string& group, crypto::DataClass data_class, const crypto::MemberSecretKey& member);
// `secret` for as long as the answer.
base::Result<crypto::MemberSecretKey> as_member(const Unlocked& person);

// Seals up to `limit` data keys of older epochs to the newest one that counts; the data stay as they are. Each key opens before and after, and a run
// that dies goes on where it was. When none is left, older epochs and all that was wrapped for them are gone. Returns how many are left.
// ERRORS: denied: no member of both epochs.
base::Result<std::int64_t> reseal(db::Connection& db, const crypto::Administrators& administrators, const std::string& group, crypto::DataClass data_class, const crypto::MemberSecretKey& member,
                                  int limit);

}  // namespace custody
