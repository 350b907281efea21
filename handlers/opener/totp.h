// Time-based one-time codes (RFC 6238: HMAC-SHA-1, 30 s, 6 digits, which is what people's apps know).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/time.h"

namespace opener {

inline constexpr std::size_t kTotpSecretBytes = 20;  // RFC 4226, section 4: at least 128 bits, 160 recommended

std::int64_t totp_step(base::UtcTime now);
// The six digits of a step.
std::string totp_code(std::string_view secret, std::int64_t step);
// The step whose code this is: the present one, the one before or the one after. Blanks in the code are passed over.
std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code, base::UtcTime now);

// RFC 4648 base32, for typing in: "JBSW Y3DP ...".
std::string totp_words(std::string_view secret);
// The address that an app reads from the picture (Key URI format of Google Authenticator's wiki).
std::string totp_uri(std::string_view secret, const std::string& issuer, const std::string& login);

}  // namespace opener
