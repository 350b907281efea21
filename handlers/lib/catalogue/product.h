// A product whole: what the import reads from files, the back office edits, and a version keeps. Tables: schema/0001_catalogue.sql, 0015_activities.sql.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/time.h"
#include "lib/catalogue/activity.h"

namespace catalogue {

struct Price {
  std::string group;
  base::Cents cents;  // today's
  // Another price from the beginning of a day of Finland, "2027-01-01"; empty: none is coming.
  std::string next_from = {};
  base::Cents next_cents = {};
  bool operator==(const Price&) const = default;
};

struct Activity {
  std::string type, form;  // course, camp, event, swimming_school
  bool operator==(const Activity&) const = default;
};

struct Variant {
  std::string code;
  base::Texts name;
  std::optional<int> stock;        // its capacity; of an activity its seats; nothing: not counted
  std::optional<base::UtcTime> starts, ends;
  std::vector<Price> prices;       // empty: the product's
  std::optional<Session> session;  // of an activity
  bool active = true;
  bool operator==(const Variant&) const = default;
};

struct Product {
  std::string code, kind, category, unit, vat, withdrawal, cost_centre, ledger_account;
  std::string state = "draft";     // draft, published, closed
  std::string benefit = "none";    // what employee benefit may pay it: none, sports, culture
  bool consumer_contract = true, minor_value = false, holder_name = false, topical = false;
  int max_per_order = 0, order = 0;
  std::optional<int> days_valid, uses;  // of a pass: from the day it is bought; how often it lets in, else as often as its holder likes
  std::optional<base::UtcTime> shown_from;  // sale.h: is_shown
  std::optional<base::UtcTime> sale_from, sale_until;
  base::Texts name, summary, description, alt, slug, appeal;
  std::vector<std::string> deliveries;
  std::vector<Price> prices;
  std::vector<Variant> variants;
  std::string image;               // its SHA-256, 32 bytes; empty: none
  std::optional<Activity> activity;
};

}  // namespace catalogue
