#include "lib/base/log.h"
#include "lib/crypto/password.h"
#include "opener/app.h"
#include "opener/qr.h"
#include "opener/stretch_slot.h"
#include "opener/totp.h"

namespace opener {

using base::ErrorKind;
using base::fail;

namespace {

// The secret that the page shows comes back with its form, sealed together with the link's token.
constexpr const char* kShownLabel = "enrol.1";

std::array<std::string, 3> paths_of(const std::string& token) {
  return {enrolment_path(base::Lang::fi, token), enrolment_path(base::Lang::sv, token), enrolment_path(base::Lang::en, token)};
}

base::Result<Person> person_of(const Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no enrolment's token");
  KK_LET(auto person, find_enrolment(call.db, call.arg, call.now));
  if (!person) return fail(ErrorKind::not_found, "no such enrolment, or no more");
  return std::move(*person);
}

base::Result<web::Response> enrolment_page(const Call& call, const Person& person, const std::string& secret, const web::Problems& problems) {
  view::Object data;
  data.set("action", enrolment_path(call.lang, call.arg)).set("person_login", person.login).set("person_name", person.name);
  data.set("shown", crypto::seal_text(call.app.totp_key, kShownLabel, call.arg + secret));
  const std::string issuer = call.app.city.shop_name[call.lang];
  KK_LET(view::Html picture, qr_picture(totp_uri(secret, issuer, person.login), call.say("staff.qr_label")));
  data.set("qr", std::move(picture)).set("secret_words", totp_words(secret));
  problems.fill(data, call.app.templates, call.lang, {"password", "again", "code"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.enrol_title");
  return show_stranger(call, {"opener/enrolment", title, paths_of(call.arg)}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_enrolment(Call& call) {
  KK_LET(const Person person, person_of(call));
  return enrolment_page(call, person, crypto::random_bytes(kTotpSecretBytes), {});
}

base::Result<web::Response> post_enrolment(Call& call) {
  KK_LET(const web::Form form, strangers_form(call));
  KK_LET(const Person person, person_of(call));
  const auto shown = crypto::open_text(call.app.totp_key, kShownLabel, form.text("shown"));
  if (!shown || shown->size() != call.arg.size() + kTotpSecretBytes || !shown->starts_with(call.arg)) return fail(ErrorKind::invalid, "the enrolment's form is not whole");
  const std::string secret = shown->substr(call.arg.size()), password = form.exact("password");
  web::Problems problems;
  if (const char* wrong = call.app.passwords.problem(password, {person.login, person.name})) problems.add("password", wrong);
  else if (password != form.exact("again")) problems.add("again", "password_differs");
  const auto step = find_totp_step(secret, form.text("code"), call.now);
  if (!step) problems.add("code", form.text("code").empty() ? "code_required" : "code_wrong");
  if (!problems.empty()) return enrolment_page(call, person, secret, problems);
  NewCredentials made{crypto::random_bytes(crypto::kSaltBytes), "", crypto::seal_text(call.app.totp_key, "totp.1", secret), *step, call.request.address};
  KK_LET(const auto stretched, stretch(call, password, made.salt));
  made.verifier = stretched.verifier;
  made.kek = &stretched.kek;
  KK_TRY(enrol(call.db, call.arg, made, call.now));
  base::log_info("enrolled", {{"staff", std::to_string(person.id)}});
  return web::see_other(login_path(call.lang) + "?new=1");
}

}  // namespace opener
