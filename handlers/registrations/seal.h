// What a family wrote, sealed to the staff of the activity's unit. Nothing here can be read again by this process.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/keys/keys.h"
#include "lib/registrations/registration_store.h"
#include "registrations/answers.h"

namespace registrations {

// One thread's trusted public keys, each for half a minute: signatures are verified anew after that.
class KeyRing {
 public:
  // ERRORS: unavailable: the unit has no key that counts, so nothing can be taken in.
  base::Result<crypto::TrustedGroupKey> key(db::Connection& db, const std::optional<keys::Anchors>& anchors, const std::string& unit, crypto::DataClass data_class, base::UtcTime now);

 private:
  struct Known {
    crypto::TrustedGroupKey key;
    base::UtcTime checked;
  };
  std::map<std::pair<std::string, crypto::DataClass>, Known> known_;
};

// True where the unit's keys are missing, and not the database.
bool is_keyless(const base::Error& error);

struct Keys {
  crypto::TrustedGroupKey child, contact;
  std::optional<crypto::TrustedGroupKey> health;
};

// All of these: within a transaction.

// The participants and the family as rows: sealed what is not plain, with the proof of each consent.
base::Status store_filled(db::Connection& db, const Registration& registration, const Session& session, const Filled& filled, const Keys& keys, const std::string& consent_version, base::UtcTime now);
// Health answers of one participant instead of those that there were, if any.
base::Status store_health(db::Connection& db, const Registration& registration, int participant, const Answers& answers, bool consents, const crypto::TrustedGroupKey& key,
                          const std::string& consent_version, base::UtcTime now);

}  // namespace registrations
