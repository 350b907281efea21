// Times of dated tickets: one, or many at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/catalogue/product.h"

namespace catalogue {

// "mon" to "sun", of a day and as a file or a form may name them.
std::string weekday_of(std::chrono::sys_days day);
bool is_weekday(std::string_view name);
// A time of a day in Finland: "18:00". Nothing when it isn't one.
std::optional<base::UtcTime> helsinki_time(std::chrono::year_month_day day, std::string_view clock);

// "20261206t1600": the code of a time, made of its beginning in UTC.
std::string slot_code(base::UtcTime starts);

// Whether a time may begin and end so: in whole minutes, kShortestSlot to kLongestSlot of them.
bool may_last(base::UtcTime starts, base::UtcTime ends);

struct Series {
  std::vector<std::string> weekdays;
  std::chrono::year_month_day first;
  int weeks = 1;
  std::string clock;  // "18:00"
  std::chrono::minutes length{60};
};
// Each time of the series with its code, starts and ends. Nothing when `clock` is none.
std::optional<std::vector<Variant>> slots_of(const Series& series);

}  // namespace catalogue
