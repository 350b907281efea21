// Goal: what a session may be is one set of rules, and its times are those of the clock on the wall, whatever the clocks do between.
#include "lib/catalogue/activity.h"

#include "unit/catch.h"

using namespace std::chrono_literals;
using namespace std::chrono;
using catalogue::Pattern;

namespace {

base::UtcTime at(const char* text) { return *base::parse_utc(text); }

std::vector<std::string> starts_of(const Pattern& pattern) {
  std::vector<std::string> out;
  for (const auto& one : catalogue::meetings_of(pattern)) out.push_back(base::to_iso(one.starts).substr(0, 16));
  return out;
}

catalogue::Session good() {
  catalogue::Session out;
  out.meetings = {{at("2027-06-07T06:00"), at("2027-06-07T13:00")}, {at("2027-06-08T06:00"), at("2027-06-08T13:00")}};
  out.signup_from = at("2027-01-01T06:00");
  out.signup_until = at("2027-06-01T06:00");
  out.cancel_until = at("2027-05-24T06:00");
  return out;
}

std::vector<std::string> fields_of(const std::vector<catalogue::FieldFault>& faults) {
  std::vector<std::string> out;
  for (const auto& one : faults) out.push_back(one.field);
  return out;
}

}  // namespace

TEST_CASE("meetings stand on their weekdays, at the same time of the wall's clock over its change") {
  // 31.10.2027 is a Sunday on which the clocks go back.
  CHECK(starts_of({sys_days{2027y / 10 / 27}, {Thursday, Monday}, 17h + 30min, 45min, 2}) == std::vector<std::string>{"2027-10-28T14:30", "2027-11-01T15:30", "2027-11-04T15:30", "2027-11-08T15:30"});
  CHECK(starts_of({sys_days{2027y / 6 / 7}, {Monday, Tuesday, Wednesday, Thursday, Friday}, 9h, 7h, 1}).size() == 5);
  CHECK(starts_of({sys_days{2027y / 6 / 8}, {Monday}, 9h, 7h, 1}) == std::vector<std::string>{"2027-06-14T06:00"});
  CHECK(starts_of({sys_days{2027y / 6 / 8}, {}, 9h, 7h, 1}).empty());
}

TEST_CASE("so many days later is the same time of the wall's clock") {
  CHECK(catalogue::days_later(at("2027-10-28T14:30"), 7) == at("2027-11-04T15:30"));
  CHECK(catalogue::days_later(at("2027-03-25T15:30"), 364) == at("2028-03-23T15:30"));
  CHECK(catalogue::days_later(at("2027-03-28T12:00"), 1) == at("2027-03-29T12:00"));  // from the day of the change itself
  CHECK(catalogue::days_later(at("2027-10-31T12:00"), -1) == at("2027-10-30T11:00"));
}

TEST_CASE("a time of day is two numbers") {
  CHECK(catalogue::parse_clock("9.05") == 9h + 5min);
  CHECK(catalogue::parse_clock("18:00") == 18h);
  CHECK(catalogue::parse_clock("0.00") == 0min);
  for (const char* none : {"", "9", "9.5", "24.00", "9.60", "-1.00", "9.005", "x.00", "9.xx", "18:00:00", ".30"}) CHECK_FALSE(catalogue::parse_clock(none).has_value());
}

TEST_CASE("a session's times go together") {
  CHECK(catalogue::faults_of(good(), 10).empty());
  auto one = good();
  one.signup_until = one.signup_from;
  CHECK(fields_of(catalogue::faults_of(one, 10)) == std::vector<std::string>{"signup_until"});
  one = good();
  one.signup_until = one.meetings.back().ends + 1min;
  CHECK(fields_of(catalogue::faults_of(one, 10)) == std::vector<std::string>{"signup_until"});
  one = good();
  one.cancel_until = one.meetings.front().starts + 1min;
  one.minimum = 11;
  one.age_min = 9;
  one.age_max = 8;
  CHECK(fields_of(catalogue::faults_of(one, 10)) == std::vector<std::string>{"age_max", "minimum", "cancel_until"});
}

TEST_CASE("health is asked of participants and never required, and choices belong to what is chosen") {
  catalogue::Question one{"q", "participant", "many_of", "health", false, {}, {}, {}, {{"a", {}}}};
  CHECK(catalogue::faults_of(one).empty());
  one.required = true;
  CHECK(fields_of(catalogue::faults_of(one)) == std::vector<std::string>{"class"});
  one.required = false;
  one.of = "guardian";
  CHECK(fields_of(catalogue::faults_of(one)) == std::vector<std::string>{"class"});
  one = {"q", "guardian", "one_of", "plain", false, {}, {}, {}, {}};
  CHECK(fields_of(catalogue::faults_of(one)) == std::vector<std::string>{"type"});
  one.type = "yes_no";
  CHECK(catalogue::faults_of(one).empty());
}
