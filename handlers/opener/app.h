// What every page of opener works with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/crypto/crypto.h"
#include "lib/db/db.h"
#include "lib/keys/keys.h"
#include "lib/staff/page.h"
#include "lib/view/view.h"
#include "lib/web/guard.h"
#include "opener/password_rules.h"
#include "opener/staff_store.h"

namespace opener {

struct App {  // made once at start, never changed
  base::Instance instance;
  base::City city;
  base::Clock clock;
  crypto::Key pepper;
  crypto::Key totp_key;   // of the pepper: TOTP secrets lie in the database under it
  crypto::Key guard_key;  // of the pepper: whose failures are counted can't be read from the database
  web::FormGuard forms;   // of the pepper; for the forms of people who have no session yet
  view::Templates templates;
  PasswordRules passwords;
  db::Config database;
  std::optional<keys::Anchors> anchors;  // nothing: no ceremony of keys has been held yet
};

struct Call : staff::Call {  // one request
  const App& app;
};

using staff::login_path;
using staff::token_of;
std::string account_path(base::Lang lang);
std::string enrolment_path(base::Lang lang, const std::string& token);

// "?next=/fi/...": where the address says that it goes on afterwards; empty: nowhere of ours.
std::string next_of(const Call& call);

// Before the login: a POST from our own page, with our form's token. ERRORS: denied; invalid.
base::Result<web::Form> strangers_form(const Call& call);
// Before the login: renders a page with that token in it.
base::Result<web::Response> show_stranger(const Call& call, const staff::Shown& page, view::Object data);

const std::vector<staff::Route<Call>>& routes();

// The pages, a file each.
base::Result<web::Response> show_login(Call& call);
base::Result<web::Response> post_login(Call& call);
base::Result<web::Response> show_confirm(Call& call);
base::Result<web::Response> post_confirm(Call& call);
base::Result<web::Response> post_logout(Call& call);
base::Result<web::Response> show_enrolment(Call& call);
base::Result<web::Response> post_enrolment(Call& call);
base::Result<web::Response> show_account(Call& call);
base::Result<web::Response> post_end_session(Call& call);
base::Result<web::Response> post_end_sessions(Call& call);
base::Result<web::Response> account_page(const Call& call, const web::Problems& problems);
base::Result<web::Response> show_password(Call& call);
base::Result<web::Response> post_password(Call& call);
base::Result<web::Response> show_authenticator(Call& call);
base::Result<web::Response> post_authenticator(Call& call);
base::Result<web::Response> post_remove_authenticator(Call& call);
base::Result<web::Response> post_add_passkey(Call& call);
base::Result<web::Response> post_remove_passkey(Call& call);
base::Result<web::Response> post_recovery_codes(Call& call);
base::Result<web::Response> show_keys(Call& call);
base::Result<web::Response> post_sign_key(Call& call);
base::Result<web::Response> post_make_group(Call& call);
base::Result<web::Response> post_ask_to_join(Call& call);
base::Result<web::Response> post_let_join(Call& call);
base::Result<web::Response> post_leave_group(Call& call);
base::Result<web::Response> post_reseal(Call& call);
base::Result<web::Response> post_make_probe(Call& call);
base::Result<web::Response> post_open_probe(Call& call);
base::Result<web::Response> show_sessions(Call& call);
base::Result<web::Response> show_participants(Call& call);
base::Result<web::Response> post_health_answers(Call& call);
base::Result<web::Response> post_emergency(Call& call);
base::Result<web::Response> post_kitchen(Call& call);
base::Result<web::Response> post_attendance(Call& call);
base::Result<web::Response> post_break_glass(Call& call);
base::Result<web::Response> to_participants(Call& call);

}  // namespace opener
