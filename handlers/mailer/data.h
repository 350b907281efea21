// A row's JSON, read by name: the first thing that is missing or of another type is remembered.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/money.h"
#include "lib/base/time.h"

namespace mailer {

class Data {
 public:
  // REQUIRES of both: they outlive the Data. `problem` stays empty while all is well.
  Data(const nlohmann::json& json, std::string& problem) : json_(&json), problem_(&problem) {}

  std::string text(const char* name) const;
  std::string text_or_empty(const char* name) const;  // also where it is null or not there
  std::int64_t integer(const char* name) const;
  base::Cents cents(const char* name) const { return base::Cents(integer(name)); }
  std::optional<int> maybe_integer(const char* name) const;  // null: nothing
  bool boolean(const char* name) const;
  base::UtcTime time(const char* name) const;
  std::optional<base::UtcTime> maybe_time(const char* name) const;
  std::vector<Data> list(const char* name) const;
  std::vector<std::string> texts(const char* name) const;
  std::optional<Data> maybe_object(const char* name) const;

 private:
  const nlohmann::json* find(const char* name) const;
  void wrong(const char* name) const;

  const nlohmann::json* json_;
  std::string* problem_;
};

}  // namespace mailer
