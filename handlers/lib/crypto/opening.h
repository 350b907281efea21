// Opening of what lib/crypto/sealing.h sealed: a library of its own, which only the opener and the offline tool link.
// What does not open is denied, whatever the reason: another key, another place, epoch or member, or altered bytes. Bytes that no
// version of the format could have made are broken, and so is a lack of guarded memory. No error holds anything of a key or a text.
#pragma once

#include <vector>

#include "lib/crypto/sealing.h"

namespace crypto {

// An X25519 secret key in guarded memory, of a group or of a member.
class SecretKey {
 public:
  // ERRORS: broken: no guarded memory.
  static base::Result<SecretKey> random();
  // ERRORS: invalid: not exactly 32 bytes; broken.
  static base::Result<SecretKey> from_bytes(std::string_view bytes);
  const PublicKey& public_key() const { return public_; }
  const unsigned char* data() const { return key_.data(); }

 private:
  explicit SecretKey(Key key);
  Key key_;
  PublicKey public_;
};

struct GroupSecretKey {
  GroupKeyId id;
  SecretKey key;
  GroupPublicKey public_half() const { return {id, key.public_key()}; }
};

// Who a group's key is wrapped to: a person of staff, or recovery.
struct MemberPublicKey {
  std::string member;  // 1 to 64 of a-z 0-9 : . _ -
  PublicKey key;
};
struct MemberSecretKey {
  std::string member;
  SecretKey key;
};

// An opened text, wiped when it goes.
class Opened {
 public:
  explicit Opened(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Opened(Opened&&) = default;
  Opened& operator=(Opened&& other) noexcept;
  ~Opened();
  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

// REQUIRES (all of them): init(). ERRORS (all of them): denied, broken, and invalid where a place, name or row id is none.
base::Result<DataKey> open_data_key(const Sealed& sealed, std::string_view row, const GroupSecretKey& group);
base::Result<Opened> open_field(const DataKey& key, const Place& place, const Sealed& sealed);

// The group's secret key, readable for `member` only (crypto_box_seal).
// REQUIRES: the member's public key is trusted (its signatures were checked).
base::Result<Sealed> wrap_group_secret(const GroupSecretKey& group, const MemberPublicKey& member);
// `group` is the trusted public key: a box does not prove who made it, so a secret key that is not its other half is denied.
base::Result<GroupSecretKey> open_wrap(const Sealed& sealed, const GroupPublicKey& group, const MemberSecretKey& member);

}  // namespace crypto
