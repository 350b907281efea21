// One's own authenticator app, passkeys and recovery codes, from the page of one's account.
#include "lib/staff/use_log.h"
#include "opener/app.h"
#include "opener/factor_store.h"

namespace opener {

using base::fail;

namespace {

constexpr std::size_t kMostName = 60;

base::Status log_act(const Call& call, const char* result) {
  return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "credentials", std::to_string(call.person().id), "", result}, call.now);
}

}  // namespace

base::Result<web::Response> post_add_passkey(Call& call) {
  const std::string name = call.form.text("name");
  web::Problems problems;
  if (name.empty() || name.size() > kMostName) problems.add("name", "passkey_name_required");
  const auto bytes = [&](const char* field) { return crypto::from_base64(call.form.text(field)).value_or(std::string()); };
  if (problems.empty() && call.form.text("passkey_client").empty()) problems.add("name", "passkey_needs_script");
  if (!problems.empty()) return account_page(call, problems);
  KK_LET(const std::string challenge, use_challenge(call, call.form.text("challenge"), "register " + std::to_string(call.person().id)));
  KK_LET(const NewPasskey made, check_registration(relying_party(call.instance.staff_url), challenge, bytes("passkey_client"), bytes("passkey_attestation")));
  const auto added = call.db.transact([&]() -> base::Status {
    KK_TRY(add_passkey(call.db, call.person().id, made, name, call.now));
    return log_act(call, "passkey added");
  });
  if (!added) return fail(added.error());
  return web::see_other(account_path(call.lang));
}

base::Result<web::Response> post_remove_passkey(Call& call) {
  const auto id = call.form.number("passkey", 1, 4294967295);
  if (!id) return fail(base::ErrorKind::invalid, "no passkey");
  const auto removed = call.db.transact([&]() -> base::Status {
    KK_TRY(hold_factors(call.db, call.person().id));
    KK_TRY(remove_passkey(call.db, call.person().id, *id));
    KK_TRY(keeps_a_factor(call.db, call.person().id));
    return log_act(call, "passkey removed");
  });
  if (!removed) return fail(removed.error());
  return web::see_other(account_path(call.lang));
}

base::Result<web::Response> post_recovery_codes(Call& call) {
  const auto codes = new_recovery_codes();
  const auto hashes = recovery_hashes(call, call.person().id, codes);
  const auto made = call.db.transact([&]() -> base::Status {
    KK_TRY(set_recovery_codes(call.db, call.person().id, hashes));
    return log_act(call, "recovery codes made");
  });
  if (!made) return fail(made.error());
  view::Object data;
  data.set("codes", shown_codes(codes)).set("next_url", account_path(call.lang)).set("is_new", false).set("is_own_account", true);
  return staff::show(call, {"opener/codes", call.say("staff.codes_title"), {account_path(base::Lang::fi), account_path(base::Lang::sv), account_path(base::Lang::en)}}, std::move(data));
}

}  // namespace opener
