// A catalogue as its files say it (site/README.md describes them), before it meets the database.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/catalogue/product.h"

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

using catalogue::Activity;
using catalogue::Choice;
using catalogue::Meeting;
using catalogue::Price;
using catalogue::Session;
using catalogue::Variant;

struct Question : catalogue::Question {
  bool retired = false;  // asked no more; it stays for whoever reads old answers
};

struct Form {
  std::string code, name, unit;  // the last two where staff made it
  std::vector<Question> questions;
};

struct Product : catalogue::Product {
  std::optional<Image> picture;
  std::string vat_at, kind_at;
  base::Texts slug_at;
  std::map<std::string, std::string> session_states;  // by code, of sessions that aren't open
  // Of one that is stored, and in no file: the codes of times that were called off, and of sessions that staff made on pages.
  std::set<std::string> called_off, made_on_pages;
};

struct Catalogue {
  std::vector<Form> forms;
  std::vector<Unit> units;
  std::vector<PriceGroup> price_groups;
  std::vector<Delivery> deliveries;
  std::vector<Category> categories;
  std::vector<Product> products;
  std::vector<std::string> unused;  // files that nothing of it came from
};

struct ReadOptions {
  bool bilingual = true;  // a missing Swedish text is an error
  // "+14d" counts from the product's first import, so that importing it again on a later day moves nothing.
  std::map<std::string, base::UtcTime> since;  // by product; all others are new
  base::UtcTime now;
};

// How far long work has come: of so many products. ERRORS: it is to stop here.
using Progress = std::function<base::Status(std::size_t done, std::size_t total)>;

// Files by their path below the catalogue's folder: "catalogue.toml", "concerts/winter-concert.fi.md".
using Files = std::map<std::string, std::string>;
struct Found {
  Files files;                      // that may be the catalogue's: by their ending, one folder deep at most
  std::vector<std::string> others;  // paths of those that can't be, but of what a system hides
};
// "mugs/blue-mug.FI.MD" -> "mugs/blue-mug.fi.md": an ending's letters may be large ones, and .jpeg is .jpg.
std::string with_plain_ending(std::string path);
// What a system keeps for itself: .DS_Store, .git/config, __MACOSX/x.
bool is_hidden_path(const std::string& path);
// A path for people to read, of whatever bytes it is made.
std::string shown_path(const std::string& path);
// A file with its path below the catalogue's folder. ERRORS: invalid: another one has its name.
base::Status add_file(Found& out, const std::string& path, std::string bytes);
// The files of a folder and of the folders in it. ERRORS: invalid: it can't be read, or two have one name.
base::Result<Found> read_folder(const std::string& dir);

// Reads catalogue.toml and <category>/<product>.toml with their texts and pictures. `at`: what messages put before a path.
// ERRORS: invalid: "file:line: field: what was expected" of the first fault.
base::Result<Catalogue> read_catalogue(const Found& found, const std::string& at, const ReadOptions& options);

// N products over the categories, price groups, deliveries and pictures of `sample`: for benches.
// The same N gives the same catalogue.
Catalogue generate(const Catalogue& sample, int count);

}  // namespace import
