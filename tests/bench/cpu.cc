#include "bench/cpu.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace bench {

namespace {

// user + system time of a process and its children that live, in ms.
double cpu_ms(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  const auto end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream words(text.substr(end + 2));
  std::string word;
  double ticks = 0;
  for (int i = 3; words >> word; ++i) {
    if (i == 14 || i == 15) ticks += std::stod(word);
  }
  return ticks * 1000.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

std::map<std::string, double> cpu_by_part(const std::string& dir) {
  std::map<std::string, double> out;
  std::map<int, std::string> masters;
  struct Process {
    int pid, parent;
    std::string name, line;
  };
  std::vector<Process> all;
  DIR* proc = ::opendir("/proc");
  while (const dirent* entry = ::readdir(proc)) {
    const int pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    Process p{pid, 0, {}, {}};
    std::ifstream cmd("/proc/" + std::to_string(pid) + "/cmdline");
    p.line.assign((std::istreambuf_iterator<char>(cmd)), {});
    std::replace(p.line.begin(), p.line.end(), '\0', ' ');
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string l; std::getline(status, l);) {
      if (l.starts_with("Name:")) p.name = l.substr(6);
      if (l.starts_with("PPid:")) p.parent = std::atoi(l.c_str() + 5);
    }
    all.push_back(p);
    if (p.line.find(dir) != std::string::npos && p.name == "nginx") masters[pid] = "nginx";
  }
  ::closedir(proc);
  for (const auto& p : all) {
    const bool ours = p.line.find(dir) != std::string::npos || masters.contains(p.parent);
    if (!ours || p.pid == ::getpid()) continue;
    if (p.name.starts_with("s6-") || p.name.starts_with("bench") || p.name == "bash" || p.name == "sh") continue;
    std::string part = p.name;
    if (part == "payments" && p.line.find("--sweep") != std::string::npos) part = "sweep";
    if (part.starts_with("python")) part = "smtp";
    out[part] += cpu_ms(p.pid);
  }
  return out;
}

}  // namespace bench
