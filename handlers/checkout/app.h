// What every page of checkout works with.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "checkout/offer.h"
#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/crypto/crypto.h"
#include "lib/db/db.h"
#include "lib/view/view.h"
#include "lib/web/guard.h"
#include "lib/web/page.h"
#include "lib/web/route.h"

namespace checkout {

struct App {  // made once at start, never changed
  base::Instance instance;
  base::City city;
  base::Clock clock;
  crypto::Key cart_key;
  web::FormGuard guard;
  view::Templates templates;
  db::Config database;
};

struct Call {  // one request
  const App& app;
  const web::Frame& frame;
  const web::Request& request;
  db::Connection& db;
  OfferBook& offers;
  base::UtcTime now;
  base::Lang lang = base::Lang::fi;
  std::string arg;  // what stood at the route's star

  std::string say(std::string_view key, web::Problems::Values values = {}) const;
};

// Addresses of checkout's own pages.
std::string cart_path(base::Lang lang);
std::string cart_change_path(base::Lang lang);
std::string cart_code_path(base::Lang lang);
std::string details_path(base::Lang lang);
std::string review_path(base::Lang lang);
std::string order_post_path(base::Lang lang);
std::string gift_card_post_path(base::Lang lang);
std::string balance_path(base::Lang lang);

// A path in each language: for the language switch.
std::array<std::string, 3> in_all(std::string (*path)(base::Lang));

// Every POST: from our own page, and (but for adding to the cart from a static page) with our form's token.
// ERRORS: denied; invalid.
base::Result<web::Form> own_form(const Call& call, bool with_token = true);

// The same for a form that shows itself again, with all that was typed, when its token is not right (its cookie is gone).
// ERRORS: denied: from elsewhere; invalid.
struct Posted {
  web::Form form;
  bool fresh = true;  // the token is right; false: nothing is done, but said
};
base::Result<Posted> own_form_or_old(const Call& call);

// Puts the form's token into `data` (`form_token`), and answers with the cookie to set, if any.
std::string fill_token(const Call& call, view::Object& data);
void set_token_cookie(web::Response& response, const std::string& new_cookie);

const std::vector<web::Route<Call>>& routes();

// The pages, a file each.
base::Result<web::Response> show_cart(Call& call);
base::Result<web::Response> post_add(Call& call);
base::Result<web::Response> post_change(Call& call);
base::Result<web::Response> post_code(Call& call);
base::Result<web::Response> show_details(Call& call);
base::Result<web::Response> post_details(Call& call);
base::Result<web::Response> show_review(Call& call);
base::Result<web::Response> post_gift_card(Call& call);
base::Result<web::Response> post_order(Call& call);
base::Result<web::Response> show_order(Call& call);
base::Result<web::Response> post_accept(Call& call);
base::Result<web::Response> post_cancel(Call& call);
base::Result<web::Response> show_receipt(Call& call);
base::Result<web::Response> show_ticket(Call& call);
base::Result<web::Response> show_balance(Call& call);
base::Result<web::Response> post_balance(Call& call);
base::Result<web::Response> show_order_withdrawal(Call& call);
base::Result<web::Response> post_order_withdrawal(Call& call);
base::Result<web::Response> show_withdrawal(Call& call);
base::Result<web::Response> post_withdrawal(Call& call);
base::Result<web::Response> show_my_orders(Call& call);
base::Result<web::Response> post_my_orders(Call& call);

}  // namespace checkout
