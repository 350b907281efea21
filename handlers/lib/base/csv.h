// A line of a CSV file (RFC 4180) for spreadsheets: separated by semicolons, as they are in Finland; what a spreadsheet would
// take for a formula (OWASP: CSV Injection) gets an apostrophe before it and is text. A number below 0 ("-12,34") stays one.
#pragma once

#include <string>
#include <vector>

namespace base {

inline constexpr const char* kCsvStart = "\xEF\xBB\xBF";  // the mark by which spreadsheets know UTF-8
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace base
