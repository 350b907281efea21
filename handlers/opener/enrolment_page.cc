// An account begins: a password, and an authenticator app or a passkey; then the recovery codes, shown once.
#include "lib/base/log.h"
#include "lib/crypto/password.h"
#include "opener/app.h"
#include "opener/factor_store.h"
#include "opener/second_factor.h"
#include "opener/shown_secret.h"
#include "opener/stretch_slot.h"

namespace opener {

using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kPasskeyLabel = "enrol_passkey.1";

std::array<std::string, 3> paths_of(const std::string& token) {
  return {enrolment_path(base::Lang::fi, token), enrolment_path(base::Lang::sv, token), enrolment_path(base::Lang::en, token)};
}

std::string challenge_of(const Person& person) { return "enrol " + std::to_string(person.id); }

base::Result<Person> person_of(const Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no enrolment's token");
  KK_LET(auto person, find_enrolment(call.db, call.arg, call.now));
  if (!person) return fail(ErrorKind::not_found, "no such enrolment, or no more");
  return std::move(*person);
}

// A passkey that was made while the password was not right yet: it comes back with the form, sealed, so that nobody makes a second one.
std::string keep_passkey(const Call& call, const NewPasskey& made) {
  return crypto::seal_text(call.app.totp_key, kPasskeyLabel, call.arg + crypto::to_base64(made.credential_id) + " " + crypto::to_base64(made.public_key) + " " + std::to_string(made.sign_count));
}

std::optional<NewPasskey> kept_passkey(const Call& call, const std::string& sealed) {
  const auto text = crypto::open_text(call.app.totp_key, kPasskeyLabel, sealed);
  if (!text || !text->starts_with(call.arg)) return std::nullopt;
  const std::string rest = text->substr(call.arg.size());
  const auto first = rest.find(' '), second = rest.find(' ', first + 1);
  return NewPasskey{*crypto::from_base64(rest.substr(0, first)), *crypto::from_base64(rest.substr(first + 1, second - first - 1)), static_cast<std::uint32_t>(std::stoul(rest.substr(second + 1)))};
}

base::Result<std::optional<NewPasskey>> passkey_of(const Call& call, const Person& person, const web::Form& form) {
  if (const auto kept = kept_passkey(call, form.text("passkey_ready"))) return kept;
  if (form.text("passkey_client").empty()) return std::optional<NewPasskey>();
  const auto bytes = [&](const char* field) { return crypto::from_base64(form.text(field)).value_or(std::string()); };
  KK_LET(const std::string challenge, use_challenge(call, form.text("challenge"), challenge_of(person)));
  KK_LET(NewPasskey made, check_registration(relying_party(call.instance.staff_url), challenge, bytes("passkey_client"), bytes("passkey_attestation")));
  return std::optional<NewPasskey>(std::move(made));
}

base::Result<web::Response> enrolment_page(const Call& call, const Person& person, const std::string& secret, const std::optional<NewPasskey>& passkey, const web::Problems& problems) {
  view::Object data;
  data.set("action", enrolment_path(call.lang, call.arg)).set("person_login", person.login).set("person_name", person.name);
  data.set("is_passkey_ready", passkey.has_value()).set("passkey_ready", passkey ? keep_passkey(call, *passkey) : "");
  KK_TRY(show_secret(call, data, call.arg, secret, person.login));
  put_challenge(call, data, challenge_of(person));
  data.set("user_id", passkey_user(person.id));
  problems.fill(data, call.app.templates, call.lang, {"password", "again", "code"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("staff.enrol_title");
  return show_stranger(call, {"opener/enrolment", title, paths_of(call.arg)}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_enrolment(Call& call) {
  KK_LET(const Person person, person_of(call));
  return enrolment_page(call, person, new_totp_secret(), std::nullopt, {});
}

base::Result<web::Response> post_enrolment(Call& call) {
  KK_LET(const web::Form form, strangers_form(call));
  KK_LET(const Person person, person_of(call));
  KK_LET(const std::string secret, shown_secret(call, form, call.arg));
  const std::string password = form.exact("password");
  KK_LET(const auto passkey, passkey_of(call, person, form));
  web::Problems problems;
  if (const char* wrong = call.app.passwords.problem(password, {person.login, person.name})) problems.add("password", wrong);
  else if (password != form.exact("again")) problems.add("again", "password_differs");
  const auto step = find_totp_step(secret, form.text("code"), call.now);
  if (!step && !passkey) problems.add("code", form.text("code").empty() ? "code_required" : "code_wrong");
  if (!problems.empty()) return enrolment_page(call, person, secret, passkey, problems);
  const auto codes = new_recovery_codes();
  NewCredentials made;
  made.salt = crypto::random_bytes(crypto::kSaltBytes);
  if (passkey) made.passkey = passkey, made.passkey_name = call.say("staff.enrol_passkey_name");
  else made.totp_secret = seal_totp_secret(call, secret), made.step = *step;
  made.recovery_hashes = recovery_hashes(call, person.id, codes);
  made.address = call.request.address;
  KK_LET(const auto stretched, stretch(call, password, made.salt));
  made.verifier = stretched.verifier;
  made.kek = &stretched.kek;
  KK_TRY(enrol(call.db, call.arg, made, call.now));
  base::log_info("enrolled", {{"staff", std::to_string(person.id)}});
  view::Object data;
  data.set("codes", shown_codes(codes)).set("next_url", login_path(call.lang)).set("is_new", true).set("is_own_account", false);
  return show_stranger(call, {"opener/codes", call.say("staff.codes_title"), {login_path(base::Lang::fi), login_path(base::Lang::sv), login_path(base::Lang::en)}}, std::move(data));
}

}  // namespace opener
