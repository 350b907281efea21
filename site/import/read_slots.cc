#include <algorithm>

#include "import/read.h"

namespace import {

using base::Lang;

namespace {

const std::vector<std::string> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::string slot_code(base::UtcTime starts) {
  std::string code;
  for (const char c : base::to_iso(starts).substr(0, 16)) {
    if (c != ':' && c != '-') code += c == 'T' ? 't' : c;
  }
  return code;
}

// `key`: the field that says the time.
void add_slot(TomlReader& in, const std::string& key, Variant slot, std::chrono::minutes length, std::vector<Variant>& out) {
  slot.code = slot_code(*slot.starts);
  slot.ends = *slot.starts + length;
  const auto same = std::find_if(out.begin(), out.end(), [&](const auto& other) { return other.code == slot.code; });
  if (same != out.end()) in.wrong(key, "no two slots at the same time");
  out.push_back(std::move(slot));
}

void read_slot(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known, std::vector<Variant>& out) {
  Variant slot;
  slot.starts = in.time("starts", now);
  const std::chrono::minutes length{in.number("minutes", 5, 60 * 1440)};
  slot.stock = in.number("quota", 0, 1'000'000);
  slot.name = in.optional_texts("name", 120, langs);
  slot.prices = read_prices(in, known);
  in.refuse_unknown();
  if (slot.starts) add_slot(in, "starts", std::move(slot), length, out);
}

void read_series(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, std::vector<Variant>& out) {
  const auto weekdays = in.codes("weekdays");
  const auto first = in.day("from", now);
  const std::string clock = in.text("time", 5);
  const int weeks = in.number("weeks", 1, 60);
  const std::chrono::minutes length{in.number("minutes", 5, 7 * 1440)};
  Variant slot;
  slot.stock = in.number("quota", 0, 1'000'000);
  slot.name = in.optional_texts("name", 120, langs);
  in.refuse_unknown();
  check_weekdays(in, weekdays);
  for (int i = 0; first && i < weeks * 7; ++i) {
    const auto day = std::chrono::sys_days{*first} + std::chrono::days{i};
    if (std::find(weekdays.begin(), weekdays.end(), weekday_of(day)) == weekdays.end()) continue;
    slot.starts = helsinki_time(day, clock);
    if (!slot.starts) return in.wrong("time", "a time such as \"18:00\"");
    add_slot(in, "time", slot, length, out);
  }
}

}  // namespace

std::string weekday_of(std::chrono::sys_days day) { return kWeekdays[std::chrono::weekday{day}.c_encoding()]; }

std::vector<std::chrono::weekday> weekdays_of(const std::vector<std::string>& names) {
  std::vector<std::chrono::weekday> out;
  for (const auto& name : names) {
    const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), name);
    if (found != kWeekdays.end()) out.emplace_back(static_cast<unsigned>(found - kWeekdays.begin()));
  }
  return out;
}

void check_weekdays(TomlReader& in, const std::vector<std::string>& weekdays) {
  for (const auto& weekday : weekdays) {
    if (std::find(kWeekdays.begin(), kWeekdays.end(), weekday) == kWeekdays.end()) in.wrong("weekdays", "mon, tue, wed, thu, fri, sat, sun");
  }
}

std::vector<Variant> read_slots(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known) {
  std::vector<Variant> out;
  for (auto& slot : in.tables("slot")) read_slot(slot, langs, now, known, out);
  for (auto& series : in.tables("series")) read_series(series, langs, now, out);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.starts < b.starts; });
  return out;
}

}  // namespace import
