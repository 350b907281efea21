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
#include "lib/view/view.h"
#include "lib/web/guard.h"
#include "lib/web/page.h"
#include "lib/web/route.h"
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
  web::FormGuard forms;   // of the pepper
  view::Templates templates;
  PasswordRules passwords;
  db::Config database;
};

struct Call {  // one request
  const App& app;
  const web::Frame& frame;
  const web::Request& request;
  db::Connection& db;
  base::UtcTime now;
  base::Lang lang = base::Lang::fi;
  std::string arg;  // what stood at the route's star

  std::string say(std::string_view key, web::Problems::Values values = {}) const;
};

std::string login_path(base::Lang lang);
std::string account_path(base::Lang lang);
std::string enrolment_path(base::Lang lang, const std::string& token);

// Every POST: from our own page, with our form's token. ERRORS: denied; invalid.
base::Result<web::Form> own_form(const Call& call);

struct Shown {
  const char* name;  // of the template
  std::string title;
  std::array<std::string, 3> paths;
};
// Renders a page with the form's token in it.
base::Result<web::Response> show(const Call& call, const Shown& page, view::Object data);

const std::vector<web::Route<Call>>& routes();

// The pages, a file each.
base::Result<web::Response> show_login(Call& call);
base::Result<web::Response> post_login(Call& call);
base::Result<web::Response> post_logout(Call& call);
base::Result<web::Response> show_enrolment(Call& call);
base::Result<web::Response> post_enrolment(Call& call);
base::Result<web::Response> show_account(Call& call);
base::Result<web::Response> post_end_sessions(Call& call);

}  // namespace opener
