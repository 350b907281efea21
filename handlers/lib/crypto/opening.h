// Opening of what lib/crypto/sealing.h sealed: a library of its own, which only the opener and the offline tool link.
// What does not open is denied, whatever the reason: another key, another place, epoch or member, or altered bytes. Bytes that no
// version of the format could have made are broken, and so is a lack of guarded memory. No error holds anything of a key or a text.
#pragma once

#include <vector>

#include "lib/crypto/sealing.h"
#include "lib/crypto/trust.h"

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

// Of a person of staff, or of recovery: what opens the wraps that are made to them.
struct MemberSecretKey {
  std::string member;  // 1 to 64 of a-z 0-9 : . _ -
  SecretKey key;
};

// An Ed25519 secret key in guarded memory: a person's, or the directory's.
class SigningKey {
 public:
  // ERRORS: broken: no guarded memory.
  static base::Result<SigningKey> random();
  // Of the 32 bytes of its seed (RFC 8032, 5.1.5). ERRORS: invalid: not exactly 32 bytes.
  static base::Result<SigningKey> from_seed(std::string_view seed);
  Signature sign(std::string_view text) const;
  const SignPublicKey& public_key() const { return public_; }
  const unsigned char* seed() const { return seed_.data(); }

 private:
  explicit SigningKey(Key seed);
  Key seed_;
  SignPublicKey public_;
};

// Both secret halves of a person of staff. They lie locked: under a key of the person's password, and of who is logged in under a key that
// only the browser's token gives. `context` says whose and what for ("ukey|17|2") and is authenticated.
class PersonSecret {
 public:
  // ERRORS: broken: no guarded memory.
  static base::Result<PersonSecret> random();
  // ERRORS: denied: another key or context, or altered bytes; broken.
  static base::Result<PersonSecret> unlock(std::string_view locked, const Key& key, std::string_view context);
  std::string lock(const Key& key, std::string_view context) const;
  const SecretKey& box() const { return box_; }
  const SigningKey& sign() const { return sign_; }

 private:
  PersonSecret(SecretKey box, SigningKey sign) : box_(std::move(box)), sign_(std::move(sign)) {}
  SecretKey box_;
  SigningKey sign_;
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
base::Result<Sealed> wrap_group_secret(const GroupSecretKey& group, const TrustedMemberKey& member);
// `group` is the trusted public key: a box does not prove who made it, so a secret key that is not its other half is denied.
base::Result<GroupSecretKey> open_wrap(const Sealed& sealed, const GroupPublicKey& group, const MemberSecretKey& member);

}  // namespace crypto
