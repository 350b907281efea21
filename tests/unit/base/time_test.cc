// Goal: Finnish wall-clock time and UTC agree, also where the clock jumps.
#include "lib/base/time.h"

#include <rapidcheck.h>

#include "unit/catch.h"

using base::Lang;
using base::UtcTime;
using namespace std::chrono_literals;

namespace {

std::string utc_of(const char* helsinki) {
  const auto time = base::parse_helsinki(helsinki);
  return time ? base::to_sql(*time) : "none";
}

UtcTime utc(const char* text) { return base::parse_utc(text).value(); }

}  // namespace

TEST_CASE("winter is two hours from UTC, summer three") {
  CHECK(utc_of("2026-12-06T18:00") == "2026-12-06 16:00:00.000");
  CHECK(utc_of("2026-06-06T18:00") == "2026-06-06 15:00:00.000");
  CHECK(utc_of("2026-12-06") == "2026-12-05 22:00:00.000");
}

TEST_CASE("in spring the skipped hour is the moment of the jump") {
  CHECK(utc_of("2026-03-29T02:59") == "2026-03-29 00:59:00.000");
  CHECK(utc_of("2026-03-29T03:00") == "2026-03-29 01:00:00.000");
  CHECK(utc_of("2026-03-29T03:30") == "2026-03-29 01:00:00.000");
  CHECK(utc_of("2026-03-29T04:00") == "2026-03-29 01:00:00.000");
  CHECK(utc_of("2026-03-29T04:01") == "2026-03-29 01:01:00.000");
}

TEST_CASE("in autumn the repeated hour is the earlier one") {
  CHECK(utc_of("2026-10-25T02:59") == "2026-10-24 23:59:00.000");
  CHECK(utc_of("2026-10-25T03:30") == "2026-10-25 00:30:00.000");
  CHECK(utc_of("2026-10-25T04:00") == "2026-10-25 02:00:00.000");
  CHECK(base::format_clock(utc("2026-10-25 00:30:00"), Lang::en) == "03:30");
  CHECK(base::format_clock(utc("2026-10-25 01:30:00"), Lang::en) == "03:30");
}

TEST_CASE("a day of the clock's change has its 23 or 25 hours") {
  using namespace std::chrono;
  const auto hours_of = [](year_month_day day, year_month_day next) {
    return base::helsinki_to_utc(next, 0min) - base::helsinki_to_utc(day, 0min);
  };
  CHECK((hours_of(year{2026} / 3 / 29, year{2026} / 3 / 30) == 23h));
  CHECK((hours_of(year{2026} / 10 / 25, year{2026} / 10 / 26) == 25h));
  CHECK((hours_of(year{2026} / 11 / 22, year{2026} / 11 / 23) == 24h));
}

TEST_CASE("the clock goes on changing when the system's table of changes has ended") {
  CHECK(utc_of("2038-02-28T18:00") == "2038-02-28 16:00:00.000");
  CHECK(utc_of("2038-03-28T03:30") == "2038-03-28 01:00:00.000");
  CHECK(utc_of("2038-06-07T18:00") == "2038-06-07 15:00:00.000");
  CHECK(utc_of("2038-10-31T03:30") == "2038-10-31 00:30:00.000");
  CHECK(utc_of("2038-10-31T04:00") == "2038-10-31 02:00:00.000");
  CHECK(base::format_date_time(utc("2038-06-07 21:30:00"), Lang::fi) == "ti 8.6.2038 klo 0.30");
  CHECK(base::format_clock(utc("2064-02-29 06:00:00"), Lang::en) == "08:00");
  CHECK(base::format_clock(utc("2099-07-01 06:00:00"), Lang::en) == "09:00");
  CHECK(utc_of("2037-01-01T01:00") == "2036-12-31 23:00:00.000");
  CHECK(utc_of("2065-01-01T01:00") == "2064-12-31 23:00:00.000");
}

TEST_CASE("leap days are days, others are not") {
  CHECK(utc_of("2028-02-29T12:00") == "2028-02-29 10:00:00.000");
  CHECK(utc_of("2026-02-29T12:00") == "none");
  CHECK(utc_of("2100-02-29") == "none");
  CHECK(utc_of("2026-04-31") == "none");
}

