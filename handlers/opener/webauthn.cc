#include "opener/webauthn.h"

#include <cbor.h>
#include <fido.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "lib/crypto/crypto.h"

namespace opener {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::uint8_t kUserPresent = 0x01, kUserVerified = 0x04;  // flags of the authenticator data (6.1)
constexpr std::size_t kRpIdHash = 32;
constexpr std::size_t kEs256Bytes = 64, kRs256Bytes = 259;  // RSA of 2048 bits, the exponent in three bytes

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

struct Free {
  void operator()(fido_cred_t* one) const { fido_cred_free(&one); }
  void operator()(fido_assert_t* one) const { fido_assert_free(&one); }
  void operator()(es256_pk_t* one) const { es256_pk_free(&one); }
  void operator()(rs256_pk_t* one) const { rs256_pk_free(&one); }
  void operator()(cbor_item_t* one) const { cbor_decref(&one); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// 7.1, steps 7 to 11; 7.2, steps 11 to 14.
base::Status check_client_data(const RelyingParty& site, const char* type, std::string_view challenge, std::string_view client_data) {
  if (client_data.size() > kMostBytes) return fail(ErrorKind::denied, "client data too long");
  const auto json = nlohmann::json::parse(client_data, nullptr, false);
  const auto text = [&](const char* name) { return json.is_object() && json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string(); };
  if (text("type") != type) return fail(ErrorKind::denied, "client data of another type");
  if (!crypto::equal(text("challenge"), crypto::to_base64(challenge))) return fail(ErrorKind::denied, "another challenge");
  if (text("origin") != site.origin) return fail(ErrorKind::denied, "another origin");
  if (json.contains("crossOrigin") && json["crossOrigin"] != false) return fail(ErrorKind::denied, "from within another site's page");
  return {};
}

// 7.1, steps 13 to 15; 7.2, steps 15 to 17.
base::Status check_authenticator_data(const RelyingParty& site, std::string_view data) {
  if (data.size() < kRpIdHash + 5 || data.size() > kMostBytes) return fail(ErrorKind::denied, "authenticator data of no possible length");
  if (!crypto::equal(data.substr(0, kRpIdHash), crypto::as_bytes(crypto::sha256(site.id)))) return fail(ErrorKind::denied, "for another relying party");
  const auto flags = static_cast<std::uint8_t>(data[kRpIdHash]);
  if ((flags & kUserPresent) == 0) return fail(ErrorKind::denied, "nobody was present");
  if ((flags & kUserVerified) == 0) return fail(ErrorKind::denied, "the user was not verified");
  return {};
}

// "authData" of the attestation object, a CBOR map.
base::Result<std::string> authenticator_data_of(std::string_view attestation_object) {
  if (attestation_object.size() > kMostBytes) return fail(ErrorKind::invalid, "an attestation object too long");
  cbor_load_result loaded{};
  const Owned<cbor_item_t> map(cbor_load(octets(attestation_object), attestation_object.size(), &loaded));
  if (!map || loaded.error.code != CBOR_ERR_NONE || loaded.read != attestation_object.size() || !cbor_isa_map(map.get()) || !cbor_map_is_definite(map.get())) {
    return fail(ErrorKind::invalid, "no attestation object");
  }
  for (std::size_t i = 0; i < cbor_map_size(map.get()); ++i) {
    const cbor_pair& pair = cbor_map_handle(map.get())[i];
    if (!cbor_isa_string(pair.key) || !cbor_string_is_definite(pair.key)) continue;
    const std::string_view key(reinterpret_cast<const char*>(cbor_string_handle(pair.key)), cbor_string_length(pair.key));
    if (key == "authData" && cbor_isa_bytestring(pair.value) && cbor_bytestring_is_definite(pair.value)) {
      return std::string(reinterpret_cast<const char*>(cbor_bytestring_handle(pair.value)), cbor_bytestring_length(pair.value));
    }
  }
  return fail(ErrorKind::invalid, "an attestation object without authenticator data");
}

}  // namespace

RelyingParty relying_party(const std::string& staff_url) {
  const auto begin = staff_url.find("://") + 3;
  return {staff_url.substr(begin, staff_url.find(':', begin) - begin), staff_url};
}

base::Result<NewPasskey> check_registration(const RelyingParty& site, std::string_view challenge, std::string_view client_data, std::string_view attestation_object) {
  KK_TRY(check_client_data(site, "webauthn.create", challenge, client_data));
  KK_LET(const std::string data, authenticator_data_of(attestation_object));
  KK_TRY(check_authenticator_data(site, data));
  Owned<fido_cred_t> credential;
  for (const int type : {COSE_ES256, COSE_RS256}) {
    credential.reset(fido_cred_new());
    if (credential && fido_cred_set_type(credential.get(), type) == FIDO_OK && fido_cred_set_authdata_raw(credential.get(), octets(data), data.size()) == FIDO_OK) break;
    credential.reset();
  }
  if (!credential) return fail(ErrorKind::denied, "no credential of a known kind in the authenticator data");
  NewPasskey out{{reinterpret_cast<const char*>(fido_cred_id_ptr(credential.get())), fido_cred_id_len(credential.get())},
                 {reinterpret_cast<const char*>(fido_cred_pubkey_ptr(credential.get())), fido_cred_pubkey_len(credential.get())}, fido_cred_sigcount(credential.get())};
  if (out.credential_id.empty() || out.credential_id.size() > 255 || (out.public_key.size() != kEs256Bytes && out.public_key.size() != kRs256Bytes)) return fail(ErrorKind::denied, "a credential of no possible form");
  return out;
}

base::Result<std::uint32_t> check_assertion(const RelyingParty& site, std::string_view challenge, const Assertion& assertion, std::string_view public_key, std::uint32_t sign_count) {
  KK_TRY(check_client_data(site, "webauthn.get", challenge, assertion.client_data));
  KK_TRY(check_authenticator_data(site, assertion.authenticator_data));
  const Owned<es256_pk_t> es256(es256_pk_new());
  const Owned<rs256_pk_t> rs256(rs256_pk_new());
  const bool is_rsa = public_key.size() == kRs256Bytes;
  const bool read = is_rsa ? rs256 && rs256_pk_from_ptr(rs256.get(), public_key.data(), public_key.size()) == FIDO_OK
                           : es256 && public_key.size() == kEs256Bytes && es256_pk_from_ptr(es256.get(), public_key.data(), public_key.size()) == FIDO_OK;
  const Owned<fido_assert_t> checked(fido_assert_new());
  const std::string hash = crypto::as_bytes(crypto::sha256(assertion.client_data));
  const std::string& data = assertion.authenticator_data;
  const bool set = read && checked && fido_assert_set_clientdata_hash(checked.get(), octets(hash), hash.size()) == FIDO_OK && fido_assert_set_rp(checked.get(), site.id.c_str()) == FIDO_OK &&
                   fido_assert_set_count(checked.get(), 1) == FIDO_OK && fido_assert_set_up(checked.get(), FIDO_OPT_TRUE) == FIDO_OK && fido_assert_set_uv(checked.get(), FIDO_OPT_TRUE) == FIDO_OK &&
                   fido_assert_set_authdata_raw(checked.get(), 0, octets(data), data.size()) == FIDO_OK &&
                   fido_assert_set_sig(checked.get(), 0, octets(assertion.signature), assertion.signature.size()) == FIDO_OK;
  const void* key = is_rsa ? static_cast<const void*>(rs256.get()) : es256.get();
  if (!set || fido_assert_verify(checked.get(), 0, is_rsa ? COSE_RS256 : COSE_ES256, key) != FIDO_OK) return fail(ErrorKind::denied, "the signature is not the passkey's");
  const std::uint32_t count = fido_assert_sigcount(checked.get(), 0);
  if (count <= sign_count && (count != 0 || sign_count != 0)) return fail(ErrorKind::denied, "the sign count went back");
  return count;
}

}  // namespace opener
