#include "lib/catalogue/slots.h"

#include <algorithm>
#include <array>

#include "lib/catalogue/rules.h"

namespace catalogue {

namespace {

constexpr std::array<const char*, 7> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

}  // namespace

std::string weekday_of(std::chrono::sys_days day) { return kWeekdays[std::chrono::weekday{day}.c_encoding()]; }

bool is_weekday(std::string_view name) { return std::find(kWeekdays.begin(), kWeekdays.end(), name) != kWeekdays.end(); }

std::optional<base::UtcTime> helsinki_time(std::chrono::year_month_day day, std::string_view clock) {
  return base::parse_helsinki(base::to_iso(base::UtcTime(std::chrono::sys_days{day})).substr(0, 11) + std::string(clock));
}

std::string slot_code(base::UtcTime starts) {
  std::string code;
  for (const char c : base::to_iso(starts).substr(0, 16)) {
    if (c != ':' && c != '-') code += c == 'T' ? 't' : c;
  }
  return code;
}

bool may_last(base::UtcTime starts, base::UtcTime ends) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(ends - starts);
  return starts + minutes == ends && minutes.count() >= kShortestSlot && minutes.count() <= kLongestSlot;
}

std::optional<std::vector<Variant>> slots_of(const Series& series) {
  const auto clock = parse_clock(series.clock);
  if (!clock) return std::nullopt;
  Pattern pattern{std::chrono::sys_days{series.first}, {}, *clock, series.length, series.weeks};
  for (int i = 0; i < 7; ++i) {  // the first to come begins the weeks
    const auto day = pattern.from + std::chrono::days{i};
    if (std::find(series.weekdays.begin(), series.weekdays.end(), weekday_of(day)) != series.weekdays.end()) pattern.weekdays.emplace_back(day);
  }
  std::vector<Variant> out;
  for (const auto& time : meetings_of(pattern)) {
    Variant slot;
    slot.code = slot_code(time.starts);
    slot.starts = time.starts, slot.ends = time.ends;
    out.push_back(std::move(slot));
  }
  return out;
}

}  // namespace catalogue
