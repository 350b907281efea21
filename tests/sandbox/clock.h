#pragma once
// The stand-in's clock: the system's, moved by an offset that tests set (to check old signatures, or to let time pass).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

// Milliseconds since 1970 UTC, offset included.
std::int64_t now_ms();
void set_clock_offset(std::int64_t ms);
std::int64_t clock_offset();

// 2018-07-06T10:01:31.904Z
std::string iso_time(std::int64_t ms);
inline std::string iso_now() { return iso_time(now_ms()); }
// Strict: YYYY-MM-DDThh:mm:ss[.fff]Z and nothing else, a real date.
std::optional<std::int64_t> parse_iso(std::string_view s);
// YYYY-MM-DD, a real date, as the day's beginning in UTC.
std::optional<std::int64_t> parse_day(std::string_view s);

}  // namespace sandbox
