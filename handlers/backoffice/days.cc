#include "backoffice/days.h"

#include <fmt/format.h>

#include <chrono>

namespace backoffice {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

std::optional<year_month_day> parse_day(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (text.find_first_not_of("0123456789-") != std::string::npos || text.find('-') != 4 || text.rfind('-') != 7) return std::nullopt;
  const year_month_day out{std::chrono::year(std::stoi(text.substr(0, 4))), std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5, 2)))), std::chrono::day(static_cast<unsigned>(std::stoi(text.substr(8, 2))))};
  return out.ok() ? std::optional(out) : std::nullopt;
}

year_month_day day_of(const std::string& text) { return parse_day(text).value_or(year_month_day{}); }

std::string words_of(const year_month_day& day) { return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())); }

}  // namespace

bool is_day(const std::string& text) { return parse_day(text) && text >= "2000-01-01" && text <= "2200-12-31"; }

std::string day_after(const std::string& day, int days) { return words_of(year_month_day{sys_days{day_of(day)} + std::chrono::days(days)}); }

std::string first_of_month(const std::string& day, int months_later) {
  const year_month_day of = day_of(day);
  return words_of(year_month_day{of.year(), of.month(), std::chrono::day(1)} + std::chrono::months(months_later));
}

std::vector<std::string> days_of(const DayPeriod& period) {
  std::vector<std::string> out;
  for (std::string day = period.from; day <= period.to; day = day_after(day, 1)) out.push_back(day);
  return out;
}

std::vector<std::string> months_of(const DayPeriod& period) {
  std::vector<std::string> out;
  for (std::string day = first_of_month(period.from); day <= period.to; day = first_of_month(day, 1)) out.push_back(day.substr(0, 7));
  return out;
}

std::string day_words(const std::string& day, base::Lang lang) { return base::format_date(base::parse_helsinki(day + "T12:00").value_or(base::UtcTime{}), lang); }

std::string month_words(const std::string& month) { return fmt::format("{}/{}", std::stoi(month.substr(5, 2)), month.substr(0, 4)); }

}  // namespace backoffice
