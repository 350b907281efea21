#include "lib/import/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/base/contact.h"

namespace import {

using base::Lang;

namespace {

std::size_t char_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// "+14d" counted from the day of `now` in Finland.
std::optional<std::chrono::year_month_day> relative_day(std::string_view text, base::UtcTime now) {
  int days = 0;
  if (!text.starts_with('+') || !text.ends_with('d')) return std::nullopt;
  const char* last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data() + 1, last, days);
  if (error != std::errc() || end != last || days < 0 || days > 3650) return std::nullopt;
  return std::chrono::sys_days{base::helsinki_day(now)} + std::chrono::days{days};
}

// "+14d 18:00"
std::optional<base::UtcTime> relative_time(std::string_view text, base::UtcTime now) {
  const auto space = std::min(text.find(' '), text.size());
  const auto day = relative_day(text.substr(0, space), now);
  if (!day || space == text.size()) return std::nullopt;
  return helsinki_time(*day, text.substr(space + 1));
}

}  // namespace

std::string day_iso(std::chrono::year_month_day day) { return base::to_iso(base::UtcTime(std::chrono::sys_days{day})).substr(0, 10); }

const toml::node* TomlReader::find(const std::string& key, bool required) {
  asked_.insert(key.substr(0, key.find('.')));
  const toml::node* node = table_.at_path(key).node();
  if (node == nullptr && required && error_.empty()) {
    error_ = at(key) + ": is missing";
  }
  return node;
}

// What is missing stands where it should: in the table around it.
int TomlReader::line_of(std::string key) const {
  while (true) {
    if (const toml::node* node = table_.at_path(key).node()) return static_cast<int>(node->source().begin.line);
    const auto dot = key.rfind('.');
    if (dot == std::string::npos) return static_cast<int>(table_.source().begin.line);
    key.resize(dot);
  }
}

std::string TomlReader::at(const std::string& key) const { return fmt::format("{}:{}: {}", file_, line_of(key), key); }

void TomlReader::wrong(const std::string& key, const std::string& expected) {
  if (error_.empty()) error_ = fmt::format("{}: expected {}", at(key), expected);
}

bool TomlReader::has(const std::string& key) { return find(key, false) != nullptr; }

std::string TomlReader::text(const std::string& key, std::size_t max_chars) {
  if (find(key, true) == nullptr) return {};
  std::string value = optional_text(key, max_chars);
  if (value.empty()) wrong(key, "a text that is not empty");
  return value;
}

std::string TomlReader::optional_text(const std::string& key, std::size_t max_chars) {
  const toml::node* node = find(key, false);
  if (node == nullptr) return {};
  const auto value = node->value<std::string>();
  if (!node->is_string() || !value) return wrong(key, "a text in quotes"), std::string();
  if (char_count(*value) > max_chars) return wrong(key, fmt::format("at most {} characters", max_chars)), std::string();
  if (value->empty()) return {};
  const auto clean = base::clean_text(*value, max_chars);
  if (!clean) return wrong(key, "one line of text without control characters"), std::string();
  return *clean;
}

std::string TomlReader::code(const std::string& key) {
  const std::string value = text(key, 48);
  if (!value.empty() && !is_code_text(value)) wrong(key, "a code of a-z, 0-9 and - (at most 48)");
  return value;
}

std::string TomlReader::optional_slug(const std::string& key, std::size_t max_chars) {
  const std::string value = optional_text(key, max_chars);
  if (!value.empty() && !is_code_text(value, max_chars)) wrong(key, "a part of an address: a-z, 0-9 and -");
  return value;
}

std::string TomlReader::optional_email(const std::string& key) {
  const std::string value = optional_text(key, 254);
  if (value.empty()) return {};
  const auto email = base::parse_email(value);
  if (!email) return wrong(key, "an e-mail address"), std::string();
  return *email;
}

std::string TomlReader::optional_phone(const std::string& key) {
  const std::string value = optional_text(key, 30);
  if (value.empty()) return {};
  const auto phone = base::parse_phone(value);
  if (!phone) return wrong(key, "a telephone number such as \"+358 29 555 0100\""), std::string();
  return *phone;
}

std::string TomlReader::one_of(const std::string& key, const std::vector<std::string>& allowed) {
  const std::string value = text(key, 60);
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    wrong(key, fmt::format("one of {}", fmt::join(allowed, ", ")));
  }
  return value;
}

