// Which public keys count. The directory key (Ed25519, RFC 8032; its secret half is offline, its public half a file that only root
// writes) certifies administrators' signing keys. A person's keys and a group's key count with the signatures of two administrators:
// whoever can write to the database alone cannot put a key of his own in their place. Texts that are signed: handlers/opener/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lib/crypto/sealing.h"

namespace crypto {

struct SignPublicKey {
  static constexpr std::size_t kBytes = 32;
  // ERRORS: invalid: not exactly 32 bytes.
  static base::Result<SignPublicKey> from_bytes(std::string_view bytes);
  std::array<unsigned char, kBytes> bytes{};
  friend bool operator==(const SignPublicKey&, const SignPublicKey&) = default;
};

struct Signature {
  static constexpr std::size_t kBytes = 64;
  static base::Result<Signature> from_bytes(std::string_view bytes);
  std::array<unsigned char, kBytes> bytes{};
};
bool verify(const Signature& signature, std::string_view text, const SignPublicKey& key);

// Eight groups of four hex digits of SHA-256: for people who compare.
std::string fingerprint(std::string_view public_key);

// That an administrator's signing key is theirs, until a day ("2028-11-27", UTC).
struct Certificate {
  std::int64_t staff_id = 0;
  SignPublicKey key;
  std::string until;
  Signature signature;  // by the directory key
};
std::string certificate_text(std::int64_t staff_id, const SignPublicKey& key, std::string_view until);

// A person's public keys; a new version with each new pair.
struct PersonKeys {
  std::int64_t staff_id = 0;
  std::uint32_t version = 1;
  PublicKey box;
  SignPublicKey sign;
};
std::string person_text(const PersonKeys& keys);
std::string group_text(const GroupPublicKey& group);
std::string member_name(std::int64_t staff_id);  // "person:17"
inline constexpr const char* kRecovery = "recovery";

struct SignedBy {
  std::int64_t staff_id = 0;
  Signature signature;
};

// A group's key that two administrators have signed. Only Administrators makes one.
class TrustedGroupKey {
 public:
  const GroupPublicKey& key() const { return key_; }

 private:
  friend class Administrators;
  explicit TrustedGroupKey(GroupPublicKey key) : key_(std::move(key)) {}
  GroupPublicKey key_;
};

// Who a group's key may be wrapped to: a person whose key two administrators have signed, or recovery, by its file.
class TrustedMemberKey {
 public:
  static TrustedMemberKey recovery(const PublicKey& of_the_file) { return TrustedMemberKey(kRecovery, of_the_file); }
  const std::string& member() const { return member_; }
  const PublicKey& key() const { return key_; }

 private:
  friend class Administrators;
  TrustedMemberKey(std::string member, const PublicKey& key) : member_(std::move(member)), key_(key) {}
  std::string member_;
  PublicKey key_;
};

class Administrators {
 public:
  // Those of the certificates that the directory key has signed and that hold on `today` ("2026-11-27"); the others are left out.
  Administrators(const SignPublicKey& directory, const std::vector<Certificate>& certificates, std::string_view today);
  bool is_one(std::int64_t staff_id, const SignPublicKey& key) const;
  // How many different ones have signed.
  int count(std::string_view text, const std::vector<SignedBy>& signatures) const;
  // ERRORS: denied: fewer than two.
  base::Result<TrustedGroupKey> trust(const GroupPublicKey& group, const std::vector<SignedBy>& signatures) const;
  base::Result<TrustedMemberKey> trust(const PersonKeys& keys, const std::vector<SignedBy>& signatures) const;

 private:
  std::map<std::int64_t, SignPublicKey> keys_;
};

// "kuntakauppa-directory-key 1 <64 hex digits>" and "kuntakauppa-recovery-key 1 ...", a line. ERRORS: broken: no such file, or another kind.
base::Result<SignPublicKey> load_directory_key(const std::string& path);
base::Result<PublicKey> load_recovery_key(const std::string& path);
std::string key_file_line(std::string_view kind, std::string_view bytes);

}  // namespace crypto
