#include "lib/web/start.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"

namespace web {

using base::ErrorKind;
using base::fail;

bool Started::has(const std::string& flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

base::Result<Started> start(const std::string& process, int argc, char** argv,
                            const std::vector<std::string>& known_flags) {
  base::log_as(process);
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  Started out;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--instance" && i + 1 < argc) {
      path = argv[++i];
    } else if (word == "--threads" && i + 1 < argc) {
      const std::string count = argv[++i];
      const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), out.threads);
      if (error != std::errc() || *end != '\0' || out.threads < 1 || out.threads > 64) {
        return fail(ErrorKind::invalid, "--threads takes a number from 1 to 64");
      }
    } else if (std::find(known_flags.begin(), known_flags.end(), word) != known_flags.end()) {
      out.flags.push_back(word);
    } else {
      return fail(ErrorKind::invalid, "unknown option " + word + "; usage: " + process + " --instance FILE [--threads N]");
    }
  }
  if (path.empty()) return fail(ErrorKind::invalid, "usage: " + process + " --instance FILE [--threads N]");
  KK_TRY(crypto::init());
  KK_LET(out.instance, base::load_instance(path));
  KK_LET(out.city, base::load_city(out.instance.city));
#ifdef KK_FAULTS
  base::set_fault_dir(out.instance.state.c_str());
#endif
  return out;
}

int stop_with(const std::string& process, const base::Error& error) {
  std::fprintf(stderr, "%s: %s\n", process.c_str(), error.detail.c_str());
  return 1;
}

}  // namespace web
