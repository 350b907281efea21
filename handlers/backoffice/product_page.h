// The page of one product, as several of its forms answer with it.
#pragma once

#include "backoffice/product_form.h"

namespace backoffice {

Paths products_paths();
Paths new_product_paths();
Paths product_paths(const std::string& code);

// Whether residents see a product of this state now: no draft, nor one whose time comes later.
bool is_in_shop(const Call& call, const std::string& state, const std::optional<base::UtcTime>& shown_from);
// Of one that isn't sold any more: what nobody has seen yet would otherwise come into the shop as closed.
const char* state_off_sale(const Call& call, const catalogue::Product& product);
// "Published", or "Comes into the shop on 1 December 2026 at 9:00".
std::string product_state_words(const Call& call, const std::string& state, const std::optional<base::UtcTime>& shown_from);

// Goods, services and passes: one to sell until there are choices. Tickets get times, and activities sessions.
bool has_choices_only(const std::string& kind);

// The product of the address, in one's scope. ERRORS: not_found; denied.
struct ProductHere {
  Lists lists;
  catalogue::Stored stored;
  CatalogueEdit may;
  bool may_price = false;
  bool may_sessions = false;  // of an activity
};
base::Result<ProductHere> product_here(const Call& call, const std::string& code);
// The revision that the form which was sent was made on; 0: it says none.
std::int64_t seen_by(const Call& call);

// Of two who edited at once: what the second wants that differs, and what the first changed.
struct Clash {
  std::string who, when;
  std::vector<Lists::Named> groups;                 // of prices
  std::vector<catalogue::Difference> mine, theirs;  // `one`: this person's, or before; `other`: as it is now
  catalogue::Product both = {};                     // what this person wants, put onto what is there now
};
// Of a save that was made on the revision `seen`, with the product as it is `now`.
base::Result<Clash> clash_of(const Call& call, const ProductHere& now, const catalogue::Product& wish, std::int64_t seen);
// For partials/clash.html; null: there is none.
void set_clash(const Call& call, const Clash* clash, view::Object& data);
struct ProductShown {
  FormFields fields;
  std::int64_t seen = 0;
  web::Problems problems = {};
  const Clash* clash = nullptr;
  std::string picture = {};  // that was sent and is not the product's: its SHA-256
};
base::Result<web::Response> product_page(const Call& call, const ProductHere& here, const ProductShown& shown);

// "Nimi, fi" of "/name/fi", "Hinta, Aikuinen" of "/prices/adult/cents"; prices in money, times in Finland, codes in words. The first `most`, and how many more there are.
inline constexpr std::size_t kMostDifferences = 50;
view::List differences_view(const Call& call, const std::vector<Lists::Named>& groups, const std::vector<catalogue::Difference>& all, std::size_t most = kMostDifferences);
// The words of a version's note: kinds of saves that the pages themselves make, or none.
std::string note_words(const Call& call, const std::string& note);

// Where the product is to stand must be in scope too, and so must prices that it changes.
void check_place(const Call& call, const ProductHere& here, const catalogue::Product& wish, web::Problems& problems);
// A product that isn't there yet, of a kind. ERRORS: not_found: no such kind; denied.
base::Result<ProductHere> new_product_here(const Call& call, const std::string& kind);
// Somebody has signed up to the activity by the form that it has: it keeps it.
base::Status check_form(const Call& call, const ProductHere& here, const catalogue::Product& wish, web::Problems& problems);
// Saves, and shows the product as it is then; or the clash, with what this person wanted.
base::Result<web::Response> save_and_show(const Call& call, const ProductHere& here, const catalogue::Product& wish, const Save& save);

}  // namespace backoffice
