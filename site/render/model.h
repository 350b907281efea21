// The catalogue as it is loaded: what the pages are made of. Tables: schema/0001_catalogue.sql.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/time.h"
#include "lib/catalogue/closure_store.h"

namespace render {

using base::Cents;
using base::Lang;
using base::Texts;
using base::UtcTime;

struct Unit {
  Texts name;
  std::string email, phone;
};

struct Category {
  std::string code, parent, unit, image;  // parent empty: a top category; image: sha256 in hex, or empty
  Texts name, summary, slug;
};

struct PriceGroup {
  std::string code;
  Texts name, proof_words;
  bool proof = false;
};

struct Vat {  // as it is today
  std::optional<int> per_mille;
  Texts reason;
};

struct Delivery {
  std::string code, kind;
  Cents cents;
  Texts name, detail;
};

struct Question {  // of an activity's form
  Texts label;
  std::string data_class;  // plain, contact, child, health
  Texts purpose;           // why it is asked
};

// What many products share; a change here is a change of every page.
struct Shared {
  std::map<std::string, Unit> units;
  std::vector<Category> categories;  // in order
  std::vector<PriceGroup> groups;    // in order
  std::map<std::string, Vat> vat;
  std::vector<Delivery> deliveries;  // in order
  std::map<std::string, std::vector<Question>> forms;  // by code; each part of the products that use it, as closures are
  catalogue::Closures closures;      // of the whole shop it is on all pages; the others are part of their products
  std::uint64_t version = 0;

  const Category* category(const std::string& code) const;
  const PriceGroup* group(const std::string& code) const;
};

// A session of an activity. Tables: schema/0015_activities.sql.
struct Meeting {
  UtcTime starts, ends;
};
struct Session {
  Texts place, access, skill;
  std::string address, state;  // open, closed, cancelled
  std::optional<std::int64_t> age_min, age_max;
  std::string age_on;          // "2027-06-07"; empty without an age
  std::int64_t waiting = 0;
  UtcTime signup_from, signup_until, cancel_until;
  std::vector<Meeting> meetings;
};

struct Variant {
  std::int64_t id = 0;
  std::string code;
  Texts name;
  std::optional<UtcTime> starts, ends;  // dated tickets
  std::optional<std::int64_t> free;     // none: not counted
  std::optional<Session> session;       // of an activity
};

struct Price {
  std::int64_t variant = 0;  // 0: every variant without a price of its own
  std::string group;
  Cents cents;                          // with campaigns
  std::optional<Cents> before = {};     // what may be struck through (lib/catalogue/campaign.h)
  Texts campaign = {};
};

struct ProductText {
  std::string slug, name, summary, description;
};

struct Product {
  std::int64_t id = 0;
  std::string code, kind, category, unit, vat, withdrawal, benefit, image;
  bool consumer_contract = true, holder_name = false, closed = false, topical = false;
  std::int64_t max_per_order = 1, order = 0;
  std::optional<std::int64_t> days_valid, uses;
  std::optional<UtcTime> sale_from, sale_until;
  Texts alt, appeal;
  std::optional<Texts> paused;     // why staff have closed its sale
  std::string activity, form;      // of an activity: course, camp, event, swimming_school; its form's code
  std::array<std::optional<ProductText>, 3> texts;
  std::vector<Variant> variants;  // active, in order
  std::vector<Price> prices;
  std::vector<std::string> deliveries;
  std::uint64_t version = 0;       // of all above but what is free
  std::uint64_t text_version = 0;  // of the texts alone

  const ProductText& text(Lang lang) const { return *texts[base::index(lang)]; }
  bool has(Lang lang) const { return texts[base::index(lang)].has_value(); }
};

struct Changes {  // how far `changes` has been read
  std::int64_t last = 0;
  std::set<std::int64_t> seen;  // those of the last kWindow numbers: rows commit out of order
};

struct Catalogue {
  Shared shared;
  std::map<std::string, std::string> images;  // sha256 in hex -> media type
  std::vector<Product> products;              // by id; those that are in the shop at `as_of`, no others
  std::map<std::int64_t, UtcTime> coming;     // by id: when those come that only time keeps out
  Changes changes;
  UtcTime as_of;
};

}  // namespace render
