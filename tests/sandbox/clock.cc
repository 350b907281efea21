#include "clock.h"

#include <chrono>
#include <cstdio>

namespace sandbox {
namespace {

std::int64_t offset = 0;  // one thread only

// `count` digits at s[from], or -1.
int digits(std::string_view s, std::size_t from, std::size_t count) {
  if (from + count > s.size()) return -1;
  int value = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (s[i] < '0' || s[i] > '9') return -1;
    value = value * 10 + (s[i] - '0');
  }
  return value;
}

}  // namespace

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() + offset;
}

void set_clock_offset(std::int64_t ms) { offset = ms; }
std::int64_t clock_offset() { return offset; }

std::string iso_time(std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds{ms}};
  const auto day = floor<days>(at);
  const year_month_day ymd{day};
  const hh_mm_ss time{at - day};
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(ymd.year()), unsigned(ymd.month()), unsigned(ymd.day()),
                int(time.hours().count()), int(time.minutes().count()), int(time.seconds().count()), int(time.subseconds().count()));
  return out;
}

std::optional<std::int64_t> parse_day(std::string_view s) {
  using namespace std::chrono;
  if (s.size() != 10 || s[4] != '-' || s[7] != '-') return std::nullopt;
  const int y = digits(s, 0, 4), m = digits(s, 5, 2), d = digits(s, 8, 2);
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const year_month_day ymd{year{y}, month{unsigned(m)}, day{unsigned(d)}};
  if (!ymd.ok()) return std::nullopt;
  return duration_cast<milliseconds>(sys_days{ymd}.time_since_epoch()).count();
}

std::optional<std::int64_t> parse_iso(std::string_view s) {
  if (s.size() != 20 && s.size() != 24) return std::nullopt;
  const auto day = parse_day(s.substr(0, 10));
  if (!day || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s.back() != 'Z') return std::nullopt;
  const int h = digits(s, 11, 2), m = digits(s, 14, 2), sec = digits(s, 17, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59) return std::nullopt;
  int ms = 0;
  if (s.size() == 24) {
    ms = s[19] == '.' ? digits(s, 20, 3) : -1;
    if (ms < 0) return std::nullopt;
  }
  return *day + ((h * 60LL + m) * 60 + sec) * 1000 + ms;
}

}  // namespace sandbox
