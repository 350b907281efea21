// A catalogue as its files say it (site/README.md describes them), before it meets the database.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/catalogue/activity.h"

namespace import {

// Members `..._at` are "file:line: field", for what only the database can judge.

struct Image {
  std::string media_type;  // image/svg+xml, image/png, image/jpeg or image/webp, by content
  std::string bytes;
};

struct Unit {
  std::string code, email, phone;
  base::Texts name;
};

struct PriceGroup {
  std::string code;
  base::Texts name, proof;
  bool proof_needed = false;
};

struct Delivery {
  std::string code, kind;
  base::Cents cents;
  std::string vat, vat_at;
  base::Texts name, detail;
};

struct Category {
  std::string code, parent, unit;
  int order = 0;
  base::Texts name, summary, slug;
  std::optional<Image> image;
  base::Texts slug_at;
};

struct Price {
  std::string group;
  base::Cents cents;
};

using catalogue::Choice;
using catalogue::Meeting;
using catalogue::Question;
using catalogue::Session;

struct Form {
  std::string code;
  std::vector<Question> questions;
};

struct Activity {
  std::string type, form;  // course, camp, event, swimming_school
};

struct Variant {
  std::string code;
  base::Texts name;
  std::optional<int> stock;
  std::optional<base::UtcTime> starts, ends;
  std::vector<Price> prices;  // empty: the product's
  std::optional<Session> session;  // of an activity; `stock` are its seats
};

struct Product {
  std::string code, kind, category, unit, vat, withdrawal, cost_centre, ledger_account;
  bool consumer_contract = true, minor_value = false, holder_name = false, topical = false, draft = false;
  int max_per_order = 0, order = 0;
  std::optional<int> days_valid;
  std::optional<base::UtcTime> sale_from, sale_until;
  base::Texts name, summary, description, alt, slug, appeal;
  std::vector<std::string> deliveries;
  std::vector<Price> prices;
  std::vector<Variant> variants;
  std::optional<Image> image;
  std::optional<Activity> activity;
  std::string vat_at;
  base::Texts slug_at;
};

struct Catalogue {
  std::vector<Form> forms;
  std::vector<Unit> units;
  std::vector<PriceGroup> price_groups;
  std::vector<Delivery> deliveries;
  std::vector<Category> categories;
  std::vector<Product> products;
};

struct ReadOptions {
  bool bilingual = true;  // a missing Swedish text is an error
  // "+14d" counts from the product's first import, so that importing it again on a later day moves nothing.
  std::map<std::string, base::UtcTime> since;  // by product; all others are new
  base::UtcTime now;
};

// Reads DIR/catalogue.toml and DIR/<category>/<product>.toml with their texts and pictures.
// ERRORS: invalid: "file:line: field: what was expected" of the first fault.
base::Result<Catalogue> read_catalogue(const std::string& dir, const ReadOptions& options);

// N products over the categories, price groups, deliveries and pictures of `sample`: for benches.
// The same N gives the same catalogue.
Catalogue generate(const Catalogue& sample, int count);

// "Uimahallin 10 kerran kortti" -> "uimahallin-10-kerran-kortti".
std::string slug_of(const std::string& name);

}  // namespace import
