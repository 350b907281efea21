// Time: UTC in the database and between processes, Europe/Helsinki on screen.
//
// Nobody asks the machine for the time but Clock; in test builds (KK_FAULTS) it adds the offset that
// stands, in seconds, in the file STATE/clock.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/lang.h"

namespace base {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  // `state_dir` is where test builds look for the file `clock`; empty: no offset.
  explicit Clock(std::string state_dir = {});
  UtcTime now() const;

 private:
  std::string offset_file_;
};

// "2026-11-22 14:30:05.123", as MariaDB reads it into a DATETIME(3).
std::string to_sql(UtcTime time);
// Reads "YYYY-MM-DD hh:mm:ss[.fff]" and "YYYY-MM-DDThh:mm[:ss[.fff]][Z]".
std::optional<UtcTime> parse_utc(std::string_view text);
// "2026-11-22T14:30:05.123Z" (ISO 8601).
std::string to_iso(UtcTime time);

// A wall-clock time of Finland as UTC: "2026-12-06T18:00". In the hour that autumn repeats, the earlier;
// in the hour that spring skips, the moment the clock jumps.
std::optional<UtcTime> parse_helsinki(std::string_view text);
// The UTC moment of a Helsinki day and minutes after its midnight.
UtcTime helsinki_to_utc(std::chrono::year_month_day day, std::chrono::minutes since_midnight);
std::chrono::year_month_day helsinki_day(UtcTime time);
int helsinki_year(UtcTime time);
// "2026-11-22": the day in Finland.
std::string helsinki_date_iso(UtcTime time);

// What a person typed, "31.5.2017" or "2017-05-31", as "2017-05-31"; nothing when there is no such day.
std::optional<std::string> parse_typed_day(std::string_view typed);

// "su 22.11.2026" / "sön 22.11.2026" / "Sun 22 Nov 2026".
std::string format_date(UtcTime time, Lang lang);
// "klo 14.30" / "kl. 14.30" / "14:30".
std::string format_clock(UtcTime time, Lang lang);
// "su 22.11.2026 klo 14.30" / "sön 22.11.2026 kl. 14.30" / "Sun 22 Nov 2026, 14:30".
std::string format_date_time(UtcTime time, Lang lang);
// As format_date_time, to the second: "su 22.11.2026 klo 14.30.05".
std::string format_date_time_seconds(UtcTime time, Lang lang);
// A dated ticket's time: one day "la 6.12.2026 klo 18.00–20.00"; a whole day only its date;
// over midnight both ends in full.
std::string format_period(UtcTime starts, UtcTime ends, Lang lang);

}  // namespace base
