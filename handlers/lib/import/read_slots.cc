#include <algorithm>
#include <tuple>

#include "lib/import/read.h"

namespace import {

using base::Lang;

namespace {

// `key`: the field that says the time.
void add_slot(TomlReader& in, const std::string& key, Variant slot, std::vector<Variant>& out) {
  const auto same = std::find_if(out.begin(), out.end(), [&](const auto& other) { return other.code == slot.code; });
  if (same != out.end()) in.wrong(key, "no two slots at the same time");
  out.push_back(std::move(slot));
}

void read_slot(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known, std::vector<Variant>& out) {
  Variant slot;
  slot.starts = in.time("starts", now);
  const std::chrono::minutes length{in.number("minutes", catalogue::kShortestSlot, catalogue::kLongestSlot)};  // as catalogue::may_last
  slot.stock = in.number("quota", 0, catalogue::kMostStock);
  slot.name = in.optional_texts("name", catalogue::kMostVariantName, langs);
  slot.prices = read_prices(in, now, known);
  slot.active = !in.optional_boolean("ended", false);
  const std::string code = in.has("code") ? in.code("code") : "";
  in.refuse_unknown();
  if (!slot.starts) return;
  slot.code = code.empty() ? catalogue::slot_code(*slot.starts) : code;
  slot.ends = *slot.starts + length;
  add_slot(in, "starts", std::move(slot), out);
}

void read_series(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, std::vector<Variant>& out) {
  catalogue::Series series;
  series.weekdays = in.codes("weekdays");
  const auto first = in.day("from", now);
  series.clock = in.text("time", 5);
  series.weeks = in.number("weeks", 1, catalogue::kMostWeeks);
  series.length = std::chrono::minutes(in.number("minutes", catalogue::kShortestSlot, catalogue::kLongestSeriesSlot));
  const int quota = in.number("quota", 0, catalogue::kMostStock);
  const auto name = in.optional_texts("name", catalogue::kMostVariantName, langs);
  in.refuse_unknown();
  check_weekdays(in, series.weekdays);
  if (!first) return;
  series.first = *first;
  auto slots = catalogue::slots_of(series);
  if (!slots) return in.wrong("time", "a time such as \"18:00\"");
  for (auto& slot : *slots) {
    slot.stock = quota;
    slot.name = name;
    add_slot(in, "time", std::move(slot), out);
  }
}

}  // namespace

void sort_by_time(std::vector<Variant>& variants) {
  std::sort(variants.begin(), variants.end(), [](const auto& a, const auto& b) { return std::tie(a.starts, a.code) < std::tie(b.starts, b.code); });
}

std::vector<std::chrono::weekday> weekdays_of(const std::vector<std::string>& names) {
  std::vector<std::chrono::weekday> out;
  for (const auto& name : names) {
    for (unsigned day = 0; day < 7; ++day) {
      if (catalogue::weekday_of(std::chrono::sys_days{std::chrono::days{3 + day}}) == name) out.emplace_back(day);  // 4 January 1970 was a Sunday
    }
  }
  return out;
}

void check_weekdays(TomlReader& in, const std::vector<std::string>& weekdays) {
  for (const auto& weekday : weekdays) {
    if (!catalogue::is_weekday(weekday)) in.wrong("weekdays", "mon, tue, wed, thu, fri, sat, sun");
  }
}

std::vector<Variant> read_slots(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known) {
  std::vector<Variant> out;
  for (auto& slot : in.tables("slot")) read_slot(slot, langs, now, known, out);
  for (auto& series : in.tables("series")) read_series(series, langs, now, out);
  sort_by_time(out);
  return out;
}

}  // namespace import
