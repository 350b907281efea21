#include "lib/import/toml_writer.h"

#include <fmt/format.h>

namespace import {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) out += fmt::format("\\u{:04X}", byte);
    else if (c == '"' || c == '\\') out += '\\', out += c;
    else out += c;
  }
  return out + '"';
}

}  // namespace

TomlWriter& TomlWriter::line(std::string_view key, std::string_view value) {
  out_.append(key).append(" = ").append(value).append("\n");
  return *this;
}

TomlWriter& TomlWriter::table(std::string_view name) {
  out_.append(out_.empty() ? "[[" : "\n[[").append(name).append("]]\n");
  return *this;
}

TomlWriter& TomlWriter::text(std::string_view key, std::string_view value) { return value.empty() ? *this : line(key, quoted(value)); }

TomlWriter& TomlWriter::number(std::string_view key, std::optional<std::int64_t> value) { return value ? line(key, std::to_string(*value)) : *this; }

TomlWriter& TomlWriter::flag(std::string_view key, bool value, bool otherwise) { return value == otherwise ? *this : line(key, value ? "true" : "false"); }

TomlWriter& TomlWriter::texts(std::string_view key, const base::Texts& value) {
  std::string all;
  for (const auto lang : base::kLangs) {
    if (!value[lang].empty()) all += fmt::format("{}{} = {}", all.empty() ? "" : ", ", base::to_string(lang), quoted(value[lang]));
  }
  return all.empty() ? *this : line(key, "{ " + all + " }");
}

TomlWriter& TomlWriter::codes(std::string_view key, const std::vector<std::string>& value) {
  std::string all;
  for (const auto& one : value) all += (all.empty() ? "" : ", ") + quoted(one);
  return line(key, "[" + all + "]");
}

TomlWriter& TomlWriter::time(std::string_view key, const std::optional<base::UtcTime>& value) {
  if (!value) return *this;
  const auto since = std::chrono::floor<std::chrono::minutes>(*value - base::helsinki_to_utc(base::helsinki_day(*value), std::chrono::minutes{0}));
  for (const int hour : {0, 1, -1}) {  // the clock on the wall, also on a day when it is changed
    const auto clock = since + std::chrono::hours{hour};
    const std::string said = fmt::format("{}T{:02}:{:02}", base::helsinki_date_iso(*value), clock.count() / 60, clock.count() % 60);
    if (base::parse_helsinki(said) == *value) return line(key, quoted(said));
  }
  return line(key, quoted(base::to_iso(*value)));
}

}  // namespace import
