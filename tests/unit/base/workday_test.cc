// Goal: a time limit never ends on a day on which the Act 150/1930 lets it not end.
#include <catch2/catch.hpp>

#include "lib/base/workday.h"

using namespace std::chrono;

TEST_CASE("Easter Sundays are those of the almanac") {
  // Published by the University of Helsinki's Almanac Office.
  CHECK(base::easter_sunday(2024) == sys_days{2024y / 3 / 31});
  CHECK(base::easter_sunday(2025) == sys_days{2025y / 4 / 20});
  CHECK(base::easter_sunday(2026) == sys_days{2026y / 4 / 5});
  CHECK(base::easter_sunday(2027) == sys_days{2027y / 3 / 28});
  CHECK(base::easter_sunday(2038) == sys_days{2038y / 4 / 25});
}

TEST_CASE("A limit that ends on a free day ends on the next working day") {
  CHECK(base::next_working_day(sys_days{2026y / 12 / 6}) == sys_days{2026y / 12 / 7});    // Sunday and Independence Day
  CHECK(base::next_working_day(sys_days{2026y / 12 / 24}) == sys_days{2026y / 12 / 28});  // Christmas and a weekend
  CHECK(base::next_working_day(sys_days{2026y / 4 / 3}) == sys_days{2026y / 4 / 7});      // Easter
  CHECK(base::next_working_day(sys_days{2026y / 5 / 14}) == sys_days{2026y / 5 / 15});    // Ascension Day
  CHECK(base::next_working_day(sys_days{2026y / 6 / 19}) == sys_days{2026y / 6 / 22});    // Midsummer's Eve
  CHECK(base::next_working_day(sys_days{2026y / 5 / 1}) == sys_days{2026y / 5 / 4});      // May Day, a Friday
  CHECK(base::next_working_day(sys_days{2026y / 11 / 24}) == sys_days{2026y / 11 / 24});  // a plain Tuesday
}
