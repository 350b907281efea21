// At most two passwords are stretched at once, over all processes of this machine: each takes 64 MiB.
#pragma once

#include <string>

#include "lib/crypto/password.h"
#include "opener/app.h"

namespace opener {

class StretchSlot {
 public:
  // `dir` holds the lock files. Waits a second. ERRORS: unavailable: all are busy; broken: no lock file.
  static base::Result<StretchSlot> take(const std::string& dir);
  StretchSlot(StretchSlot&& other) noexcept;
  StretchSlot& operator=(StretchSlot&&) = delete;
  ~StretchSlot();

 private:
  explicit StretchSlot(int fd) : fd_(fd) {}
  int fd_;
};

// A password stretched while a slot is held. ERRORS: unavailable.
base::Result<crypto::Stretched> stretch(const Call& call, const std::string& password, const std::string& salt);

}  // namespace opener
