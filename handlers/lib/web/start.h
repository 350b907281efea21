// The first steps of every process: command line, settings, no core dumps.
#pragma once

#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/result.h"

namespace web {

struct Started {
  base::Instance instance;
  base::City city;
  int threads = 4;
  std::vector<std::string> flags;  // those of `known_flags` that stand on the command line
  bool has(const std::string& flag) const;
};

// Reads `--instance FILE [--threads N] [--flag ...]`, loads both settings files, starts libsodium, forbids core
// dumps. A wrong command line or setting: one line on standard error; the caller returns exit code 1.
base::Result<Started> start(const std::string& process, int argc, char** argv, const std::vector<std::string>& known_flags = {});

// For main: prints the error as one line, answers with the exit code.
int stop_with(const std::string& process, const base::Error& error);

}  // namespace web
