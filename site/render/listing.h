// The lists of a category: all of it, each filter value and each order, every one a page (or more) of its own.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "render/site.h"

namespace render {

struct Listing {
  std::string kind;                   // "", "availability", "kind", "age", "weekday", "hours", "place", "group", "price", "sort"
  std::string value;                  // "available", "ticket", "child", "to_10", "name"
  std::array<std::string, 3> slug;    // the last part of its path; empty for the whole list
  std::array<std::string, 3> name;    // "Ostettavissa nyt"
  std::array<std::vector<std::size_t>, 3> places;  // products in order, by language
};

// The whole list first. A filter that would show everything or nothing has no page.
std::vector<Listing> listings_of(const Site& site, const Category& category);

// "free", "to_10", "to_50", "to_100", "over_100".
std::string price_range(Cents cents);

// Of an activity's sessions that are not over: "0_6", "7_12", "13_17", "18"; "mon" to "sun"; "day" before four o'clock, "evening" after it.
inline constexpr std::array<const char*, 4> kAges = {"0_6", "7_12", "13_17", "18"};
inline constexpr std::array<const char*, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
bool is_for_age(const Session& session, std::size_t age);
bool is_on(const Session& session, std::size_t weekday);
bool is_in_evening(const Session& session);
// All of these that an activity has to come, as facets of the search: "y:7_12", "d:mon", "h:evening".
std::set<std::string> session_facets(const Product& product, UtcTime now);

// Price groups in which a product is sold now, without the one that all have.
std::vector<std::string> filter_groups(const Product& product);

}  // namespace render
