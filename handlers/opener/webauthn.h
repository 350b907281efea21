// Passkeys: what an authenticator says, checked as W3C Web Authentication Level 2 asks of a relying party (7.1 registration, 7.2
// assertion). libfido2 verifies signatures and reads the authenticator's data, libcbor the attestation object around them; no
// attestation is asked for. ES256 (COSE -7), and RS256 (-257) for Windows machines whose module knows no other. User verification is required.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace opener {

struct RelyingParty {
  std::string id;      // a host name: "staff.shop.example"
  std::string origin;  // "https://staff.shop.example"
};
RelyingParty relying_party(const std::string& staff_url);

struct NewPasskey {
  std::string credential_id;  // 1 to 255 bytes
  std::string public_key;     // 64 bytes: ES256; more: RS256
  std::uint32_t sign_count = 0;
};
// `challenge`: the raw bytes that were given out. ERRORS: denied, with which check failed; invalid: no attestation object.
base::Result<NewPasskey> check_registration(const RelyingParty& site, std::string_view challenge, std::string_view client_data, std::string_view attestation_object);

struct Assertion {
  std::string credential_id, client_data, authenticator_data, signature;
};
// Returns the new sign count. `sign_count`: the last one; a lower or equal one is a copy of the authenticator, but where both are 0.
// ERRORS: denied, with which check failed.
base::Result<std::uint32_t> check_assertion(const RelyingParty& site, std::string_view challenge, const Assertion& assertion, std::string_view public_key, std::uint32_t sign_count);

}  // namespace opener
