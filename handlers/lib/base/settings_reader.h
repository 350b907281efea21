// One TOML file of settings: each is asked for by name; the first fault is kept as "file:line: ...".
#pragma once

#include <toml++/toml.h>

#include <set>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/lang.h"
#include "lib/base/result.h"

namespace base {

// Values after the first fault are empty and harmless; `done` tells it.
class SettingsReader {
 public:
  static Result<SettingsReader> open(const std::string& path);

  std::string text(const std::string& key, bool may_be_empty = false);
  Texts texts(const std::string& key, bool may_be_empty = false);
  std::vector<std::string> list(const std::string& key);
  bool boolean(const std::string& key);
  int number(const std::string& key, int least, int most);
  std::string day(const std::string& key);    // 2026-11-22
  std::string email(const std::string& key);  // as parse_email stores it
  std::string phone(const std::string& key);  // E.164
  // An address with one of these beginnings, "https://".
  std::string address(const std::string& key, const std::vector<std::string>& beginnings);

  void require(bool holds, const std::string& key, const std::string& expected);
  // The first fault; or an unknown setting, which is most often a misspelt one.
  Status done();
  // Those that were asked for and are there, in the order of the file: nothing else that it may hold.
  std::vector<Setting> settings() const;

 private:
  SettingsReader(std::string path, toml::table table) : path_(std::move(path)), table_(std::move(table)) {}

  const toml::node* find(const std::string& key);
  void wrong(const std::string& key, const std::string& expected);
  std::string at(std::string key) const;
  void look_for_unknown(const toml::table& table, const std::string& prefix);

  std::string path_;
  toml::table table_;
  std::set<std::string> asked_;
  std::string error_;
};

}  // namespace base
