#pragma once
// Outgoing calls (callbacks, reports): non-blocking HTTP/1.1 with connection reuse.
// Only to loopback: a stand-in must not reach the world. https and foreign addresses are reached through a local port, by
// plain HTTP with the address's own Host, where one is set; otherwise they count as not answering.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loop.h"
#include "text.h"

namespace sandbox {

struct Outgoing {
  std::string method = "GET";
  std::string url;
  Pairs headers;
  std::string body;
};

inline constexpr std::int64_t kCallbackTimeoutMs = 10'000;

class Deliverer {
 public:
  // HTTP status, or 0: nobody there, time-out, not HTTP, or an address that isn't ours to call.
  using Done = std::function<void(int status)>;

  explicit Deliverer(Loop& loop) : loop_(loop) {}
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  // `done` is called exactly once, later. Each call has a connection of its own while it lasts.
  void send(Outgoing call, Done done);
  void set_via(int port) { via_ = port; }
  void set_timeout(std::int64_t ms) { timeout_ms_ = ms; }

 private:
  struct Call;
  using Held = std::shared_ptr<Call>;
  void start(const Held& call, bool reuse);
  void ready(const Held& call, std::uint32_t events);
  bool write(const Held& call);
  bool read(const Held& call);
  void finish(const Held& call, int status, bool reusable);
  void fail(const Held& call);

  Loop& loop_;
  std::int64_t timeout_ms_ = kCallbackTimeoutMs;
  int via_ = 0;
  std::map<int, std::vector<int>> idle_;  // by port
};

}  // namespace sandbox
