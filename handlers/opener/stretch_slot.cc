#include "opener/stretch_slot.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

namespace opener {

using base::ErrorKind;
using base::fail;

namespace {

constexpr int kSlots = 2;
constexpr std::chrono::seconds kLongest{3};  // a waiting thread serves nobody else; so long that as many as there are threads get their turn

}  // namespace

base::Result<StretchSlot> StretchSlot::take(const std::string& dir) {
  const auto until = std::chrono::steady_clock::now() + kLongest;
  do {
    for (int i = 0; i < kSlots; ++i) {
      // Opened anew each time: a lock belongs to what was opened, and two threads must not share one.
      const int fd = ::open((dir + "/stretch." + std::to_string(i)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (fd < 0) return fail(ErrorKind::broken, "no lock file in " + dir);
      if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return StretchSlot(fd);
      ::close(fd);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  } while (std::chrono::steady_clock::now() < until);
  return fail(ErrorKind::unavailable, "too many logins at once");
}

StretchSlot::StretchSlot(StretchSlot&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
StretchSlot::~StretchSlot() {
  if (fd_ >= 0) ::close(fd_);
}

base::Result<crypto::Stretched> stretch(const Call& call, const std::string& password, const std::string& salt) {
  KK_LET(const auto slot, StretchSlot::take(call.instance.state + "/opener"));
  return crypto::stretch(password, salt, call.app.pepper);
}

}  // namespace opener
