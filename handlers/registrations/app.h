// What every page of registrations works with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/cart/cart.h"
#include "lib/crypto/crypto.h"
#include "lib/db/db.h"
#include "lib/keys/keys.h"
#include "lib/view/view.h"
#include "lib/web/guard.h"
#include "lib/web/page.h"
#include "lib/web/route.h"
#include "registrations/seal.h"

namespace registrations {

struct App {  // made once at start, never changed
  base::Instance instance;
  base::City city;
  base::Clock clock;
  crypto::Key cart_key;
  web::FormGuard guard;
  view::Templates templates;
  db::Config database;
  std::optional<keys::Anchors> anchors;  // nothing: no ceremony of keys has been held, and nothing can be taken in
};

struct Call {  // one request
  const App& app;
  const web::Frame& frame;
  const web::Request& request;
  db::Connection& db;
  KeyRing& ring;
  base::UtcTime now;
  base::Lang lang = base::Lang::fi;
  std::string arg;  // what stood at the route's star

  std::string say(std::string_view key, web::Problems::Values values = {}) const { return app.templates.say(lang, key, values); }
};

std::string enter_path(base::Lang lang);
std::string queue_path(base::Lang lang);
enum class Act { cancel, consent, health };  // what the family's page leads to
std::string act_path(base::Lang lang, const std::string& token, Act act);
// The page's address in each language.
std::array<std::string, 3> pages_of(const std::string& token);

// A POST from our own page. ERRORS: denied; invalid.
base::Result<web::Form> own_form(const Call& call);
// Renders a page of this process; its forms get their token.
base::Result<web::Response> show(const Call& call, const char* name, const std::string& title, const std::array<std::string, 3>& paths, view::Object data);

// Keys of the session's unit for what its form asks. ERRORS: unavailable.
base::Result<Keys> keys_for(Call& call, const Session& session);

const std::vector<web::Route<Call>>& routes();

// The pages, a file each.
base::Result<web::Response> post_enter(Call& call);         // a session's seats, held
base::Result<web::Response> post_queue(Call& call);         // into the waiting list
base::Result<web::Response> to_front(Call& call);
base::Result<web::Response> show_registration(Call& call);  // the family's page, or the form while it isn't filled
base::Result<web::Response> post_registration(Call& call);
base::Result<web::Response> post_cancel(Call& call);
base::Result<web::Response> post_consent(Call& call);       // the consent to health answers, withdrawn
base::Result<web::Response> show_health(Call& call);        // health answers, typed anew
base::Result<web::Response> post_health(Call& call);

// The form, as typed. `typed`: nothing the first time.
base::Result<web::Response> form_page(Call& call, const Registration& registration, const web::Form* typed, const web::Problems& problems);
base::Result<web::Response> post_form(Call& call, const Registration& registration);

}  // namespace registrations
