// Goal: one-time codes are those of RFC 6238 and of people's apps; a code is found in its own step and the two beside it.
#include "opener/totp.h"

#include "unit/catch.h"

using opener::find_totp_step;
using opener::totp_code;

namespace {

base::UtcTime at(std::int64_t seconds) { return base::UtcTime(std::chrono::seconds(seconds)); }
const std::string kSecret = "12345678901234567890";

}  // namespace

TEST_CASE("codes are the last six digits of those in appendix B of RFC 6238") {
  const std::pair<std::int64_t, const char*> vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                                                          {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [seconds, code] : vectors) {
    CHECK(totp_code(kSecret, opener::totp_step(at(seconds))) == code);
    CHECK(find_totp_step(kSecret, code, at(seconds)) == seconds / 30);
  }
}

TEST_CASE("a code is taken one step early or late, with blanks in it, and not two steps away") {
  CHECK(find_totp_step(kSecret, "081804", at(1111111109 + 30)) == 37037036);
  CHECK(find_totp_step(kSecret, "081 804", at(1111111109 - 30)) == 37037036);
  CHECK_FALSE(find_totp_step(kSecret, "081804", at(1111111109 + 60)));
  CHECK_FALSE(find_totp_step(kSecret, "081804", at(1111111109 - 60)));
  for (const char* wrong : {"", "81804", "0818040", "08180x", "081805"}) CHECK_FALSE(find_totp_step(kSecret, wrong, at(1111111109)));
}

TEST_CASE("the secret is told as RFC 4648's base32, in fours, and in the address that apps read") {
  CHECK(opener::totp_words("12345678901234567890") == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
  CHECK(opener::totp_uri("12345678901234567890", "Kaupungin kauppa", "liisa") ==
        "otpauth://totp/Kaupungin%20kauppa:liisa?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kaupungin%20kauppa");
}
