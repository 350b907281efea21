#include "opener/app.h"
#include "opener/session.h"
#include "opener/use_log.h"

namespace opener {

base::Result<web::Response> show_account(Call& call) {
  KK_LET(const auto here, who_is_here(call));
  if (!here) return web::see_other(login_path(call.lang) + (token_of(call).empty() ? "" : "?ended=1"));
  view::Object data;
  data.set("person_name", here->person.name).set("person_login", here->person.login);
  KK_LET(const auto sessions, sessions_of(call.db, here->person, call.now));
  view::List list;
  for (const auto& one : sessions) {
    list.push_back(view::Object()
                       .set("begun", base::format_date_time(one.begun, call.lang))
                       .set("seen", base::format_date_time(one.seen, call.lang))
                       .set("is_this", one.begun == here->begun));
  }
  data.set("sessions", std::move(list));
  const std::string base = account_path(call.lang);
  data.set("logout_url", base + base::by_lang(call.lang, "/ulos", "/ut", "/logout"));
  data.set("end_url", base + base::by_lang(call.lang, "/istunnot", "/sessioner", "/sessions"));
  return show(call, {"opener/account", call.say("staff.account_title"), {account_path(base::Lang::fi), account_path(base::Lang::sv), account_path(base::Lang::en)}},
              std::move(data));
}

base::Result<web::Response> post_end_sessions(Call& call) {
  KK_TRY(own_form(call));
  KK_LET(const auto here, who_is_here(call));
  const auto ended = call.db.transact([&]() -> base::Status {
    if (!here) return {};
    KK_TRY(end_sessions(call.db, here->person.id));
    return log_use(call.db, {here->person.id, call.request.address, Use::login, "session", "", "", "all ended"}, call.now);
  });
  if (!ended) return base::fail(ended.error());
  return web::see_other(login_path(call.lang) + "?out=1");
}

}  // namespace opener
