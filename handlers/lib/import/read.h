// What the parts of reading a catalogue share: read.cc walks the folder, read_lists.cc reads catalogue.toml,
// read_product.cc a product's files, read_slots.cc a ticket's times, read_activity.cc forms and the sessions of courses and camps.
#pragma once

#include <set>

#include "lib/import/model.h"
#include "lib/import/toml_reader.h"
#include "lib/catalogue/rules.h"
#include "lib/catalogue/slots.h"

namespace import {

using catalogue::languages_of;
using catalogue::slug_of;
using catalogue::weekday_of;

// What products may name, and what is taken already: each fault is found where its line is at hand.
struct Known {
  std::set<std::string> units, price_groups, deliveries, categories, parents, products, forms;
  std::array<std::set<std::string>, 3> slugs;
};

struct Folder {
  const Files& files;
  std::string at;  // before each path in a message
  std::set<std::string>& asked;  // for which of the paths
  const std::string* find(const std::string& path) const;  // null: there is none
};
// Whether TOML's reader can take the text: it has no end to how deep a key with dots goes, and takes it apart by as many calls within calls.
bool is_shallow(std::string_view toml);
base::Result<toml::table> parse_toml(const Folder& folder, const std::string& path);
// The picture STEM.svg, .png, .jpg or .webp, by its content. A fault goes to `error`, if that is the first.
std::optional<Image> read_image(const Folder& folder, const std::string& stem, std::string& error);

// Units, price groups, delivery ways and categories into `out` and `known`.
base::Status read_lists(const Folder& folder, const ReadOptions& options, Catalogue& out, Known& known);
// REQUIRES: read_lists went before.
base::Result<Product> read_product(const Folder& folder, const std::string& path, const ReadOptions& options, Known& known);
// `now`: what "+14d" counts from, here and below.
std::vector<Price> read_prices(TomlReader& in, base::UtcTime now, const Known& known);
// [[slot]] and [[series]], by time.
std::vector<Variant> read_slots(TomlReader& in, const std::vector<base::Lang>& langs, base::UtcTime now, const Known& known);

std::vector<std::chrono::weekday> weekdays_of(const std::vector<std::string>& names);  // those that are one
void check_weekdays(TomlReader& in, const std::vector<std::string>& weekdays);
// forms.toml, where there is one.
base::Status read_forms(const Folder& folder, const ReadOptions& options, Catalogue& out, Known& known);
// [[session]] of an activity, by time, into `out`.
void read_sessions(TomlReader& in, const std::vector<base::Lang>& langs, base::UtcTime now, const Known& known, Product& out);

// Times in their one order.
void sort_by_time(std::vector<Variant>& variants);

}  // namespace import
