// What an authenticator and a browser say of a passkey: whatever the bytes, an error or a passkey that is whole, and never a passkey that nobody verified.
#include "opener/webauthn.h"

#include <string>

#include "lib/crypto/crypto.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kReady = crypto::init().has_value();
  fuzz::must(kReady, "libsodium starts");
  const opener::RelyingParty site{"staff.localhost", "http://staff.localhost:8081"};
  const std::string challenge(32, 'c');
  std::string_view text = fuzz::text_of(data, size);
  const unsigned choice = fuzz::take_choice(text);
  const std::string right = R"({"type":"webauthn.create","challenge":")" + crypto::to_base64(challenge) + R"(","origin":"http://staff.localhost:8081"})";
  if (choice % 3 == 0) {
    // The attestation object, under client data that are right.
    const auto made = opener::check_registration(site, challenge, right, text);
    fuzz::must(!made || (!made->credential_id.empty() && made->credential_id.size() <= 255 && made->public_key.size() >= 64), "a passkey is whole");
  } else if (choice % 3 == 1) {
    fuzz::must(!opener::check_registration(site, challenge, text, "\xa0"), "no passkey comes of an empty attestation object");
  } else {
    const std::string_view line = fuzz::take_line(text);
    const std::string get = R"({"type":"webauthn.get","challenge":")" + crypto::to_base64(challenge) + R"(","origin":"http://staff.localhost:8081"})";
    fuzz::must(!opener::check_assertion(site, challenge, {"id", get, std::string(text), std::string(line)}, std::string(64, 'k'), 0), "nothing is signed by a key that is no point");
  }
  return 0;
}
