#include "opener/second_factor.h"

#include "opener/factor_store.h"
#include "opener/shown_secret.h"

namespace opener {

namespace {

base::Result<bool> is_passkey(const Call& call, std::int64_t staff_id, const web::Form& form, const std::string& purpose) {
  const auto bytes = [&](const char* name) { return crypto::from_base64(form.text(name)).value_or(std::string()); };
  const auto challenge = use_challenge(call, form.text("challenge"), purpose);
  if (!challenge && challenge.error().kind != base::ErrorKind::denied) return base::fail(challenge.error());
  if (!challenge) return false;
  const auto used = use_passkey(call, staff_id, *challenge, {bytes("passkey_id"), bytes("passkey_client"), bytes("passkey_data"), bytes("passkey_signature")});
  if (!used && used.error().kind != base::ErrorKind::denied) return base::fail(used.error());
  return used.has_value();
}

}  // namespace

base::Result<bool> is_second_factor(const Call& call, std::int64_t staff_id, const web::Form& form, const std::string& purpose) {
  if (!form.text("passkey_id").empty()) return is_passkey(call, staff_id, form, purpose);
  const std::string code = form.text("code");
  KK_LET(const std::string sealed, find_totp_secret(call.db, staff_id));
  const auto secret = open_totp_secret(call, sealed);
  const auto step = find_totp_step(secret.value_or(std::string(kTotpSecretBytes, '\0')), code, call.now);
  if (secret && step) return take_step(call.db, staff_id, *step);
  return use_recovery_code(call, staff_id, code);
}

bool has_second_factor(const web::Form& form) { return !form.text("code").empty() || !form.text("passkey_id").empty(); }

void put_challenge(const Call& call, view::Object& page, const std::string& purpose) {
  const std::string sealed = new_challenge(call, purpose);
  page.set("challenge", sealed).set("challenge_bytes", challenge_bytes(call, sealed, purpose)).set("rp_id", relying_party(call.instance.staff_url).id);
}

}  // namespace opener
