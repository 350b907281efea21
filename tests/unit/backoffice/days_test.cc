// Goal: periods of a report are whole days and months of the calendar, over leap days, the turn of a year and the hour that the clock repeats; and they end.
#include "backoffice/days.h"

#include <algorithm>

#include "unit/catch.h"

using namespace backoffice;

TEST_CASE("days that are in the calendar") {
  for (const char* day : {"2026-11-28", "2024-02-29", "2026-12-31", "2000-01-01", "2200-12-31"}) CHECK(is_day(day));
  for (const char* day : {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "2026-11-28x", "26-11-2028", "2026/11/28", "-026-11-28", "2026-11--1", "2026-11-31", "1999-12-31", "2201-01-01", "9999-12-31"}) CHECK_FALSE(is_day(day));
}

TEST_CASE("the days and months of a period") {
  CHECK(days_of({"2026-11-28", "2026-11-28"}) == std::vector<std::string>{"2026-11-28"});
  CHECK(days_of({"2024-02-28", "2024-03-01"}) == std::vector<std::string>{"2024-02-28", "2024-02-29", "2024-03-01"});
  CHECK(days_of({"2026-10-24", "2026-10-26"}).size() == 3);  // the clock goes back on the 25th
  CHECK(days_of({"2026-01-01", "2026-12-31"}).size() == 365);
  CHECK(days_of({"2026-11-28", "2026-11-27"}).empty());
  CHECK(days_of({"2200-12-31", "2200-12-31"}).size() == 1);
  CHECK(months_of({"2025-12-31", "2026-02-01"}) == std::vector<std::string>{"2025-12", "2026-01", "2026-02"});
}

TEST_CASE("days before and after, and the first of a month") {
  CHECK(day_after("2026-12-31", 1) == "2027-01-01");
  CHECK(day_after("2026-03-01", -1) == "2026-02-28");
  CHECK(first_of_month("2026-11-28") == "2026-11-01");
  CHECK(first_of_month("2026-12-31", 1) == "2027-01-01");
  CHECK(first_of_month("2026-01-31", -1) == "2025-12-01");
  CHECK(day_words("2026-11-28", base::Lang::sv) == "lör 28.11.2026");
  CHECK(month_words("2026-01") == "1/2026");
}
