#include "lib/base/log.h"

#include <unistd.h>

namespace base {
namespace {

std::string& process_name() {
  static std::string name = "kuntakauppa";
  return name;
}

// Visible ASCII: a value can't begin a line, name a field or break a reader of UTF-8.
void append_clean(std::string& out, std::string_view value) {
  for (const char c : value.substr(0, 200)) out += c > ' ' && c < '\x7f' ? c : '_';
}

void write_line(std::string_view level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = process_name();
  line.append(" ").append(level).append(" ").append(event);
  for (const auto& [name, value] : fields) {
    line.append(" ").append(name).append("=");
    append_clean(line, value);
  }
  line += '\n';
  // One write a line: lines of several threads never mix.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void log_as(std::string_view process) { process_name() = std::string(process); }
void log_info(std::string_view event, std::initializer_list<LogField> fields) { write_line("info", event, fields); }
void log_error(std::string_view event, std::initializer_list<LogField> fields) { write_line("error", event, fields); }

}  // namespace base
