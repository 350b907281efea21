// Days that end a time limit. A limit that would end on a Saturday, Sunday, holiday, Midsummer's or Christmas Eve ends on the
// next working day (Act 150/1930, section 5; for time limits of consumers too).
#pragma once

#include <chrono>

namespace base {

// Easter Sunday by the Gregorian calendar. REQUIRES: 1583 <= year <= 4099.
std::chrono::sys_days easter_sunday(int year);
bool is_working_day(std::chrono::sys_days day);
// The day itself when it is a working day.
std::chrono::sys_days next_working_day(std::chrono::sys_days day);

}  // namespace base