bool TomlReader::optional_boolean(const std::string& key, bool otherwise) {
  const toml::node* node = find(key, false);
  if (node == nullptr) return otherwise;
  if (!node->is_boolean()) return wrong(key, "true or false"), otherwise;
  return *node->value<bool>();
}

std::optional<int> TomlReader::optional_number(const std::string& key, int least, int most) {
  const toml::node* node = find(key, false);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value<std::int64_t>();
  if (!node->is_integer() || !value || *value < least || *value > most) {
    return wrong(key, fmt::format("a whole number from {} to {}", least, most)), std::nullopt;
  }
  return static_cast<int>(*value);
}

int TomlReader::number(const std::string& key, int least, int most) {
  if (find(key, true) == nullptr) return least;
  return optional_number(key, least, most).value_or(least);
}

base::Cents TomlReader::cents(const std::string& key) {
  return base::Cents(number(key, 0, static_cast<int>(base::kMaxOrderTotal.value())));
}

std::vector<std::string> TomlReader::codes(const std::string& key) {
  std::vector<std::string> out;
  const toml::node* node = find(key, true);
  if (node == nullptr) return out;
  const auto* array = node->as_array();
  if (array == nullptr || array->empty()) return wrong(key, "a list of codes in [ ]"), out;
  for (const auto& item : *array) {
    const auto value = item.value<std::string>();
    if (!value || !is_code_text(*value)) return wrong(key, "a list of codes in [ ]"), out;
    if (std::find(out.begin(), out.end(), *value) != out.end()) return wrong(key, "no code twice"), out;
    out.push_back(*value);
  }
  return out;
}

std::optional<base::UtcTime> TomlReader::optional_time(const std::string& key, base::UtcTime now) {
  const toml::node* node = find(key, false);
  if (node == nullptr) return std::nullopt;
  std::optional<base::UtcTime> out;
  if (const auto value = node->value<std::string>(); node->is_string() && value) {
    out = value->starts_with('+') ? relative_time(*value, now) : value->ends_with('Z') ? base::parse_utc(*value) : base::parse_helsinki(*value);
  }
  if (!out) wrong(key, "a time such as \"2026-12-06T18:00\" or \"+14d 18:00\"");
  return out;
}

std::optional<base::UtcTime> TomlReader::time(const std::string& key, base::UtcTime now) {
  if (find(key, true) == nullptr) return std::nullopt;
  return optional_time(key, now);
}

std::optional<std::chrono::year_month_day> TomlReader::day(const std::string& key, base::UtcTime now) {
  const std::string value = text(key, 20);
  if (auto relative = relative_day(value, now)) return relative;
  // A day is read as its noon, which every day has once.
  if (const auto noon = base::parse_helsinki(value + "T12:00")) return base::helsinki_day(*noon);
  wrong(key, "a day such as \"+1d\" or \"2026-12-06\"");
  return std::nullopt;
}

base::Texts TomlReader::texts(const std::string& key, std::size_t max_chars, const std::vector<Lang>& required) {
  base::Texts out;
  for (const auto lang : base::kLangs) {
    const bool must = std::find(required.begin(), required.end(), lang) != required.end();
    const std::string path = key + "." + base::to_string(lang);
    out[lang] = must ? text(path, max_chars) : optional_text(path, max_chars);
  }
  return out;
}

base::Texts TomlReader::optional_texts(const std::string& key, std::size_t max_chars, const std::vector<Lang>& required) {
  return has(key) ? texts(key, max_chars, required) : base::Texts();
}

std::vector<TomlReader> TomlReader::tables(const std::string& key) {
  std::vector<TomlReader> out;
  const toml::node* node = find(key, false);
  if (node == nullptr) return out;
  const auto* array = node->as_array();
  if (array == nullptr) return wrong(key, "[[" + key + "]]"), out;
  for (const auto& item : *array) {
    const auto* table = item.as_table();
    if (table == nullptr) return wrong(key, "[[" + key + "]]"), out;
    out.emplace_back(*table, file_, error_);
  }
  return out;
}

void TomlReader::refuse_unknown() {
  for (const auto& [name, node] : table_) {
    if (asked_.contains(std::string(name.str())) || !error_.empty()) continue;
    error_ = fmt::format("{}:{}: {}: is no field here", file_, node.source().begin.line, std::string(name.str()));
  }
}

}  // namespace import
