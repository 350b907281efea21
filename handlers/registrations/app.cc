#include "registrations/app.h"

namespace registrations {

using base::by_lang;
using base::ErrorKind;
using base::fail;
using base::Lang;
using web::Method;

std::string enter_path(Lang lang) { return by_lang(lang, "/fi/ilmoittaudu", "/sv/anmal", "/en/sign-up"); }

std::array<std::string, 3> pages_of(const std::string& token) { return {page_path(Lang::fi, token), page_path(Lang::sv, token), page_path(Lang::en, token)}; }

base::Result<web::Form> own_form(const Call& call) {
  if (!web::from_own_page(call.request, call.app.instance.public_url)) return fail(ErrorKind::denied, "not posted from our own page");
  return web::Form::parse(call.request);
}

base::Result<web::Response> show(const Call& call, const char* name, const std::string& title, const std::array<std::string, 3>& paths, view::Object data) {
  const auto issued = call.app.guard.issue(call.request);
  data.set("form_token", issued.field);
  KK_LET(web::Response out, call.frame.page(name, call.lang, title, paths, data));
  if (!issued.new_cookie.empty()) out.cookie({.name = web::kFormCookie, .value = issued.new_cookie});
  return out;
}

base::Result<Keys> keys_for(Call& call, const Session& session) {
  const auto key = [&](crypto::DataClass data_class) { return call.ring.key(call.db, call.app.anchors, session.unit, data_class, call.now); };
  KK_LET(const auto child, key(crypto::DataClass::child));
  KK_LET(const auto contact, key(crypto::DataClass::contact));
  Keys out{child, contact, std::nullopt};
  for (const auto& question : session.questions) {
    if (question.answer_class != AnswerClass::health || out.health) continue;
    KK_LET(const auto health, key(crypto::DataClass::health));
    out.health = health;
  }
  return out;
}

base::Result<web::Response> to_front(Call& call) { return web::see_other(by_lang(call.lang, "/fi/", "/sv/", "/en/")); }

std::string queue_path(Lang lang) { return by_lang(lang, "/fi/ilmoittaudu/jono", "/sv/anmal/ko", "/en/sign-up/queue"); }

std::string act_path(Lang lang, const std::string& token, Act act) {
  const std::string page = page_path(lang, token);
  switch (act) {
    case Act::cancel: return page + by_lang(lang, "/peru", "/annullera", "/cancel");
    case Act::consent: return page + by_lang(lang, "/suostumus", "/samtycke", "/consent");
    case Act::health: return page + by_lang(lang, "/terveystiedot", "/halsouppgifter", "/health");
  }
  return page;
}

namespace {
base::Result<web::Response> to_page(Call& call) { return web::see_other(page_path(call.lang, call.arg)); }
}  // namespace

const std::vector<web::Route<Call>>& routes() {
  static const std::vector<web::Route<Call>> kRoutes = {
      {Method::post, "enter", {"/fi/ilmoittaudu", "/sv/anmal", "/en/sign-up"}, post_enter},
      {Method::get, "to_front", {"/fi/ilmoittaudu", "/sv/anmal", "/en/sign-up"}, to_front},
      {Method::post, "queue", {"/fi/ilmoittaudu/jono", "/sv/anmal/ko", "/en/sign-up/queue"}, post_queue},
      {Method::get, "to_front", {"/fi/ilmoittaudu/jono", "/sv/anmal/ko", "/en/sign-up/queue"}, to_front},
      {Method::get, "registration", {"/fi/ilmoittautuminen/*", "/sv/anmalan/*", "/en/registration/*"}, show_registration},
      {Method::post, "registration", {"/fi/ilmoittautuminen/*", "/sv/anmalan/*", "/en/registration/*"}, post_registration},
      {Method::post, "cancel", {"/fi/ilmoittautuminen/*/peru", "/sv/anmalan/*/annullera", "/en/registration/*/cancel"}, post_cancel},
      {Method::post, "consent", {"/fi/ilmoittautuminen/*/suostumus", "/sv/anmalan/*/samtycke", "/en/registration/*/consent"}, post_consent},
      {Method::get, "health", {"/fi/ilmoittautuminen/*/terveystiedot", "/sv/anmalan/*/halsouppgifter", "/en/registration/*/health"}, show_health},
      {Method::post, "health", {"/fi/ilmoittautuminen/*/terveystiedot", "/sv/anmalan/*/halsouppgifter", "/en/registration/*/health"}, post_health},
      // A form's address opened by itself leads to the page of the form.
      {Method::get, "to_registration", {"/fi/ilmoittautuminen/*/peru", "/sv/anmalan/*/annullera", "/en/registration/*/cancel"}, to_page},
      {Method::get, "to_registration", {"/fi/ilmoittautuminen/*/suostumus", "/sv/anmalan/*/samtycke", "/en/registration/*/consent"}, to_page},
  };
  return kRoutes;
}

}  // namespace registrations
