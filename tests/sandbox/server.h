#pragma once
// Accepts connections, hands requests to one handler, and sends replies by their fate (late, cut, never).
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "http.h"
#include "loop.h"

namespace sandbox {

class Server;

// The place to answer one request, now or later. An answer to a connection that has gone is dropped.
class Responder {
 public:
  Responder(Server* server, std::uint64_t connection) : server_(server), connection_(connection) {}
  void send(Reply reply) const;

 private:
  Server* server_;
  std::uint64_t connection_;
};

class Server {
 public:
  using Handler = std::function<void(const Request&, Responder)>;

  Server(Loop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {}
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // IPv4 numeric address. Returns an empty text, or what went wrong.
  std::string listen(const std::string& host, int port);

 private:
  friend class Responder;
  struct Connection {
    int fd = -1;
    std::uint64_t id = 0;
    std::string in, out, peer;
    bool busy = false;        // a request waits for its answer
    bool hung = false;        // and will never get one
    bool keep = true;
    bool reset = false;
    bool eof = false;
    bool head = false;        // the request was a HEAD
    bool continued = false;
    bool working = false;     // inside work()
    bool closed = false;
    std::int64_t used = 0;    // clock of the last byte
  };
  using Held = std::shared_ptr<Connection>;

  void accept_all();
  void ready(const Held& c, std::uint32_t events);
  void read_all(const Held& c);
  void work(const Held& c);
  void answer(std::uint64_t id, Reply reply);
  void put(const Held& c, Reply reply);
  void flush(const Held& c);
  void shut(const Held& c);
  void sweep();

  Loop& loop_;
  Handler handler_;
  int fd_ = -1;
  std::uint64_t next_ = 0;
  std::unordered_map<std::uint64_t, Held> connections_;
};

}  // namespace sandbox
