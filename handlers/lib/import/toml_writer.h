// TOML as people write it, a line at a time; what is as it would be anyway gets no line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/time.h"

namespace import {

class TomlWriter {
 public:
  // "[[session.price]]", after an empty line.
  TomlWriter& table(std::string_view name);
  TomlWriter& text(std::string_view key, std::string_view value);  // nothing for an empty one
  TomlWriter& number(std::string_view key, std::optional<std::int64_t> value);
  TomlWriter& flag(std::string_view key, bool value, bool otherwise = false);
  TomlWriter& texts(std::string_view key, const base::Texts& value);
  TomlWriter& codes(std::string_view key, const std::vector<std::string>& value);
  // A time of Finland; in the hour that autumn repeats, its second half of UTC.
  TomlWriter& time(std::string_view key, const std::optional<base::UtcTime>& value);
  std::string take() { return std::move(out_); }

 private:
  TomlWriter& line(std::string_view key, std::string_view value);
  std::string out_;
};

}  // namespace import
