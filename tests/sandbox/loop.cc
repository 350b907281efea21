#include "loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace sandbox {
namespace {

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

epoll_event entry(int fd, std::uint32_t events, std::uint32_t generation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = (static_cast<std::uint64_t>(generation) << 32) | static_cast<std::uint32_t>(fd);
  return event;
}

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
Loop::~Loop() {
  if (epoll_ >= 0) close(epoll_);
}

bool Loop::watch(int fd, std::uint32_t events, Ready ready) {
  auto event = entry(fd, events, ++generation_);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return false;
  watched_[fd] = std::make_shared<Watched>(Watched{generation_, events, std::move(ready)});
  return true;
}

void Loop::change(int fd, std::uint32_t events) {
  const auto found = watched_.find(fd);
  if (found == watched_.end() || found->second->events == events) return;
  found->second->events = events;
  auto event = entry(fd, events, found->second->generation);
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Loop::forget(int fd) {
  if (watched_.erase(fd) != 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

std::uint64_t Loop::after(std::int64_t ms, std::function<void()> what) {
  const auto timer = ++next_timer_;
  const auto at = steady_ms() + std::max<std::int64_t>(ms, 0);
  timers_.emplace(std::pair{at, timer}, std::move(what));
  due_[timer] = at;
  return timer;
}

void Loop::cancel(std::uint64_t timer) {
  const auto found = due_.find(timer);
  if (found == due_.end()) return;
  timers_.erase({found->second, timer});
  due_.erase(found);
}

int Loop::wait_time() const {
  if (timers_.empty()) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(timers_.begin()->first.first - steady_ms(), 0, 60'000));
}

void Loop::run_timers() {
  const auto now = steady_ms();
  const auto last = next_timer_;  // timers made meanwhile wait for the next round
  for (auto it = timers_.begin(); it != timers_.end() && it->first.first <= now && running_;) {
    if (it->first.second > last) {
      ++it;
      continue;
    }
    const auto what = std::move(it->second);
    due_.erase(it->first.second);
    timers_.erase(it);
    what();
    it = timers_.begin();
  }
}

void Loop::run() {
  running_ = true;
  epoll_event events[128];
  while (running_) {
    const int count = epoll_wait(epoll_, events, 128, wait_time());
    for (int i = 0; i < count && running_; ++i) {
      // The generation tells a new descriptor from a closed one whose number it got within this round.
      const auto found = watched_.find(static_cast<int>(events[i].data.u64 & 0xFFFFFFFFu));
      if (found == watched_.end() || found->second->generation != events[i].data.u64 >> 32) continue;
      const auto keep = found->second;
      keep->ready(events[i].events);
    }
    run_timers();
  }
}

}  // namespace sandbox
