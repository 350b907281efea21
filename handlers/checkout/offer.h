// What the shop offers now for the things in a cart. The database is asked each time; what it said before is used again
// while its catalogue has the same version.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/time.h"
#include "lib/cart/cart.h"
#include "lib/catalogue/closure_store.h"
#include "lib/catalogue/sale.h"
#include "lib/db/db.h"
#include "lib/orders/order.h"

namespace checkout {

using cart::Cart;
using cart::CartLine;
using cart::cart_of;
using cart::kMaxQuantity;
using cart::kMaxSealed;
using cart::parse_cart;

struct DeliveryWay {
  std::string code, kind, name, detail;
  base::Cents price;
  std::string vat_code, vat_reason;
  std::optional<int> vat_per_mille;
};

struct Offer {  // one variant of a product, in one language
  std::int64_t variant = 0, product = 0;
  std::string unit, product_code, variant_code, kind, name, variant_name, slug, image;
  std::optional<base::UtcTime> starts, ends, shown_from, sale_from, sale_until;
  bool published = false;             // and the variant still sold
  std::string closed;                 // why its sale is closed; empty: it is not
  int max_per_order = 0;
  std::string vat_code, vat_reason;
  std::optional<int> vat_per_mille;
  orders::Withdrawal withdrawal = orders::Withdrawal::none_statutory;
  std::string benefit;                // of a group for minors none
  bool consumer_contract = true, minor_value = false, holder_name = false;
  std::string cost_centre, ledger_account, appeal;
  std::optional<int> days_valid, uses;
  std::optional<int> free;            // nothing: not counted
  struct Price {
    base::Cents cents;  // with campaigns
    std::string group_name;
    bool proof = false;
    std::string proof_text;
    std::optional<base::Cents> before = {};  // what may be struck through (lib/catalogue/campaign.h)
    std::string campaign = {};
  };
  std::map<std::string, Price> prices;  // by price group
  std::vector<DeliveryWay> deliveries;

  bool is_in_shop(base::UtcTime now) const { return published && catalogue::is_shown(now, shown_from); }
};

using Offers = std::map<std::int64_t, Offer>;  // by variant

// How new an offer must be. `lately`: for a form whose next page asks again; what was right within the last second will do,
// unless pieces are counted.
enum class Asked { now, lately };

// One thread's copies of offers.
class OfferBook {
 public:
  // Offers of the variants, those that exist. VAT rates and prices are those of `now`'s day in Finland.
  base::Result<Offers> load(db::Connection& db, const std::vector<std::int64_t>& variants, base::Lang lang, base::UtcTime now,
                            Asked asked = Asked::now);

 private:
  bool knows(const std::vector<std::int64_t>& variants, base::Lang lang, base::UtcTime now) const;
  std::int64_t version_ = 0;  // of the catalogue that the copies are of
  base::UtcTime checked_{};   // when they were
  std::string day_;           // whose VAT rates and prices they have
  std::array<Offers, 3> copies_;
};
std::vector<std::int64_t> variants_of(const Cart& cart);

}  // namespace checkout
