// What the buyer tells on the page Details: kept sealed in a cookie for two hours, so that nothing typed is lost between
// the steps, nor when it is wrong and the language is changed.
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
  bool checked = false;                          // false: as typed; not to be ordered with
};

// The choice's name in forms: the codes it is between, "delivery_email_post".
std::string choice_key(const DeliveryChoice& choice);
// A town as it was asked about, with its postal code.
std::string town_key(const orders::Contact& contact);
// True where the buyer may ask to begin before the 14 days are over (KSL 6:15; domain rule 2.16), or to have digital content
// at once and so give up the right to withdraw (KSL 6:16).
bool may_begin_now(const BasketLine& line);

// The form as typed (whatever it is), to be shown again.
Details details_typed(const web::Form& form, const Basket& basket);
// The same, checked and normalised. Problems name the fields. A postal code of Finland is looked up, and gives the town that
// was left empty its name in `lang`. ERRORS: unavailable.
base::Result<Details> check_details(db::Connection& db, base::Lang lang, const web::Form& form, const Basket& basket, web::Problems& problems);

// Whether they are checked and still fit the cart: delivery ways that exist and reach the country, a holder's name for each
// unit. False: back to Details.
bool details_fit(const Details& details, const Basket& basket);

std::string print_details(const Details& details);
std::optional<Details> parse_details(std::string_view text);

inline constexpr int kDetailsSeconds = 2 * 60 * 60;
std::optional<Details> details_of(const web::Request& request, const crypto::Key& key, base::UtcTime now);
// False: too long for a cookie.
bool put_details(web::Response& response, const crypto::Key& key, const Details& details, base::UtcTime now);
void drop_details(web::Response& response);

}  // namespace checkout
