// The technical log: one line per event to standard error, ids and kinds only, never a person's data.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace base {

using LogField = std::pair<std::string_view, std::string>;

// Sets the process's name, which begins every line.
void log_as(std::string_view process);

// "checkout info order_made order=17"; values are cut at 200 bytes, and what is not visible ASCII becomes _.
void log_info(std::string_view event, std::initializer_list<LogField> fields = {});
void log_error(std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace base
