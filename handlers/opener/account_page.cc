#include "lib/staff/use_log.h"
#include "opener/app.h"
#include "opener/factor_store.h"
#include "opener/second_factor.h"

namespace opener {

base::Result<web::Response> account_page(const Call& call, const web::Problems& problems) {
  const staff::Person& person = call.person();
  view::Object data;
  data.set("person_name", person.name).set("person_login", person.login);
  KK_LET(const auto sessions, staff::sessions_of(call.db, person, call.now, call.idle()));
  view::List list;
  for (const auto& one : sessions) {
    list.push_back(view::Object()
                       .set("begun", base::format_date_time(one.begun, call.lang))
                       .set("seen", base::format_date_time(one.seen, call.lang))
                       .set("id", one.id)
                       .set("is_this", one.id == call.here->id));
  }
  data.set("sessions", std::move(list));
  KK_LET(const auto passkeys, passkeys_of(call.db, person.id, call.now));
  KK_LET(const std::string app, find_totp_secret(call.db, person.id));
  data.set("has_app", !app.empty()).set("may_remove_app", !app.empty() && !passkeys.empty());
  view::List keys;
  for (const auto& one : passkeys) {
    keys.push_back(view::Object().set("id", std::to_string(one.id)).set("name", one.name).set("made", base::format_date(one.made, call.lang))
                       .set("used", one.used ? base::format_date_time(*one.used, call.lang) : "-")
                       .set("may_remove", !app.empty() || passkeys.size() > 1));
  }
  data.set("no_passkeys", keys.empty()).set("passkeys", std::move(keys));
  KK_LET(const int codes, recovery_codes_left(call.db, person.id));
  data.set("codes_left", call.say("staff.codes_left", {{"count", std::to_string(codes)}}));
  const std::string challenge_of = "register " + std::to_string(person.id);
  put_challenge(call, data, challenge_of);
  data.set("user_id", passkey_user(person.id)).set("typed_name", call.form.text("name"));
  const std::string base = account_path(call.lang);
  const auto url = [&](const char* name, const char* fi, const char* sv, const char* en) { data.set(name, base + "/" + std::string(base::by_lang(call.lang, fi, sv, en))); };
  data.set("password_url", base::by_lang(call.lang, "/fi/salasana", "/sv/losenord", "/en/password"));
  url("logout_url", "ulos", "ut", "logout");
  url("end_one_url", "istunto", "session", "session");
  url("end_url", "istunnot", "sessioner", "sessions");
  data.set("app_url", base::by_lang(call.lang, "/fi/todennussovellus", "/sv/autentiseringsapp", "/en/authenticator"));
  url("app_remove_url", "sovellus-pois", "app-bort", "authenticator-remove");
  url("passkey_url", "avain", "nyckel", "passkey");
  url("passkey_remove_url", "avain-pois", "nyckel-bort", "passkey-remove");
  url("codes_url", "koodit", "koder", "codes");
  problems.fill(data, call.templates, call.lang, {"name"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.account_title");
  return staff::show(call, {"opener/account", title, {account_path(base::Lang::fi), account_path(base::Lang::sv), account_path(base::Lang::en)}}, std::move(data));
}

base::Result<web::Response> show_account(Call& call) { return account_page(call, {}); }

base::Result<web::Response> post_end_session(Call& call) {
  const auto ended = call.db.transact([&]() -> base::Status {
    KK_TRY(staff::end_session_of(call.db, call.person().id, call.form.text("session")));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::login, "session", "", "", "one ended"}, call.now);
  });
  if (!ended) return base::fail(ended.error());
  return web::see_other(account_path(call.lang));
}

base::Result<web::Response> post_end_sessions(Call& call) {
  const auto ended = call.db.transact([&]() -> base::Status {
    KK_TRY(staff::end_sessions(call.db, call.person().id));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::login, "session", "", "", "all ended"}, call.now);
  });
  if (!ended) return base::fail(ended.error());
  return web::see_other(login_path(call.lang) + "?out=1");
}

}  // namespace opener