TEST_CASE("what is no time is refused") {
  for (const auto* wrong : {"", "2026", "2026-11-22T", "2026-11-22T24:00", "2026-11-22T12:60", "2026-11-22T12:00:60", "26-11-22",
                            "2026-11-22 12:00x", "2026-11-22T12", "2026-13-01", "2026-00-10", "2026-11-22T12:00ZZ", "+026-11-22"}) {
    INFO(wrong);
    CHECK_FALSE(base::parse_utc(wrong).has_value());
  }
  CHECK_FALSE(base::parse_helsinki("2026-11-22T12:00Z").has_value());
}

TEST_CASE("the day in Finland is not the day in UTC") {
  CHECK(base::helsinki_date_iso(utc("2026-12-31 22:00:00")) == "2027-01-01");
  CHECK(base::helsinki_year(utc("2026-12-31 21:59:59.999")) == 2026);
  CHECK(base::helsinki_year(utc("2026-12-31 22:00:00")) == 2027);
  CHECK((base::helsinki_day(utc("2026-06-30 21:00:00")) == std::chrono::year{2026} / 7 / 1));
}

TEST_CASE("machine formats") {
  CHECK(base::to_iso(utc("2026-11-22T14:30:05.123Z")) == "2026-11-22T14:30:05.123Z");
  CHECK(base::to_sql(utc("2026-11-22 14:30")) == "2026-11-22 14:30:00.000");
  CHECK(base::to_sql(utc("2026-11-22 14:30:05.5")) == "2026-11-22 14:30:05.500");
}

TEST_CASE("dates and times in three languages") {
  const auto time = utc("2026-11-22 12:30:05");
  CHECK(base::format_date(time, Lang::fi) == "su 22.11.2026");
  CHECK(base::format_date(time, Lang::sv) == "sön 22.11.2026");
  CHECK(base::format_date(time, Lang::en) == "Sun 22 Nov 2026");
  CHECK(base::format_clock(time, Lang::fi) == "klo 14.30");
  CHECK(base::format_clock(time, Lang::sv) == "kl. 14.30");
  CHECK(base::format_clock(time, Lang::en) == "14:30");
  CHECK(base::format_date_time(time, Lang::fi) == "su 22.11.2026 klo 14.30");
  CHECK(base::format_date_time(time, Lang::sv) == "sön 22.11.2026 kl. 14.30");
  CHECK(base::format_date_time(time, Lang::en) == "Sun 22 Nov 2026, 14:30");
  CHECK(base::format_date_time_seconds(time, Lang::fi) == "su 22.11.2026 klo 14.30.05");
  CHECK(base::format_date_time_seconds(time, Lang::en) == "Sun 22 Nov 2026, 14:30:05");
  CHECK(base::format_clock(utc("2026-11-22 06:05:00"), Lang::fi) == "klo 8.05");
}

TEST_CASE("periods: within a day, a whole day, over midnight") {
  const auto period = [](const char* from, const char* to, Lang lang) { return base::format_period(utc(from), utc(to), lang); };
  CHECK(period("2026-12-05 16:00", "2026-12-05 18:00", Lang::fi) == "la 5.12.2026 klo 18.00–20.00");
  CHECK(period("2026-12-05 16:00", "2026-12-05 18:00", Lang::en) == "Sat 5 Dec 2026, 18:00–20:00");
  CHECK(period("2026-12-04 22:00", "2026-12-05 22:00", Lang::sv) == "lör 5.12.2026");
  CHECK(period("2026-12-05 20:00", "2026-12-05 23:00", Lang::fi) == "la 5.12.2026 klo 22.00 – su 6.12.2026 klo 1.00");
  CHECK(period("2026-10-24 21:00", "2026-10-25 22:00", Lang::fi) == "su 25.10.2026");  // 25 hours
}

TEST_CASE("a time written for the database is read back the same") {
  REQUIRE(rc::check("round trip", [] {
    const auto ms = *rc::gen::inRange<std::int64_t>(0, 4'102'444'800'000);  // 1970 to 2100
    const UtcTime time{std::chrono::milliseconds{ms}};
    RC_ASSERT((base::parse_utc(base::to_sql(time)) == time));
    RC_ASSERT((base::parse_utc(base::to_iso(time)) == time));
  }));
}
