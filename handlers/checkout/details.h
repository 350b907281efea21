// What the buyer tells on the page Details: checked, and kept sealed in a cookie for two hours, so that
// nothing typed is lost between the steps.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checkout/basket.h"
#include "lib/base/time.h"
#include "lib/crypto/crypto.h"
#include "lib/db/db.h"
#include "lib/orders/order.h"
#include "lib/web/form.h"

namespace checkout {

struct Details {
  orders::Contact contact;
  std::vector<std::string> begin_now;            // line keys with the tick
  std::map<std::string, std::string> delivery;   // delivery choice's key -> way's code
  std::map<std::string, std::vector<std::string>> holders;  // line key -> one name per unit
};

// "123_adult": a cart line's name in forms.
std::string line_key(const CartLine& line);
// The choice's name in forms: the codes it is between, "delivery_email_post".
std::string choice_key(const DeliveryChoice& choice);
// True where the buyer may ask to begin before the 14 days are over (KSL 6:15; domain rule 2.16).
bool may_begin_now(const BasketLine& line);

// The form as typed (whatever it is), to be shown again.
Details details_typed(const web::Form& form, const Basket& basket);
// The same, checked and normalised. Problems name the fields. A postal code of Finland is looked up.
// ERRORS: unavailable.
base::Result<Details> check_details(db::Connection& db, const web::Form& form, const Basket& basket, web::Problems& problems);

// Which choices still fit the cart: delivery ways that exist, a holder's name for each unit. False: back to Details.
bool details_fit(const Details& details, const Basket& basket);

std::string print_details(const Details& details);
std::optional<Details> parse_details(std::string_view text);

inline constexpr int kDetailsSeconds = 2 * 60 * 60;
std::optional<Details> details_of(const web::Request& request, const crypto::Key& key, base::UtcTime now);
// False: too long for a cookie.
bool put_details(web::Response& response, const crypto::Key& key, const Details& details, base::UtcTime now);
void drop_details(web::Response& response);

// ISO 3166 codes that the form offers, Finland first, with names in the language.
std::vector<std::pair<std::string, std::string>> countries(base::Lang lang);

}  // namespace checkout
