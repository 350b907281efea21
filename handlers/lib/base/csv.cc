#include "lib/base/csv.h"

namespace base {

namespace {

bool is_formula(const std::string& field) { return !field.empty() && std::string("=+-@\t\r").find(field[0]) != std::string::npos; }

std::string quoted(const std::string& field) {
  const std::string text = (is_formula(field) ? "'" : "") + field;
  if (text.find_first_of("\";\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i > 0 ? ";" : "") + quoted(fields[i]);
  return out + "\r\n";
}

}  // namespace base
