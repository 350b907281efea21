#include "lib/crypto/trust.h"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace crypto {

using base::ErrorKind;
using base::fail;

namespace {

template <typename T>
base::Result<T> exactly(std::string_view bytes, const char* what) {
  if (bytes.size() != T::kBytes) return fail(ErrorKind::invalid, std::string(what) + " of another length");
  T out;
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

template <typename T>
std::string hex(const T& key) {
  return to_hex({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()});
}

base::Result<std::string> load(const std::string& path, const std::string& kind) {
  std::ifstream file(path);
  std::string word, version, digits;
  file >> word >> version >> digits;
  const auto bytes = from_hex(digits);
  if (word != kind || version != "1" || !bytes) return fail(ErrorKind::broken, "no " + kind + " in " + path);
  return *bytes;
}

}  // namespace

base::Result<SignPublicKey> SignPublicKey::from_bytes(std::string_view bytes) { return exactly<SignPublicKey>(bytes, "a signing key"); }
base::Result<Signature> Signature::from_bytes(std::string_view bytes) { return exactly<Signature>(bytes, "a signature"); }

bool verify(const Signature& signature, std::string_view text, const SignPublicKey& key) {
  return crypto_sign_verify_detached(signature.bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.bytes.data()) == 0;
}

std::string fingerprint(std::string_view public_key) {
  const std::string all = to_hex(as_bytes(sha256(public_key)));
  std::string out;
  for (std::size_t i = 0; i < 32; i += 4) out += (i == 0 ? "" : " ") + all.substr(i, 4);
  return out;
}

std::string certificate_text(std::int64_t staff_id, const SignPublicKey& key, std::string_view until) {
  return "kuntakauppa administrator 1\n" + std::to_string(staff_id) + "\n" + hex(key) + "\n" + std::string(until) + "\n";
}

std::string person_text(const PersonKeys& keys) {
  return "kuntakauppa person 1\n" + std::to_string(keys.staff_id) + "\n" + std::to_string(keys.version) + "\n" + hex(keys.box) + "\n" + hex(keys.sign) + "\n";
}

std::string group_text(const GroupPublicKey& group) {
  return "kuntakauppa group 1\n" + group.id.group + "\n" + to_string(group.id.data_class) + "\n" + std::to_string(group.id.epoch) + "\n" + hex(group.key) + "\n";
}

std::string member_name(std::int64_t staff_id) { return "person:" + std::to_string(staff_id); }

Administrators::Administrators(const SignPublicKey& directory, const std::vector<Certificate>& certificates, std::string_view today) {
  for (const auto& one : certificates) {
    if (one.until.size() == 10 && one.until >= today && verify(one.signature, certificate_text(one.staff_id, one.key, one.until), directory)) {
      keys_.emplace(one.staff_id, one.key);
    }
  }
}

bool Administrators::is_one(std::int64_t staff_id, const SignPublicKey& key) const {
  const auto found = keys_.find(staff_id);
  return found != keys_.end() && found->second == key;
}

int Administrators::count(std::string_view text, const std::vector<SignedBy>& signatures) const {
  std::set<std::int64_t> signers;
  for (const auto& one : signatures) {
    const auto found = keys_.find(one.staff_id);
    if (found != keys_.end() && verify(one.signature, text, found->second)) signers.insert(one.staff_id);
  }
  return static_cast<int>(signers.size());
}

base::Result<TrustedGroupKey> Administrators::trust(const GroupPublicKey& group, const std::vector<SignedBy>& signatures) const {
  if (count(group_text(group), signatures) < 2) return fail(ErrorKind::denied, "a group's key without two administrators' signatures");
  return TrustedGroupKey(group);
}

base::Result<TrustedMemberKey> Administrators::trust(const PersonKeys& keys, const std::vector<SignedBy>& signatures) const {
  if (count(person_text(keys), signatures) < 2) return fail(ErrorKind::denied, "a person's key without two administrators' signatures");
  return TrustedMemberKey(member_name(keys.staff_id), keys.box);
}

base::Result<SignPublicKey> load_directory_key(const std::string& path) {
  KK_LET(const std::string bytes, load(path, "kuntakauppa-directory-key"));
  return SignPublicKey::from_bytes(bytes);
}

base::Result<PublicKey> load_recovery_key(const std::string& path) {
  KK_LET(const std::string bytes, load(path, "kuntakauppa-recovery-key"));
  return PublicKey::from_bytes(bytes);
}

std::string key_file_line(std::string_view kind, std::string_view bytes) { return std::string(kind) + " 1 " + to_hex(bytes) + "\n"; }

}  // namespace crypto
