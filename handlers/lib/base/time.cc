#include "lib/base/time.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#ifdef KK_FAULTS
#include <fstream>
#endif

namespace base {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const date::time_zone& helsinki() {
  static const date::time_zone* zone = date::locate_zone("Europe/Helsinki");
  return *zone;
}

// The system's table of the clock's changes ends with 2037, and the library reads no rule beyond it. A later time is looked up a whole number of
// 28 years earlier, where the weekdays and changes are the same (until 2100, which is no leap year). How far back, that is; 0 within the table.
date::days past_table(milliseconds since_epoch) {
  constexpr date::sys_days kFrom = date::year{2037} / 1 / 1;
  constexpr date::days k28Years{28 * 365 + 7};
  const milliseconds past = since_epoch - kFrom.time_since_epoch();
  return past < milliseconds{0} ? date::days{0} : k28Years * static_cast<int>(past / k28Years + 1);
}

date::local_time<milliseconds> to_local(UtcTime time) {
  const date::days back = past_table(time.time_since_epoch());
  return helsinki().to_local(time - back) + back;
}

UtcTime to_utc(date::local_time<milliseconds> local) {
  const date::days back = past_table(local.time_since_epoch());
  return helsinki().to_sys(local - back, date::choose::earliest) + back;
}

struct Parts {
  int year, month, day, weekday, hour, minute, second;
};

Parts local_parts(UtcTime time) {
  const auto local = to_local(time);
  const auto day_point = date::floor<date::days>(local);
  const date::year_month_day ymd{day_point};
  const date::hh_mm_ss<milliseconds> hms{local - day_point};
  return {int(ymd.year()), int(unsigned(ymd.month())), int(unsigned(ymd.day())),
          int(date::weekday{day_point}.c_encoding()), int(hms.hours().count()),
          int(hms.minutes().count()), int(hms.seconds().count())};
}

// Reads exactly `digits` digits at `pos`, and moves on.
bool read_digits(std::string_view text, std::size_t& pos, std::size_t digits, int& out) {
  if (pos + digits > text.size()) return false;
  const char* begin = text.data() + pos;
  for (std::size_t i = 0; i < digits; ++i) {
    if (begin[i] < '0' || begin[i] > '9') return false;
  }
  std::from_chars(begin, begin + digits, out);
  pos += digits;
  return true;
}

bool read_char(std::string_view text, std::size_t& pos, char c) {
  if (pos >= text.size() || text[pos] != c) return false;
  ++pos;
  return true;
}

struct DayTime {
  date::sys_days day;
  milliseconds since_midnight;
  bool zulu = false;
};

std::optional<DayTime> parse_day_time(std::string_view text) {
  std::size_t pos = 0;
  int y = 0, m = 0, d = 0, hh = 0, mm = 0, ss = 0, ms = 0;
  if (!read_digits(text, pos, 4, y) || !read_char(text, pos, '-') || !read_digits(text, pos, 2, m) ||
      !read_char(text, pos, '-') || !read_digits(text, pos, 2, d)) {
    return std::nullopt;
  }
  const date::year_month_day ymd{date::year{y}, date::month{unsigned(m)}, date::day{unsigned(d)}};
  if (!ymd.ok()) return std::nullopt;
  DayTime out{date::sys_days{ymd}, milliseconds{0}};
  if (pos == text.size()) return out;
  if (!read_char(text, pos, 'T') && !read_char(text, pos, ' ')) return std::nullopt;
  if (!read_digits(text, pos, 2, hh) || !read_char(text, pos, ':') || !read_digits(text, pos, 2, mm)) {
    return std::nullopt;
  }
  if (read_char(text, pos, ':') && !read_digits(text, pos, 2, ss)) return std::nullopt;
  if (read_char(text, pos, '.')) {
    int scale = 100;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
      ms += (text[pos] - '0') * scale;
      scale /= 10;
      ++pos;
    }
  }
  out.zulu = read_char(text, pos, 'Z');
  if (pos != text.size() || hh > 23 || mm > 59 || ss > 59) return std::nullopt;
  out.since_midnight = std::chrono::hours{hh} + minutes{mm} + seconds{ss} + milliseconds{ms};
  return out;
}

constexpr std::array<std::array<const char*, 7>, 3> kWeekdays = {{
    {"su", "ma", "ti", "ke", "to", "pe", "la"},
    {"sön", "mån", "tis", "ons", "tors", "fre", "lör"},
    {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
}};
constexpr std::array<const char*, 12> kMonthsEn = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string date_words(const Parts& p, Lang lang) {
  const char* weekday = kWeekdays[index(lang)][static_cast<std::size_t>(p.weekday)];
  if (lang == Lang::en) {
    return fmt::format("{} {} {} {}", weekday, p.day, kMonthsEn[static_cast<std::size_t>(p.month - 1)], p.year);
  }
  return fmt::format("{} {}.{}.{}", weekday, p.day, p.month, p.year);
}

std::string clock_digits(const Parts& p, Lang lang) {
  return lang == Lang::en ? fmt::format("{:02}:{:02}", p.hour, p.minute)
                          : fmt::format("{}.{:02}", p.hour, p.minute);
}

const char* clock_word(Lang lang) {
  switch (lang) {
    case Lang::fi: return "klo ";
    case Lang::sv: return "kl. ";
    case Lang::en: return "";
  }
  return "";
}

}  // namespace

