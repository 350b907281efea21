#include "lib/staff/use_log.h"
#include "opener/app.h"

namespace opener {

base::Result<web::Response> show_account(Call& call) {
  const staff::Person& person = call.person();
  view::Object data;
  data.set("person_name", person.name).set("person_login", person.login);
  KK_LET(const auto sessions, staff::sessions_of(call.db, person, call.now));
  view::List list;
  for (const auto& one : sessions) {
    list.push_back(view::Object()
                       .set("begun", base::format_date_time(one.begun, call.lang))
                       .set("seen", base::format_date_time(one.seen, call.lang))
                       .set("is_this", one.begun == call.here->begun));
  }
  data.set("sessions", std::move(list));
  const std::string base = account_path(call.lang);
  data.set("logout_url", base + base::by_lang(call.lang, "/ulos", "/ut", "/logout"));
  data.set("end_url", base + base::by_lang(call.lang, "/istunnot", "/sessioner", "/sessions"));
  return staff::show(call, {"opener/account", call.say("staff.account_title"), {account_path(base::Lang::fi), account_path(base::Lang::sv), account_path(base::Lang::en)}},
              std::move(data));
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
