#include "opener/app.h"

namespace opener {

using base::ErrorKind;
using base::fail;
using base::by_lang;
using base::Lang;
using web::Method;

namespace {

base::Result<web::Response> to_account(Call& call) { return web::see_other(account_path(call.lang)); }

}  // namespace

std::string Call::say(std::string_view key, web::Problems::Values values) const { return app.templates.say(lang, key, values); }

std::string login_path(Lang lang) { return by_lang(lang, "/fi/kirjaudu", "/sv/logga-in", "/en/login"); }
std::string account_path(Lang lang) { return by_lang(lang, "/fi/oma-tili", "/sv/mitt-konto", "/en/account"); }
std::string enrolment_path(Lang lang, const std::string& token) { return std::string(by_lang(lang, "/fi/tunnus/", "/sv/konto/", "/en/enrol/")) + token; }

base::Result<web::Form> own_form(const Call& call) {
  if (!web::from_own_page(call.request, call.app.instance.staff_url)) return fail(ErrorKind::denied, "not posted from our own page");
  KK_LET(web::Form form, web::Form::parse(call.request));
  if (!call.app.forms.valid(call.request, form)) return fail(ErrorKind::denied, "the form's token is not right");
  return form;
}

base::Result<web::Response> show(const Call& call, const Shown& page, view::Object data) {
  const auto issued = call.app.forms.issue(call.request);
  data.set("form_token", issued.field);
  KK_LET(web::Response out, call.frame.page(page.name, call.lang, page.title, page.paths, data));
  if (!issued.new_cookie.empty()) out.cookie({.name = web::kFormCookie, .value = issued.new_cookie});
  return out;
}

const std::vector<web::Route<Call>>& routes() {
  static const std::vector<web::Route<Call>> kRoutes = {
      {Method::get, "login", {"/fi/kirjaudu", "/sv/logga-in", "/en/login"}, show_login},
      {Method::post, "login", {"/fi/kirjaudu", "/sv/logga-in", "/en/login"}, post_login},
      {Method::get, "enrolment", {"/fi/tunnus/*", "/sv/konto/*", "/en/enrol/*"}, show_enrolment},
      {Method::post, "enrolment", {"/fi/tunnus/*", "/sv/konto/*", "/en/enrol/*"}, post_enrolment},
      {Method::get, "account", {"/fi/oma-tili", "/sv/mitt-konto", "/en/account"}, show_account},
      {Method::post, "logout", {"/fi/oma-tili/ulos", "/sv/mitt-konto/ut", "/en/account/logout"}, post_logout},
      {Method::post, "end_sessions", {"/fi/oma-tili/istunnot", "/sv/mitt-konto/sessioner", "/en/account/sessions"}, post_end_sessions},
      // A form's address opened by itself (reloaded, copied) leads to the page of the form.
      {Method::get, "to_account", {"/fi/oma-tili/ulos", "/sv/mitt-konto/ut", "/en/account/logout"}, to_account},
      {Method::get, "to_account", {"/fi/oma-tili/istunnot", "/sv/mitt-konto/sessioner", "/en/account/sessions"}, to_account},
  };
  return kRoutes;
}

}  // namespace opener
