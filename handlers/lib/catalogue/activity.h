// What a session of an activity and a question of its form may be. Pure rules; the import of files and the pages of staff share them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/time.h"

namespace catalogue {

struct Meeting {
  base::UtcTime starts, ends;
  bool operator==(const Meeting&) const = default;
};

struct Session {
  base::Texts place, access, skill;
  std::string address;
  std::optional<int> age_min, age_max;  // in full years on age_on
  std::optional<std::chrono::year_month_day> age_on;
  int waiting = 0, minimum = 0;
  base::UtcTime signup_from, signup_until, cancel_until;
  std::vector<Meeting> meetings;        // by time
  bool operator==(const Session&) const = default;
};

struct Choice {
  std::string code;
  base::Texts label;
  bool operator==(const Choice&) const = default;
};
// What a sign-up asks besides names, birth date and contacts, which are always asked. `data_class`: plain, contact, child or health.
struct Question {
  std::string code, of, type, data_class;
  bool required = false;
  base::Texts label, hint, purpose;
  std::vector<Choice> choices;
  bool operator==(const Question&) const = default;
};
inline const std::vector<std::string> kActivityTypes = {"course", "camp", "event", "swimming_school"};
inline const std::vector<std::string> kOfWhom = {"participant", "guardian", "contact"};
inline const std::vector<std::string> kQuestionTypes = {"short_text", "long_text", "number", "date", "one_of", "many_of", "yes_no", "consent"};
inline const std::vector<std::string> kDataClasses = {"plain", "contact", "child", "health"};
bool has_choices(const std::string& type);

struct FieldFault {  // in the words of the import's files
  const char* field;     // "signup_until"
  std::string expected;  // "a time after signup_from"
};
std::vector<FieldFault> faults_of(const Session& session, int seats);
std::vector<FieldFault> faults_of(const Question& question);

inline constexpr std::size_t kMostMeetings = 200;
inline constexpr int kMostSeats = 10'000;

// Meetings on some weekdays over some weeks, which begin with the first of them on `from` or after it. In Finland's time, whatever the clocks do between.
struct Pattern {
  std::chrono::sys_days from;
  std::vector<std::chrono::weekday> weekdays;  // the first begins the weeks
  std::chrono::minutes clock{0}, length{0};
  int weeks = 1;
};
std::vector<Meeting> meetings_of(const Pattern& pattern);

// "18:00", "9.30": since midnight.
std::optional<std::chrono::minutes> parse_clock(std::string_view text);
// The same wall-clock time so many days later.
base::UtcTime days_later(base::UtcTime time, int days);

}  // namespace catalogue
