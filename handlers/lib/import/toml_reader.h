// One TOML table with its file, so that each fault can be told as "file:line: field: expected".
// The first fault stays; after it, values are empty and harmless.
// "+14d" counts from the day of `now` in Finland.
#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/catalogue/rules.h"
#include "lib/catalogue/slots.h"

namespace import {

using catalogue::helsinki_time;
using catalogue::is_code_text;

// "2026-12-06"
std::string day_iso(std::chrono::year_month_day day);

class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string file, std::string& error) : table_(table), file_(std::move(file)), error_(error) {}

  std::string text(const std::string& key, std::size_t max_chars);
  std::string optional_text(const std::string& key, std::size_t max_chars);
  std::string code(const std::string& key);
  // A part of an address: the same characters as a code; empty where there is none.
  std::string optional_slug(const std::string& key, std::size_t max_chars);
  // As they are stored: lower-case domain, E.164. Empty where there is none.
  std::string optional_email(const std::string& key);
  std::string optional_phone(const std::string& key);
  std::string one_of(const std::string& key, const std::vector<std::string>& allowed);
  bool optional_boolean(const std::string& key, bool otherwise);
  int number(const std::string& key, int least, int most);
  std::optional<int> optional_number(const std::string& key, int least, int most);
  base::Cents cents(const std::string& key);
  // A list of codes, none twice.
  std::vector<std::string> codes(const std::string& key);
  // "2026-12-06T18:00" or "+14d 18:00", a time of Finland; or with a Z, of UTC, for the hour that autumn repeats.
  std::optional<base::UtcTime> optional_time(const std::string& key, base::UtcTime now);
  std::optional<base::UtcTime> time(const std::string& key, base::UtcTime now);
  // "2026-12-06" or "+14d", a day of Finland.
  std::optional<std::chrono::year_month_day> day(const std::string& key, base::UtcTime now);
  // key.fi, key.sv, key.en; `required` says which must be there.
  base::Texts texts(const std::string& key, std::size_t max_chars, const std::vector<base::Lang>& required);
  // The same, or nothing at all.
  base::Texts optional_texts(const std::string& key, std::size_t max_chars, const std::vector<base::Lang>& required);
  // The tables of [[key]].
  std::vector<TomlReader> tables(const std::string& key);
  bool has(const std::string& key);
  void wrong(const std::string& key, const std::string& expected);
  // Keys nobody asked for are faults: most often misspelt.
  void refuse_unknown();
  // "file:line: key" of a value that only the database can judge.
  std::string at(const std::string& key) const;

 private:
  int line_of(std::string key) const;
  const toml::node* find(const std::string& key, bool required);
  const toml::table& table_;
  std::string file_;
  std::string& error_;
  std::set<std::string> asked_;
};

}  // namespace import
