// A directory with two administrators, for tests that need keys that count.
#pragma once

#include "lib/crypto/opening.h"

namespace trusting {

struct Directory {
  crypto::SigningKey directory = std::move(*crypto::SigningKey::random());
  crypto::SigningKey first = std::move(*crypto::SigningKey::random());
  crypto::SigningKey second = std::move(*crypto::SigningKey::random());

  crypto::Certificate certificate(std::int64_t id, const crypto::SigningKey& key, const std::string& until = "2099-12-31") const {
    return {id, key.public_key(), until, directory.sign(crypto::certificate_text(id, key.public_key(), until))};
  }
  crypto::Administrators administrators() const {
    return crypto::Administrators(directory.public_key(), {certificate(1, first), certificate(2, second)}, "2026-11-27");
  }
  std::vector<crypto::SignedBy> both(const std::string& text) const { return {{1, first.sign(text)}, {2, second.sign(text)}}; }
};

inline const Directory& directory() {
  static const Directory kDirectory;
  return kDirectory;
}

inline crypto::TrustedGroupKey trusted(const crypto::GroupPublicKey& group) {
  return std::move(*directory().administrators().trust(group, directory().both(crypto::group_text(group))));
}

// `member`: "person:17", or "recovery".
inline crypto::TrustedMemberKey trusted(const crypto::MemberSecretKey& member) {
  if (member.member == crypto::kRecovery) return crypto::TrustedMemberKey::recovery(member.key.public_key());
  const crypto::PersonKeys keys{std::stoll(member.member.substr(member.member.find(':') + 1)), 1, member.key.public_key(), directory().first.public_key()};
  return std::move(*directory().administrators().trust(keys, directory().both(crypto::person_text(keys))));
}

}  // namespace trusting
