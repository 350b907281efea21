#pragma once
// One thread, one epoll: descriptors and timers. Everything in this program runs from here.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

namespace sandbox {

class Loop {
 public:
  using Ready = std::function<void(std::uint32_t events)>;  // EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // The descriptor stays the caller's; call forget() before closing it. False when the system refuses.
  bool watch(int fd, std::uint32_t events, Ready ready);
  void change(int fd, std::uint32_t events);
  void forget(int fd);

  // Runs `what` once, `ms` milliseconds from now (0: in the next round). Returns a name for cancel().
  std::uint64_t after(std::int64_t ms, std::function<void()> what);
  void cancel(std::uint64_t timer);

  void run();  // until stop()
  void stop() { running_ = false; }

 private:
  struct Watched {
    std::uint32_t generation = 0, events = 0;
    Ready ready;
  };
  int wait_time() const;
  void run_timers();

  int epoll_ = -1;
  bool running_ = false;
  std::uint32_t generation_ = 0;
  std::uint64_t next_timer_ = 0;
  std::unordered_map<int, std::shared_ptr<Watched>> watched_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> timers_;
  std::unordered_map<std::uint64_t, std::int64_t> due_;
};

}  // namespace sandbox
