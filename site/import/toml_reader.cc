#include "import/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/base/contact.h"

namespace import {

using base::Lang;

namespace {

bool is_code_text(std::string_view text) {
  return !text.empty() && text.size() <= 48 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::size_t char_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// "+14d 18:00" counted from the day of `now` in Finland.
std::optional<base::UtcTime> relative_time(std::string_view text, base::UtcTime now) {
  int days = 0;
  if (text.empty() || text.front() != '+') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), days);
  if (error != std::errc() || days > 3650) return std::nullopt;
  const std::string rest(end, text.data() + text.size());
  if (rest.size() != 7 || rest.substr(0, 2) != "d ") return std::nullopt;
  const auto day = std::chrono::year_month_day{std::chrono::sys_days{base::helsinki_day(now)} + std::chrono::days{days}};
  return base::parse_helsinki(fmt::format("{:04}-{:02}-{:02}T{}", int(day.year()), unsigned(day.month()),
                                          unsigned(day.day()), rest.substr(2)));
}

}  // namespace

const toml::node* TomlReader::find(const std::string& key, bool required) {
  asked_.insert(key.substr(0, key.find('.')));
  const toml::node* node = table_.at_path(key).node();
  if (node == nullptr && required && error_.empty()) {
    error_ = fmt::format("{}:{}: {}: is missing", file_, table_.source().begin.line, key);
  }
  return node;
}

int TomlReader::line_of(const std::string& key) const {
  const toml::node* node = table_.at_path(key).node();
  return static_cast<int>(node == nullptr ? table_.source().begin.line : node->source().begin.line);
}

void TomlReader::wrong(const std::string& key, const std::string& expected) {
  if (error_.empty()) error_ = fmt::format("{}:{}: {}: expected {}", file_, line_of(key), key, expected);
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
    out.push_back(*value);
  }
  return out;
}

std::optional<base::UtcTime> TomlReader::optional_time(const std::string& key, base::UtcTime now) {
  const toml::node* node = find(key, false);
  if (node == nullptr) return std::nullopt;
  std::optional<base::UtcTime> out;
  if (const auto value = node->value<std::string>(); node->is_string() && value) {
    out = value->starts_with('+') ? relative_time(*value, now) : base::parse_helsinki(*value);
  }
  if (!out) wrong(key, "a time such as \"2026-12-06T18:00\" or \"+14d 18:00\"");
  return out;
}

std::optional<base::UtcTime> TomlReader::time(const std::string& key, base::UtcTime now) {
  if (find(key, true) == nullptr) return std::nullopt;
  return optional_time(key, now);
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
