// A new password for oneself: the keys stay the same, under the new password's key; other sessions end.
#include "lib/custody/custody.h"
#include "lib/staff/use_log.h"
#include "opener/app.h"
#include "opener/login_guard.h"
#include "opener/stretch_slot.h"

namespace opener {

using base::fail;

namespace {

const std::array<std::string, 3> kPaths = {"/fi/salasana", "/sv/losenord", "/en/password"};

base::Result<web::Response> password_page(const Call& call, const web::Problems& problems, int status = 200) {
  view::Object data;
  data.set("action", kPaths[base::index(call.lang)]).set("account_url", account_path(call.lang)).set("person_login", call.person().login);
  problems.fill(data, call.templates, call.lang, {"old", "password", "again"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.password_title");
  KK_LET(web::Response out, staff::show(call, {"opener/password", title, kPaths}, std::move(data)));
  out.status = status;
  return out;
}

}  // namespace

base::Result<web::Response> show_password(Call& call) { return password_page(call, {}); }

base::Result<web::Response> post_password(Call& call) {
  const std::string old = call.form.exact("old"), password = call.form.exact("password");
  web::Problems problems;
  if (old.empty()) problems.add("old", "password_required");
  if (const char* wrong = call.app.passwords.problem(password, {call.person().login, call.person().name})) problems.add("password", wrong);
  else if (password != call.form.exact("again")) problems.add("again", "password_differs");
  if (!problems.empty()) return password_page(call, problems);
  const Tried tried{call.person().login, call.request.address};
  KK_LET(const int wait, count_try(call, tried));
  if (wait > 0) {
    problems.add("old", "login_wait", {{"seconds", std::to_string(wait)}});
    return password_page(call, problems, 429);
  }
  KK_LET(const auto known, find_credentials(call.db, call.person().login));
  if (!known) return fail(base::ErrorKind::denied, "no password to change");
  KK_LET(const auto before, stretch(call, old.size() <= kMostPasswordBytes ? old : "", known->salt));
  if (!crypto::equal(before.verifier, known->verifier)) {
    problems.add("old", "password_old_wrong");
    return password_page(call, problems);
  }
  KK_TRY(forgive(call, tried));
  KK_LET(const auto keys, custody::unlock(call.db, call.person().id, before.kek));
  const std::string salt = crypto::random_bytes(crypto::kSaltBytes);
  KK_LET(const auto after, stretch(call, password, salt));
  const auto changed = call.db.transact([&]() -> base::Status {
    KK_TRY(set_password(call.db, call.person().id, salt, after.verifier, call.now));
    if (keys) KK_TRY(custody::relock(call.db, *keys, after.kek));
    KK_TRY(staff::end_other_sessions(call.db, call.person().id, token_of(call.request)));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "credentials", std::to_string(call.person().id), "", "password changed"}, call.now);
  });
  if (!changed) return fail(changed.error());
  return web::see_other(account_path(call.lang));
}

}  // namespace opener
