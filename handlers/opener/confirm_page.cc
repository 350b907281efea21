// Step-up: a second factor shown anew, for what a left-open browser must not do. The session gets a new token.
#include "lib/custody/custody.h"
#include "lib/staff/use_log.h"
#include "opener/app.h"
#include "opener/login_guard.h"
#include "opener/second_factor.h"

namespace opener {

namespace {

base::Result<web::Response> confirm_page(const Call& call, const std::string& next, const web::Problems& problems, int status) {
  view::Object data;
  data.set("action", staff::confirm_path(call.lang)).set("next", next);
  put_challenge(call, data, "confirm");
  problems.fill(data, call.app.templates, call.lang, {"code"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.confirm_title");
  KK_LET(web::Response out, staff::show(call, {"opener/confirm", title, {staff::confirm_path(base::Lang::fi), staff::confirm_path(base::Lang::sv), staff::confirm_path(base::Lang::en)}},
                                        std::move(data)));
  out.status = status;
  return out;
}

}  // namespace

base::Result<web::Response> show_confirm(Call& call) { return confirm_page(call, next_of(call), {}, 200); }

base::Result<web::Response> post_confirm(Call& call) {
  const std::string next = call.form.text("next");
  web::Problems problems;
  if (!has_second_factor(call.form)) problems.add("code", "code_required");
  if (!problems.empty()) return confirm_page(call, next, problems, 200);
  const Tried tried{call.person().login, call.request.address};
  KK_LET(const int wait, count_try(call, tried));
  if (wait > 0) {
    problems.add("code", "login_wait", {{"seconds", std::to_string(wait)}});
    return confirm_page(call, next, problems, 429);
  }
  KK_LET(const bool right, is_second_factor(call, call.person().id, call.form, "confirm"));
  if (!right) {
    KK_TRY(staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::refused, "second_factor", "", "", "wrong"}, call.now));
    problems.add("code", "code_wrong");
    return confirm_page(call, next, problems, 200);
  }
  KK_TRY(forgive(call, tried));
  const std::string token = crypto::random_token();
  KK_LET(const auto keys, custody::of_session(call.db, token_of(call.request), call.person().id));
  const auto renewed = call.db.transact([&]() -> base::Status {
    KK_TRY(renew_session(call.db, token_of(call.request), token, call.now));
    if (keys) KK_TRY(custody::keep_for_session(call.db, token, *keys));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::login, "second_factor", "", "", "shown"}, call.now);
  });
  if (!renewed) return base::fail(renewed.error());
  web::Response out = web::see_other(staff::is_own_path(next) ? next : staff::desk_path(call.lang));
  staff::put_session(out, token);
  return out;
}

}  // namespace opener
