#include "lib/base/workday.h"

namespace base {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::weekday;

// The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
sys_days easter_sunday(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  return sys_days{std::chrono::year{year} / month / day};
}

bool is_working_day(sys_days day) {
  const weekday on{day};
  if (on == std::chrono::Saturday || on == std::chrono::Sunday) return false;
  const std::chrono::year_month_day date{day};
  const unsigned month = unsigned(date.month()), number = unsigned(date.day());
  const unsigned fixed = month * 100 + number;
  if (fixed == 101 || fixed == 106 || fixed == 501 || fixed == 1206 || fixed == 1224 || fixed == 1225 || fixed == 1226) return false;
  if (month == 6 && on == std::chrono::Friday && number >= 19 && number <= 25) return false;  // Midsummer's Eve
  const sys_days easter = easter_sunday(int(date.year()));
  return day != easter - days{2} && day != easter + days{1} && day != easter + days{39};  // Good Friday, Easter Monday, Ascension
}

sys_days next_working_day(sys_days day) {
  while (!is_working_day(day)) day += days{1};
  return day;
}

}  // namespace base
