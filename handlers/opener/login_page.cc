#include "lib/base/log.h"
#include "lib/crypto/password.h"
#include "lib/custody/custody.h"
#include "lib/staff/kept_form.h"
#include "lib/staff/use_log.h"
#include "opener/app.h"
#include "opener/login_guard.h"
#include "opener/second_factor.h"
#include "opener/stretch_slot.h"

namespace opener {

using base::fail;
using staff::log_use;
using staff::Use;

namespace {

constexpr std::size_t kMostLogin = 48;

std::array<std::string, 3> login_paths() { return {login_path(base::Lang::fi), login_path(base::Lang::sv), login_path(base::Lang::en)}; }

base::Result<web::Response> login_page(const Call& call, const std::string& login, const std::string& next, const web::Problems& problems, int status) {
  view::Object data;
  data.set("action", login_path(call.lang)).set("typed", view::Object().set("login", login)).set("next", next);
  data.set("is_out", call.request.query == "out=1").set("is_ended", call.request.query.starts_with("ended=1"));
  data.set("is_kept", call.request.query.starts_with("ended=1") && next.starts_with(staff::continue_path(call.lang, "")));
  put_challenge(call, data, "login");
  problems.fill(data, call.app.templates, call.lang, {"login", "password", "code"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.login_title");
  KK_LET(web::Response out, show_stranger(call, {"opener/login", title, login_paths()}, std::move(data)));
  out.status = status;
  return out;
}

// A login is what deploy/staff takes, whatever case it is typed in; anything else is nobody's.
std::string login_of(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const bool possible = text.size() <= kMostLogin && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
  return possible ? text : "?";
}

// The same work for a name that nobody has: a salt of its own, and a password that is never right.
Credentials nobody(const Call& call, const std::string& login) {
  Credentials out;
  out.salt = crypto::from_hex(crypto::hmac_sha256_hex(call.app.guard_key.octets(), "salt\n" + login))->substr(0, crypto::kSaltBytes);
  out.verifier = crypto::random_bytes(32);
  return out;
}

struct Checked {
  std::optional<Person> person;          // when password and code are right
  std::optional<std::int64_t> named;     // whose name was given
  std::optional<crypto::Key> kek;        // of the password
};

base::Result<Checked> check(const Call& call, const std::string& login, const std::string& password, const web::Form& form) {
  KK_LET(const auto found, find_credentials(call.db, login));
  const Credentials known = found.value_or(nobody(call, login));
  KK_LET(auto stretched, stretch(call, password, known.salt));
  const bool password_right = crypto::equal(stretched.verifier, known.verifier);
  Checked out;
  if (found) out.named = found->person.id;
  if (!found || !password_right) return out;
  KK_LET(const bool code_right, is_second_factor(call, known.person.id, form, "login"));
  if (code_right) out.person = known.person;
  out.kek = std::move(stretched.kek);
  return out;
}

}  // namespace

base::Result<web::Response> show_login(Call& call) {
  if (call.here) return web::see_other(staff::desk_path(call.lang));
  return login_page(call, "", next_of(call), {}, 200);
}

base::Result<web::Response> post_login(Call& call) {
  KK_LET(const web::Form form, strangers_form(call));
  const std::string shown = form.text("login"), password = form.exact("password");
  const std::string typed = shown.size() <= kMostLogin ? shown : "", next = form.text("next");
  web::Problems problems;
  if (shown.empty()) problems.add("login", "login_required");
  if (password.empty()) problems.add("password", "password_required");
  if (!has_second_factor(form)) problems.add("code", "code_required");
  if (!problems.empty()) return login_page(call, typed, next, problems, 200);
  const Tried tried{login_of(shown), call.request.address};
  KK_LET(const int wait, count_try(call, tried));
  if (wait > 0) {
    problems.add("login", "login_wait", {{"seconds", std::to_string(wait)}});
    return login_page(call, typed, next, problems, 429);
  }
  auto checked = check(call, tried.login, password.size() <= kMostPasswordBytes ? password : "", form);
  if (!checked) {
    KK_TRY(uncount(call, tried));
    return fail(checked.error());
  }
  const auto& person = checked->person;
  if (!person) {
    const std::string named = checked->named ? std::to_string(*checked->named) : "";
    KK_TRY(log_use(call.db, {std::nullopt, call.request.address, Use::refused, "login", named, "", "wrong"}, call.now));
    problems.add("login", "login_wrong");
    return login_page(call, typed, next, problems, 200);
  }
  KK_TRY(forgive(call, tried));
  KK_LET(auto keys, custody::unlock(call.db, person->id, *checked->kek));
  // A new token at each login; the one that the browser came with, if any, is worth nothing from now on.
  const std::string old = token_of(call.request), token = crypto::random_token();
  // An account that is older than its keys gets them now.
  if (!keys) {
    KK_TRY(call.db.transact([&] { return custody::make_keys(call.db, person->id, *checked->kek, call.now); }));
    KK_LET(keys, custody::unlock(call.db, person->id, *checked->kek));
  }
  const auto begun = call.db.transact([&]() -> base::Status {
    if (!old.empty()) KK_TRY(staff::end_session(call.db, old));
    KK_TRY(begin_session(call.db, person->id, token, call.now));
    if (keys) KK_TRY(custody::keep_for_session(call.db, token, *keys));
    return log_use(call.db, {person->id, call.request.address, Use::login, "session", "", "", "begun"}, call.now);
  });
  if (!begun) return fail(begun.error());
  base::log_info("login", {{"staff", std::to_string(person->id)}});
  web::Response out = web::see_other(staff::is_own_path(next) ? next : staff::desk_path(person->lang));
  staff::put_session(out, token);
  return out;
}

base::Result<web::Response> post_logout(Call& call) {
  const auto ended = call.db.transact([&]() -> base::Status {
    KK_TRY(staff::end_session(call.db, token_of(call.request)));
    return log_use(call.db, {call.person().id, call.request.address, Use::login, "session", "", "", "ended"}, call.now);
  });
  if (!ended) return fail(ended.error());
  web::Response out = web::see_other(login_path(call.lang) + "?out=1");
  staff::drop_session(out);
  return out;
}

}  // namespace opener
