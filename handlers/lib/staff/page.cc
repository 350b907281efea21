#include "lib/staff/page.h"

#include "lib/crypto/crypto.h"
#include "lib/web/guard.h"

namespace staff {

using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kCookie = "staff";

// Nobody who doesn't have the session's cookie can make it, and it tells nothing of the cookie.
std::string form_token(const std::string& session) { return crypto::hmac_sha256_hex(session, "form.1").substr(0, 40); }

base::Result<web::Form> own_form(const Call& call) {
  if (!web::from_own_page(call.request, call.instance.staff_url)) return fail(ErrorKind::denied, "not posted from our own page");
  KK_LET(web::Form form, web::Form::parse(call.request));
  const std::string session = token_of(call.request);
  if (!session.empty() && !crypto::equal(form.text(web::kFormField), form_token(session))) return fail(ErrorKind::denied, "the form's token is not right");
  return form;
}

}  // namespace

std::string login_path(base::Lang lang) { return base::by_lang(lang, "/fi/kirjaudu", "/sv/logga-in", "/en/login"); }

std::string token_of(const web::Request& request) {
  const auto token = request.cookie(std::string("__Host-") + kCookie);
  return token && crypto::is_token(*token) ? *token : std::string();
}

void put_session(web::Response& response, const std::string& token) { response.cookie({.name = kCookie, .value = token, .strict = true}); }

void drop_session(web::Response& response) { response.cookie({.name = kCookie, .value = "", .max_age = 0, .strict = true}); }

base::Result<std::optional<web::Response>> admit(Call& call, Need need) {
  using Instead = std::optional<web::Response>;
  const std::string token = token_of(call.request);
  if (!token.empty()) {
    KK_LET(call.here, find_session(call.db, token, call.now));
  }
  if (need == Need::nobody) return Instead();
  if (call.request.method == web::Method::post) {
    KK_LET(call.form, own_form(call));
  }
  if (!call.here) return Instead(web::see_other(login_path(call.lang) + (token.empty() ? "" : "?ended=1")));
  return Instead();
}

base::Result<web::Response> show(const Call& call, const Shown& page, view::Object data) {
  data.set("form_token", form_token(token_of(call.request)));
  return call.frame.page(page.name, call.lang, page.title, page.paths, data);
}

}  // namespace staff
