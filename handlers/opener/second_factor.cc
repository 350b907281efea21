#include "opener/second_factor.h"

#include "opener/totp.h"

namespace opener {

base::Result<bool> is_second_factor(const Call& call, std::int64_t staff_id, const std::string& code) {
  KK_LET(const std::string sealed, find_totp_secret(call.db, staff_id));
  const auto secret = crypto::open_text(call.app.totp_key, "totp.1", sealed);
  // The same work where there is none.
  const auto step = find_totp_step(secret.value_or(std::string(kTotpSecretBytes, '\0')), code, call.now);
  if (!secret || !step) return false;
  return take_step(call.db, staff_id, *step);
}

}  // namespace opener
