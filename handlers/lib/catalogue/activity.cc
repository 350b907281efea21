#include "lib/catalogue/activity.h"

#include <algorithm>
#include <charconv>

namespace catalogue {

bool has_choices(const std::string& type) { return type == "one_of" || type == "many_of"; }

std::vector<FieldFault> faults_of(const Session& s, int seats) {
  std::vector<FieldFault> out;
  if (s.age_min && s.age_max && *s.age_min > *s.age_max) out.push_back({"age_max", "age_min or more"});
  if (s.minimum > seats) out.push_back({"minimum", "not more than the seats"});
  if (s.meetings.empty()) return out;
  if (s.signup_from >= s.signup_until) out.push_back({"signup_until", "a time after signup_from"});
  if (s.signup_until > s.meetings.back().ends) out.push_back({"signup_until", "a time before the last meeting ends"});
  if (s.cancel_until > s.meetings.front().starts) out.push_back({"cancel_until", "a time before the first meeting"});
  return out;
}

std::vector<FieldFault> faults_of(const Question& q) {
  std::vector<FieldFault> out;
  if (has_choices(q.type) == q.choices.empty()) out.push_back({"type", q.choices.empty() ? "a [[form.question.choice]] or more for " + q.type : "no choices for " + q.type});
  // A sign-up must be possible without telling anything of one's health (GDPR Art. 9 and 7(4)).
  if (q.data_class == "health" && (q.required || q.of != "participant")) out.push_back({"class", "health answers of participants, never required"});
  return out;
}

std::vector<Meeting> meetings_of(const Pattern& pattern) {
  std::vector<Meeting> out;
  if (pattern.weekdays.empty()) return out;
  auto begin = pattern.from;
  for (int i = 0; i < 7 && std::chrono::weekday{begin} != pattern.weekdays.front(); ++i) begin += std::chrono::days{1};
  for (int i = 0; i < pattern.weeks * 7; ++i) {
    const auto day = begin + std::chrono::days{i};
    if (std::find(pattern.weekdays.begin(), pattern.weekdays.end(), std::chrono::weekday{day}) == pattern.weekdays.end()) continue;
    const auto starts = base::helsinki_to_utc(day, pattern.clock);
    out.push_back({starts, starts + pattern.length});
  }
  return out;
}

std::optional<std::chrono::minutes> parse_clock(std::string_view text) {
  const auto cut = text.find_first_of(":.");
  if (cut == std::string_view::npos || cut == 0 || cut > 2 || text.size() != cut + 3) return std::nullopt;
  int hours = 0, minutes = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), text.data() + cut, hours), second = std::from_chars(text.data() + cut + 1, end, minutes);
  if (first.ec != std::errc() || first.ptr != text.data() + cut || second.ec != std::errc() || second.ptr != end || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

base::UtcTime days_later(base::UtcTime time, int days) {
  const auto day = std::chrono::sys_days{base::helsinki_day(time)};
  // The clock on the wall, also on a day when it is changed: tried on either side of the change.
  const auto since = std::chrono::duration_cast<std::chrono::minutes>(time - base::helsinki_to_utc(day, std::chrono::minutes{0}));
  auto clock = since;
  for (const int hour : {0, 1, -1}) {
    if (base::helsinki_to_utc(day, since + std::chrono::hours{hour}) == time) {
      clock = since + std::chrono::hours{hour};
      break;
    }
  }
  return base::helsinki_to_utc(day + std::chrono::days{days}, clock);
}

}  // namespace catalogue
