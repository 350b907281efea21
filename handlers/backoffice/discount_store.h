// Campaigns and discount codes as staff make and end them: the SQL. What they do: lib/catalogue/campaign.h, discount.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

using EditPrices = staff::Permission<staff::Right::prices_edit>;

struct Discount {
  bool is_code = false;                 // else a campaign
  std::int64_t id = 0;                  // 0: not made yet
  base::Texts name;
  std::string scope, group;             // group empty: all
  std::optional<int> percent;
  base::Cents cents;                    // where there is no percent: of a campaign the price, of a code what it takes off
  std::string from, until;              // "2027-01-01"
  std::optional<base::UtcTime> ended;
  int version = 0;
  std::string code;                     // the rest is of codes: as typed by buyers, without spaces and dashes
  base::Cents minimum;
  std::optional<int> max_uses;
  int used = 0;
  base::Cents off, sold;                // of orders that are paid: what it took off, and what was paid
  std::string scope_name;               // of the unit, category or product; empty: the shop
  staff::Place place;                   // what it takes to change it

  enum class State { coming, on, over };
  State state(const std::string& today) const { return ended || until < today ? State::over : from > today ? State::coming : State::on; }
  std::string key() const { return (is_code ? "code-" : "campaign-") + std::to_string(id); }
};

// Of the whole shop, the latest first.
base::Result<std::vector<Discount>> find_discounts(db::Connection& db, base::Lang lang);
// By its key, "code-12"; nothing: there is none.
base::Result<std::optional<Discount>> find_discount(db::Connection& db, base::Lang lang, const std::string& key);
// Where a scope lies; nothing: it names nothing.
base::Result<std::optional<staff::Place>> place_of_scope(db::Connection& db, const std::string& scope);

// What it does to products that are sold, by their highest prices of a day: three of them and how many there are.
struct Touched {
  struct One {
    std::string name;
    base::Cents price;
  };
  std::vector<One> some;
  std::int64_t products = 0;
};
base::Result<Touched> find_touched(db::Connection& db, base::Lang lang, const Discount& one, const std::string& day);

// These: within a transaction. The pages that a campaign shows on are made anew. `may` is on its place.

struct Maker {
  std::int64_t staff = 0;
  std::string form_key;  // 16 bytes
};
// ERRORS: conflict: the code is taken, or the form has made something else already. False: the form has made it already.
base::Result<bool> make_discount(const EditPrices& may, db::Connection& db, const Discount& one, const Maker& maker, base::UtcTime now);
// `was`: as it was read. ERRORS: conflict: it was changed meanwhile, or the code is taken.
base::Status change_discount(const EditPrices& may, db::Connection& db, const Discount& was, const Discount& one, base::UtcTime now);
// ERRORS: conflict: it is over by now.
base::Status end_discount(const EditPrices& may, db::Connection& db, const Discount& one, base::UtcTime now);

}  // namespace backoffice
