#include "opener/app.h"

namespace opener {

using base::ErrorKind;
using base::fail;
using base::by_lang;
using base::Lang;
using staff::Need;
using staff::Right;
using web::Method;

namespace {

base::Result<web::Response> to_keys(Call& call) { return web::see_other(base::by_lang(call.lang, "/fi/avaimet", "/sv/nycklar", "/en/keys")); }
base::Result<web::Response> to_account(Call& call) { return web::see_other(account_path(call.lang)); }

}  // namespace

std::string account_path(Lang lang) { return by_lang(lang, "/fi/oma-tili", "/sv/mitt-konto", "/en/account"); }
std::string enrolment_path(Lang lang, const std::string& token) { return std::string(by_lang(lang, "/fi/tunnus/", "/sv/konto/", "/en/enrol/")) + token; }

std::string next_of(const Call& call) {
  const auto pairs = web::parse_urlencoded(call.request.query);
  if (!pairs) return {};
  for (const auto& [name, value] : *pairs) {
    if (name == "next" && staff::is_own_path(value)) return value;
  }
  return {};
}

base::Result<web::Form> strangers_form(const Call& call) {
  if (!web::from_own_page(call.request, call.instance.staff_url)) return fail(ErrorKind::denied, "not posted from our own page");
  KK_LET(web::Form form, web::Form::parse(call.request));
  if (!call.app.forms.valid(call.request, form)) return fail(ErrorKind::denied, "the form's token is not right");
  return form;
}

base::Result<web::Response> show_stranger(const Call& call, const staff::Shown& page, view::Object data) {
  const auto issued = call.app.forms.issue(call.request);
  data.set("form_token", issued.field);
  KK_LET(web::Response out, call.frame.page(page.name, call.lang, page.title, page.paths, data));
  if (!issued.new_cookie.empty()) out.cookie({.name = web::kFormCookie, .value = issued.new_cookie});
  return out;
}

const std::vector<staff::Route<Call>>& routes() {
  static const std::vector<staff::Route<Call>> kRoutes = {
      {Method::get, "login", {"/fi/kirjaudu", "/sv/logga-in", "/en/login"}, {Need::nobody}, show_login},
      {Method::post, "login", {"/fi/kirjaudu", "/sv/logga-in", "/en/login"}, {Need::nobody}, post_login},
      {Method::get, "enrolment", {"/fi/tunnus/*", "/sv/konto/*", "/en/enrol/*"}, {Need::nobody}, show_enrolment},
      {Method::post, "enrolment", {"/fi/tunnus/*", "/sv/konto/*", "/en/enrol/*"}, {Need::nobody}, post_enrolment},
      {Method::get, "account", {"/fi/oma-tili", "/sv/mitt-konto", "/en/account"}, {Need::session}, show_account},
      {Method::get, "confirm", {"/fi/vahvista", "/sv/bekrafta", "/en/confirm"}, {Need::session}, show_confirm},
      {Method::post, "confirm", {"/fi/vahvista", "/sv/bekrafta", "/en/confirm"}, {Need::session}, post_confirm},
      {Method::post, "logout", {"/fi/oma-tili/ulos", "/sv/mitt-konto/ut", "/en/account/logout"}, {Need::session}, post_logout},
      {Method::post, "end_session", {"/fi/oma-tili/istunto", "/sv/mitt-konto/session", "/en/account/session"}, {Need::session}, post_end_session},
      {Method::post, "end_sessions", {"/fi/oma-tili/istunnot", "/sv/mitt-konto/sessioner", "/en/account/sessions"}, {Need::session}, post_end_sessions},
      {Method::get, "password", {"/fi/salasana", "/sv/losenord", "/en/password"}, {Need::session}, show_password},
      {Method::post, "password", {"/fi/salasana", "/sv/losenord", "/en/password"}, {Need::fresh}, post_password},
      {Method::get, "authenticator", {"/fi/todennussovellus", "/sv/autentiseringsapp", "/en/authenticator"}, {Need::fresh}, show_authenticator},
      {Method::post, "authenticator", {"/fi/todennussovellus", "/sv/autentiseringsapp", "/en/authenticator"}, {Need::fresh}, post_authenticator},
      {Method::post, "remove_authenticator", {"/fi/oma-tili/sovellus-pois", "/sv/mitt-konto/app-bort", "/en/account/authenticator-remove"}, {Need::fresh}, post_remove_authenticator},
      {Method::post, "add_passkey", {"/fi/oma-tili/avain", "/sv/mitt-konto/nyckel", "/en/account/passkey"}, {Need::fresh}, post_add_passkey},
      {Method::post, "remove_passkey", {"/fi/oma-tili/avain-pois", "/sv/mitt-konto/nyckel-bort", "/en/account/passkey-remove"}, {Need::fresh}, post_remove_passkey},
      {Method::post, "recovery_codes", {"/fi/oma-tili/koodit", "/sv/mitt-konto/koder", "/en/account/codes"}, {Need::fresh}, post_recovery_codes},
      {Method::get, "keys", {"/fi/avaimet", "/sv/nycklar", "/en/keys"}, {Need::session}, show_keys},
      {Method::post, "sign_key", {"/fi/avaimet/allekirjoita", "/sv/nycklar/signera", "/en/keys/sign"}, {Need::fresh, Right::keys_manage}, post_sign_key},
      {Method::post, "make_group", {"/fi/avaimet/ryhma", "/sv/nycklar/grupp", "/en/keys/group"}, {Need::fresh, Right::keys_manage}, post_make_group},
      {Method::post, "ask_to_join", {"/fi/avaimet/pyyda", "/sv/nycklar/begar", "/en/keys/ask"}, {Need::fresh, Right::keys_manage}, post_ask_to_join},
      {Method::post, "let_join", {"/fi/avaimet/liita", "/sv/nycklar/anslut", "/en/keys/join"}, {Need::fresh}, post_let_join},
      {Method::post, "leave_group", {"/fi/avaimet/poista", "/sv/nycklar/ta-bort", "/en/keys/leave"}, {Need::fresh, Right::keys_manage}, post_leave_group},
      {Method::post, "reseal", {"/fi/avaimet/salaa", "/sv/nycklar/forsegla", "/en/keys/reseal"}, {Need::fresh}, post_reseal},
      {Method::post, "make_probe", {"/fi/avaimet/koe", "/sv/nycklar/prov", "/en/keys/probe"}, {Need::session}, post_make_probe},
      {Method::post, "open_probe", {"/fi/avaimet/avaa", "/sv/nycklar/oppna", "/en/keys/open"}, {Need::session}, post_open_probe},
      {Method::get, "sessions", {"/fi/osallistujat", "/sv/deltagare", "/en/participants"}, {Need::session, Right::participants_view}, show_sessions},
      {Method::get, "participants", {"/fi/osallistujat/*", "/sv/deltagare/*", "/en/participants/*"}, {Need::session, Right::participants_view}, show_participants},
      {Method::post, "health_answers", {"/fi/osallistujat/*/terveystiedot", "/sv/deltagare/*/halsouppgifter", "/en/participants/*/health"}, {Need::session, Right::health_open}, post_health_answers},
      {Method::get, "to_participants", {"/fi/osallistujat/*/terveystiedot", "/sv/deltagare/*/halsouppgifter", "/en/participants/*/health"}, {}, to_participants},
      {Method::post, "emergency", {"/fi/osallistujat/*/hatatilanne", "/sv/deltagare/*/nodfall", "/en/participants/*/emergency"}, {Need::session, Right::health_open}, post_emergency},
      {Method::get, "to_participants", {"/fi/osallistujat/*/hatatilanne", "/sv/deltagare/*/nodfall", "/en/participants/*/emergency"}, {}, to_participants},
      {Method::post, "kitchen", {"/fi/osallistujat/*/ruoka", "/sv/deltagare/*/mat", "/en/participants/*/kitchen"}, {Need::session, Right::health_open}, post_kitchen},
      {Method::get, "to_participants", {"/fi/osallistujat/*/ruoka", "/sv/deltagare/*/mat", "/en/participants/*/kitchen"}, {}, to_participants},
      {Method::post, "attendance", {"/fi/osallistujat/*/lasna", "/sv/deltagare/*/narvaro", "/en/participants/*/attendance"}, {Need::session, Right::participants_view}, post_attendance},
      {Method::get, "to_participants", {"/fi/osallistujat/*/lasna", "/sv/deltagare/*/narvaro", "/en/participants/*/attendance"}, {}, to_participants},
      {Method::post, "break_glass", {"/fi/osallistujat/*/avaa-hatatilassa", "/sv/deltagare/*/oppna-i-nodlage", "/en/participants/*/break-glass"}, {Need::session, Right::health_open}, post_break_glass},
      {Method::get, "to_participants", {"/fi/osallistujat/*/avaa-hatatilassa", "/sv/deltagare/*/oppna-i-nodlage", "/en/participants/*/break-glass"}, {}, to_participants},
      {Method::get, "to_keys", {"/fi/avaimet/*", "/sv/nycklar/*", "/en/keys/*"}, {Need::nobody}, to_keys},
      // A form's address opened by itself (reloaded, copied) leads to the page of the form.
      {Method::get, "to_account", {"/fi/oma-tili/*", "/sv/mitt-konto/*", "/en/account/*"}, {Need::nobody}, to_account},
  };
  return kRoutes;
}

}  // namespace opener
