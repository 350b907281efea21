// The lists of a category: all of it, each filter value and each order, every one a page (or more) of its own.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "render/site.h"

namespace render {

struct Listing {
  std::string kind;                   // "", "availability", "kind", "group", "price", "sort"
  std::string value;                  // "available", "ticket", "child", "to_10", "name"
  std::array<std::string, 3> slug;    // the last part of its path; empty for the whole list
  std::array<std::string, 3> name;    // "Ostettavissa nyt"
  std::array<std::vector<std::size_t>, 3> places;  // products in order, by language
};

// The whole list first. A filter that would show everything or nothing has no page.
std::vector<Listing> listings_of(const Site& site, const Category& category);

// "free", "to_10", "to_50", "to_100", "over_100".
std::string price_range(Cents cents);

// Price groups in which a product is sold now, without the one that all have.
std::vector<std::string> filter_groups(const Product& product);

}  // namespace render
