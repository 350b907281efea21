#include "lib/base/fault.h"

#ifdef KK_FAULTS

#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace base {
namespace {

std::string& fault_file() {
  static std::string path;
  return path;
}

// Takes the first line that names the point out of the file, under a lock over all processes.
std::string take_line(const char* name) {
  const int fd = ::open(fault_file().c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return {};
  ::flock(fd, LOCK_EX);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  std::istringstream lines(text);
  std::string line, found, rest;
  while (std::getline(lines, line)) {
    if (found.empty() && line.rfind(std::string(name) + " ", 0) == 0) found = line;
    else rest += line + "\n";
  }
  if (!found.empty() && ::ftruncate(fd, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(fd, rest.data(), rest.size(), 0);
  }
  ::close(fd);
  return found;
}

}  // namespace

void set_fault_dir(const char* state_dir) { fault_file() = std::string(state_dir) + "/fault"; }

void fault(const char* name) {
  if (fault_file().empty() || ::access(fault_file().c_str(), R_OK | W_OK) != 0) return;
  const std::string line = take_line(name);
  if (line.empty()) return;
  std::istringstream words(line);
  std::string point, action;
  int number = 5;
  words >> point >> action;
  if (!(words >> number)) number = 5;
  if (action == "exit") ::_exit(137);
  if (action == "stall") std::this_thread::sleep_for(std::chrono::seconds{number});
  if (action == "throw") throw std::runtime_error("fault point " + point);
}

}  // namespace base

#endif
