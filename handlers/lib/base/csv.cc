#include "lib/base/csv.h"

namespace base {

namespace {

// "-12,34": no formula, though it begins like one.
bool is_negative_number(const std::string& field) {
  return field.size() > 1 && field[0] == '-' && field[1] >= '0' && field[1] <= '9' && field.find_first_not_of("0123456789,", 1) == std::string::npos;
}

bool is_formula(const std::string& field) { return !field.empty() && std::string("=+-@\t\r").find(field[0]) != std::string::npos && !is_negative_number(field); }

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
