// What processes have used of the processor, for the benches.
#pragma once

#include <map>
#include <string>

namespace bench {

// Milliseconds (user and system) of the processes that carry `dir` in their command line (and of nginx's workers, by their parent), by what they are.
std::map<std::string, double> cpu_by_part(const std::string& dir);

}  // namespace bench