Clock::Clock([[maybe_unused]] std::string state_dir) {
#ifdef KK_FAULTS
  if (!state_dir.empty()) offset_file_ = state_dir + "/clock";
#endif
}

UtcTime Clock::now() const {
  auto now = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
#ifdef KK_FAULTS
  if (!offset_file_.empty()) {
    long long offset = 0;
    std::ifstream file(offset_file_);
    if (file >> offset) now += seconds{offset};
  }
#endif
  return now;
}

std::string to_sql(UtcTime time) {
  const auto day_point = date::floor<date::days>(time);
  const date::year_month_day ymd{day_point};
  const date::hh_mm_ss<milliseconds> hms{time - day_point};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", int(ymd.year()), unsigned(ymd.month()),
                     unsigned(ymd.day()), hms.hours().count(), hms.minutes().count(), hms.seconds().count(),
                     hms.subseconds().count());
}

std::string to_iso(UtcTime time) {
  std::string out = to_sql(time);
  out[10] = 'T';
  return out + "Z";
}

std::optional<UtcTime> parse_utc(std::string_view text) {
  const auto parsed = parse_day_time(text);
  if (!parsed) return std::nullopt;
  return UtcTime{parsed->day + parsed->since_midnight};
}

std::optional<UtcTime> parse_helsinki(std::string_view text) {
  const auto parsed = parse_day_time(text);
  if (!parsed || parsed->zulu) return std::nullopt;
  return to_utc(date::local_time<milliseconds>{(parsed->day + parsed->since_midnight).time_since_epoch()});
}

UtcTime helsinki_to_utc(std::chrono::year_month_day day, minutes since_midnight) {
  const auto days = std::chrono::local_days{day};
  return to_utc(date::local_time<milliseconds>{milliseconds{days.time_since_epoch()} + since_midnight});
}

std::chrono::year_month_day helsinki_day(UtcTime time) {
  const Parts p = local_parts(time);
  return std::chrono::year{p.year} / p.month / p.day;
}

int helsinki_year(UtcTime time) { return local_parts(time).year; }

std::string helsinki_date_iso(UtcTime time) {
  const Parts p = local_parts(time);
  return fmt::format("{:04}-{:02}-{:02}", p.year, p.month, p.day);
}

std::string format_date(UtcTime time, Lang lang) { return date_words(local_parts(time), lang); }

std::string format_clock(UtcTime time, Lang lang) {
  return clock_word(lang) + clock_digits(local_parts(time), lang);
}

std::string format_date_time(UtcTime time, Lang lang) {
  return format_date(time, lang) + (lang == Lang::en ? ", " : " ") + format_clock(time, lang);
}

std::string format_date_time_seconds(UtcTime time, Lang lang) {
  const int second = local_parts(time).second;
  return format_date_time(time, lang) + fmt::format("{}{:02}", lang == Lang::en ? ":" : ".", second);
}

std::string format_period(UtcTime starts, UtcTime ends, Lang lang) {
  const Parts a = local_parts(starts);
  const Parts b = local_parts(ends);
  const bool from_midnight = a.hour == 0 && a.minute == 0;
  if (from_midnight && b.hour == 0 && b.minute == 0 &&
      ends - starts <= std::chrono::hours{25}) {
    return date_words(a, lang);
  }
  if (a.year == b.year && a.month == b.month && a.day == b.day) {
    return format_date_time(starts, lang) + "–" + clock_digits(b, lang);
  }
  return format_date_time(starts, lang) + " – " + format_date_time(ends, lang);
}

std::optional<std::string> parse_typed_day(std::string_view typed) {
  const bool is_iso = typed.size() == 10 && typed[4] == '-' && typed[7] == '-';
  int parts[3] = {0, 0, 0};
  const char* at = typed.data();
  const char* const end = at + typed.size();
  for (int i = 0; i < 3; ++i) {
    while (i > 0 && at != end && *at == ' ') ++at;  // "31. 5. 2017"
    const auto [next, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc() || next == at || parts[i] < 0) return std::nullopt;
    at = next;
    if (i == 2) break;
    if (at == end || *at != (is_iso ? '-' : '.')) return std::nullopt;
    ++at;
  }
  if (at != end) return std::nullopt;
  if (is_iso) std::swap(parts[0], parts[2]);
  const std::chrono::year_month_day day{std::chrono::year(parts[2]), std::chrono::month(static_cast<unsigned>(parts[1])), std::chrono::day(static_cast<unsigned>(parts[0]))};
  if (!day.ok() || parts[2] < 1900 || parts[2] > 2200) return std::nullopt;
  const auto padded = [](int value, std::size_t width) { std::string out = std::to_string(value); return std::string(width - std::min(width, out.size()), '0') + out; };
  return padded(parts[2], 4) + "-" + padded(parts[1], 2) + "-" + padded(parts[0], 2);
}

}  // namespace base
