// Products as staff edit them: what they may name, the list, and a save that keeps what was before it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"
#include "lib/catalogue/product_json.h"
#include "lib/catalogue/product_store.h"

namespace backoffice {

using CatalogueEdit = staff::Permission<staff::Right::catalogue_edit>;

// What a product may name, with words in one language.
struct Lists {
  struct Named {
    std::string code, name;
  };
  struct Category {
    std::string code, parent, name;
    bool has_children = false;  // products lie in those
  };
  std::vector<Named> units, vat_codes, groups, deliveries;
  std::vector<Named> forms;  // of sign-ups: for activities alone
  std::vector<Category> categories;
};
base::Result<std::vector<Lists::Named>> find_units(db::Connection& db, base::Lang lang);  // by name
base::Result<Lists> find_lists(db::Connection& db, base::Lang lang, base::UtcTime now);
staff::Place place_of(const Lists& lists, const std::string& unit, const std::string& category, const std::string& product);

struct ProductRow {
  std::string code, name, kind, category, unit, state;
  std::vector<base::Lang> missing;  // languages without a text
  std::optional<base::UtcTime> shown_from;
  std::string low;                  // its variants of which little is left: "M 2/40, L 0/25"
};
struct ProductsAsked {
  base::UtcTime now;
  std::string unit, category, kind, state, words;  // state: draft, published, closed as they are `now`; or coming, at a time
  std::optional<int> low = {};  // only goods on sale of which so many pieces are left, or fewer
  std::string after;  // the code of the product after which to go on
};
inline constexpr std::size_t kProductsPerPage = 50;
// By name, at most one more than a page; of these scopes alone.
base::Result<std::vector<ProductRow>> find_products(db::Connection& db, base::Lang lang, const std::vector<staff::Scope>& scopes, const ProductsAsked& asked);
// As many as that lists of those of which `pieces` are left, or fewer.
base::Result<int> count_low(db::Connection& db, const std::vector<staff::Scope>& scopes, int pieces, base::UtcTime now);

// As it is now, at today's prices.
base::Result<std::optional<catalogue::Stored>> find_product(const Call& call, const std::string& code);

// A code that no product has, made of a name.
base::Result<std::string> free_code(db::Connection& db, const std::string& name);

struct Version {
  std::int64_t number = 0;
  std::string who;  // empty: not a person
  base::UtcTime at;
  std::string note;
  catalogue::Product product;
};
// Newest first, at most so many; those before the version `before`, 0: from the newest on.
base::Result<std::vector<Version>> find_versions(db::Connection& db, std::int64_t product, std::int64_t before, int most);
base::Result<std::optional<Version>> find_version(db::Connection& db, std::int64_t product, std::int64_t number);

// What a form says, in 16 bytes: one that is sent twice has the same.
std::string form_key(const Call& call);
// The code of the product that this form has made or saved; nothing: none.
base::Result<std::optional<std::string>> saved_by(db::Connection& db, const std::string& key);

struct Save {
  std::int64_t seen = 0;  // the revision that it was made on; 0: a new product
  std::string note;
  std::function<base::Status(const catalogue::Stored&)> also = {};  // within the same transaction, of what it is then
};
// In one transaction with its version and its row of the use log; once, however often its form is sent. False: it was changed by somebody meanwhile, and nothing is saved.
// The stock of variants that are there stays as it is, and so do all sessions of activities. ERRORS: conflict: an address or a code was taken meanwhile.
base::Result<bool> save_product(const CatalogueEdit& may, const Call& call, const catalogue::Product& wish, const Save& save);

}  // namespace backoffice
