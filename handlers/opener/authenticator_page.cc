// Another authenticator app for oneself, or none where there is a passkey.
#include "lib/staff/use_log.h"
#include "opener/app.h"
#include "opener/factor_store.h"
#include "opener/shown_secret.h"

namespace opener {

using base::fail;

namespace {

const std::array<std::string, 3> kPaths = {"/fi/todennussovellus", "/sv/autentiseringsapp", "/en/authenticator"};

// What the page showed is for this person alone.
std::string shown_to(const Call& call) { return "account " + std::to_string(call.person().id); }

base::Result<web::Response> authenticator_page(const Call& call, const std::string& secret, const web::Problems& problems) {
  view::Object data;
  data.set("action", kPaths[base::index(call.lang)]).set("account_url", account_path(call.lang));
  KK_TRY(show_secret(call, data, shown_to(call), secret, call.person().login));
  problems.fill(data, call.templates, call.lang, {"code"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.app_title");
  return staff::show(call, {"opener/authenticator", title, kPaths}, std::move(data));
}

base::Status log_act(const Call& call, const char* result) {
  return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "credentials", std::to_string(call.person().id), "", result}, call.now);
}

}  // namespace

base::Result<web::Response> show_authenticator(Call& call) { return authenticator_page(call, new_totp_secret(), {}); }

base::Result<web::Response> post_authenticator(Call& call) {
  KK_LET(const std::string secret, shown_secret(call, call.form, shown_to(call)));
  const auto step = find_totp_step(secret, call.form.text("code"), call.now);
  if (!step) {
    web::Problems problems;
    problems.add("code", call.form.text("code").empty() ? "code_required" : "code_wrong");
    return authenticator_page(call, secret, problems);
  }
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(set_totp_secret(call.db, call.person().id, seal_totp_secret(call, secret), *step, call.now));
    KK_TRY(staff::end_other_sessions(call.db, call.person().id, token_of(call.request)));
    return log_act(call, "app changed");
  });
  if (!done) return fail(done.error());
  return web::see_other(account_path(call.lang));
}

base::Result<web::Response> post_remove_authenticator(Call& call) {
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(hold_factors(call.db, call.person().id));
    KK_TRY(remove_totp_secret(call.db, call.person().id));
    KK_TRY(keeps_a_factor(call.db, call.person().id));
    return log_act(call, "app removed");
  });
  if (!done) return fail(done.error());
  return web::see_other(account_path(call.lang));
}

}  // namespace opener
