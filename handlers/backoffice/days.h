// Days of Finland as texts, "2026-11-22": what stands in an address and in a DATE. No I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/time.h"

namespace backoffice {

struct DayPeriod {  // both inside
  std::string from, to;
};

bool is_day(const std::string& text);                    // of the calendar, in the years 2000 to 2200: texts of four digits compare as days do
std::string day_after(const std::string& day, int days);  // REQUIRES of all that follow: days that are
std::string first_of_month(const std::string& day, int months_later = 0);
std::vector<std::string> days_of(const DayPeriod& period);
std::vector<std::string> months_of(const DayPeriod& period);  // "2026-11"
std::string day_words(const std::string& day, base::Lang lang);  // "su 22.11.2026"
std::string month_words(const std::string& month);               // "11/2026"

}  // namespace backoffice
