#include "lib/base/settings_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/base/contact.h"

namespace base {

Result<SettingsReader> SettingsReader::open(const std::string& path) {
  try {
    return SettingsReader(path, toml::parse_file(path));
  } catch (const toml::parse_error& problem) {
    return fail(ErrorKind::invalid, fmt::format("{}:{}: {}", path, problem.source().begin.line, std::string(problem.description())));
  }
}

std::string SettingsReader::text(const std::string& key, bool may_be_empty) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const auto value = node->value<std::string>();
  if (!node->is_string() || !value) return wrong(key, "a text in quotes"), std::string();
  if (value->empty() && !may_be_empty) wrong(key, "a text that is not empty");
  return *value;
}

Texts SettingsReader::texts(const std::string& key, bool may_be_empty) {
  Texts out;
  for (const auto lang : kLangs) out[lang] = text(key + "." + to_string(lang), may_be_empty);
  return out;
}

std::vector<std::string> SettingsReader::list(const std::string& key) {
  std::vector<std::string> out;
  const toml::node* node = find(key);
  if (node == nullptr) return out;
  const auto* array = node->as_array();
  if (array == nullptr) return wrong(key, "a list of texts in [ ]"), out;
  for (const auto& item : *array) {
    const auto value = item.value<std::string>();
    if (!item.is_string() || !value) return wrong(key, "a list of texts in [ ]"), out;
    out.push_back(*value);
  }
  return out;
}

bool SettingsReader::boolean(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_boolean()) return wrong(key, "true or false"), false;
  return *node->value<bool>();
}

int SettingsReader::number(const std::string& key, int least, int most) {
  const toml::node* node = find(key);
  if (node == nullptr) return 0;
  const auto value = node->value<std::int64_t>();
  if (!node->is_integer() || !value || *value < least || *value > most) {
    return wrong(key, fmt::format("a whole number from {} to {}", least, most)), 0;
  }
  return static_cast<int>(*value);
}

std::string SettingsReader::day(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  if (!node->is_date()) return wrong(key, "a date such as 2026-11-22"), std::string();
  const auto value = *node->value<toml::date>();
  return fmt::format("{:04}-{:02}-{:02}", value.year, value.month, value.day);
}

std::string SettingsReader::email(const std::string& key) {
  const auto email = parse_email(text(key));
  if (!email) return wrong(key, "an e-mail address"), std::string();
  return *email;
}

std::string SettingsReader::phone(const std::string& key) {
  const auto phone = parse_phone(text(key));
  if (!phone) return wrong(key, "a telephone number such as \"+358 29 555 0100\""), std::string();
  return *phone;
}

std::string SettingsReader::address(const std::string& key, const std::vector<std::string>& beginnings) {
  const std::string value = text(key);
  const auto fits = [&](const std::string& beginning) { return value.size() > beginning.size() && value.starts_with(beginning); };
  const bool plain = std::none_of(value.begin(), value.end(), [](unsigned char c) { return c <= ' ' || c >= 127 || c == '"' || c == '<' || c == '>'; });
  if (!plain || std::none_of(beginnings.begin(), beginnings.end(), fits)) wrong(key, fmt::format("an address that begins with {}", fmt::join(beginnings, " or ")));
  return value;
}

void SettingsReader::require(bool holds, const std::string& key, const std::string& expected) {
  if (!holds) wrong(key, expected);
}

Status SettingsReader::done() {
  if (error_.empty()) look_for_unknown(table_, "");
  if (!error_.empty()) return fail(ErrorKind::invalid, error_);
  return {};
}

namespace {

std::string printed(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return fmt::format("{}", *number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto day = node.value_exact<toml::date>()) return fmt::format("{:04}-{:02}-{:02}", day->year, day->month, day->day);
  std::string out;
  if (const auto* array = node.as_array()) {
    for (const auto& item : *array) out += (out.empty() ? "" : ", ") + printed(item);
  }
  return out;
}

}  // namespace

std::vector<Setting> SettingsReader::settings() const {
  std::vector<Setting> out;
  for (const auto& key : asked_) {
    const toml::node* node = table_.at_path(key).node();
    if (node != nullptr) out.push_back({key, printed(*node), static_cast<int>(node->source().begin.line)});
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  return out;
}

const toml::node* SettingsReader::find(const std::string& key) {
  asked_.insert(key);
  const toml::node* node = table_.at_path(key).node();
  if (node == nullptr && error_.empty()) error_ = fmt::format("{}: the setting {} is missing", at(key), key);
  return node;
}

void SettingsReader::wrong(const std::string& key, const std::string& expected) {
  if (error_.empty()) error_ = fmt::format("{}: {} must be {}", at(key), key, expected);
}

// "file:line"; what is missing stands where it should: in the table around it.
std::string SettingsReader::at(std::string key) const {
  const toml::node* node = nullptr;
  while ((node = table_.at_path(key).node()) == nullptr) {
    const auto dot = key.rfind('.');
    if (dot == std::string::npos) return fmt::format("{}:1", path_);
    key.resize(dot);
  }
  return fmt::format("{}:{}", path_, node->source().begin.line);
}

void SettingsReader::look_for_unknown(const toml::table& table, const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      look_for_unknown(*inner, key + ".");
    } else if (!asked_.contains(key) && error_.empty()) {
      error_ = fmt::format("{}:{}: {} is no setting", path_, node.source().begin.line, key);
    }
  }
}

}  // namespace base
