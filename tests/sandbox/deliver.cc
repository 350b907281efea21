#include "deliver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace sandbox {
namespace {

constexpr std::size_t kMaxAnswer = 1024 * 1024;
constexpr std::size_t kMaxIdle = 64;

struct Answer {
  bool whole = false;
  bool bad = false;
  bool reusable = false;
  int status = 0;
};

// Where the chunked body that begins at `at` ends, or npos while it hasn't.
std::size_t chunks_end(const std::string& in, std::size_t at) {
  for (;;) {
    const auto line = in.find("\r\n", at);
    if (line == in.npos) return in.npos;
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(in.data() + at, in.data() + line, size, 16);
    if (error != std::errc{} || end == in.data() + at || size > kMaxAnswer) return in.npos;
    at = line + 2 + size + 2;
    if (size == 0) return at <= in.size() ? at : in.npos;  // no trailers expected
    if (at > in.size()) return in.npos;
  }
}

Answer look(const std::string& in, bool eof) {
  Answer out;
  const auto head_end = in.find("\r\n\r\n");
  if (head_end == in.npos) {
    out.bad = eof || in.size() > kMaxAnswer;
    return out;
  }
  if (in.size() < 12 || !in.starts_with("HTTP/1.") ||
      std::from_chars(in.data() + 9, in.data() + 12, out.status).ec != std::errc{} || out.status < 200) {
    out.bad = true;
    return out;
  }
  const auto head = lower(std::string_view(in).substr(0, head_end + 2));
  const bool stays = head.starts_with("http/1.1") && head.find("\r\nconnection: close") == head.npos;
  std::size_t end = in.npos;
  if (out.status == 204 || out.status == 304) {
    end = head_end + 4;
  } else if (const auto length = head.find("\r\ncontent-length:"); length != head.npos) {
    std::size_t size = 0, from = head.find_first_not_of(' ', length + 17);
    if (from != head.npos) std::from_chars(head.data() + from, head.data() + head.size(), size);
    if (in.size() >= head_end + 4 + size) end = head_end + 4 + size;
  } else if (head.find("\r\ntransfer-encoding: chunked") != head.npos) {
    end = chunks_end(in, head_end + 4);
  }
  out.whole = end != in.npos || eof || in.size() > kMaxAnswer;
  out.reusable = stays && !eof && end == in.size();
  return out;
}

int open_socket(int port, bool& waiting) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  waiting = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0;
  if (waiting && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

}  // namespace

struct Deliverer::Call {
  int fd = -1;
  int port = 0;
  bool reused = false;
  std::string bytes, in;
  std::size_t written = 0;
  std::uint64_t timer = 0;
  Done done;
};

Deliverer::~Deliverer() {
  for (const auto& [port, sockets] : idle_)
    for (const int fd : sockets) close(fd);
}

void Deliverer::send(Outgoing call, Done done) {
  auto held = std::make_shared<Call>();
  held->done = std::move(done);
  const auto address = parse_address(call.url);
  const bool near = address && !address->secure && is_loopback_host(address->host);
  if (!address || (!near && via_ == 0)) {
    loop_.after(0, [held] { held->done(0); });
    return;
  }
  held->port = via_ != 0 ? via_ : address->port;
  auto& out = held->bytes;
  out = call.method + " " + address->target + " HTTP/1.1\r\nHost: " + address->origin.substr(address->origin.find("//") + 2) + "\r\n";
  if (address->secure) out += "X-Forwarded-Proto: https\r\n";
  out += "User-Agent: sandbox-payments\r\nAccept: */*\r\n";
  for (const auto& [name, value] : call.headers) out += name + ": " + value + "\r\n";
  if (call.method != "GET") out += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  out += "\r\n" + call.body;
  held->timer = loop_.after(timeout_ms_, [this, held] {
    held->timer = 0;
    finish(held, 0, false);
  });
  start(held, true);
}

void Deliverer::start(const Held& call, bool reuse) {
  auto& idle = idle_[call->port];
  bool waiting = false;
  call->reused = reuse && !idle.empty();
  if (call->reused) {
    call->fd = idle.back();
    idle.pop_back();
  } else {
    call->fd = open_socket(call->port, waiting);
  }
  call->in.clear();
  call->written = 0;
  const std::uint32_t events = waiting ? EPOLLOUT : EPOLLIN;
  if (call->fd < 0 || !loop_.watch(call->fd, events, [this, call](std::uint32_t e) { ready(call, e); })) {
    loop_.after(0, [this, call] { finish(call, 0, false); });
    return;
  }
  if (!waiting && !write(call)) fail(call);
}

void Deliverer::ready(const Held& call, std::uint32_t events) {
  if (call->fd < 0) return;
  if ((events & EPOLLOUT) != 0 && !write(call)) return fail(call);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !read(call)) fail(call);
}

// False when the connection is broken.
bool Deliverer::write(const Held& call) {
  while (call->written < call->bytes.size()) {
    const auto sent = ::send(call->fd, call->bytes.data() + call->written, call->bytes.size() - call->written, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent < 0) {
      loop_.change(call->fd, EPOLLIN | EPOLLOUT);
      return true;
    }
    call->written += static_cast<std::size_t>(sent);
  }
  loop_.change(call->fd, EPOLLIN);
  return true;
}

bool Deliverer::read(const Held& call) {
  char buffer[16384];
  bool eof = false;
  for (;;) {
    const auto got = recv(call->fd, buffer, sizeof buffer, 0);
    if (got > 0) {
      call->in.append(buffer, static_cast<std::size_t>(got));
      if (static_cast<std::size_t>(got) < sizeof buffer) break;
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) break;
    if (got < 0) return false;
    eof = true;
    break;
  }
  const auto answer = look(call->in, eof);
  if (answer.bad) return false;
  if (answer.whole) finish(call, answer.status, answer.reusable);
  return true;
}

// A kept connection may have died while idle: then once more on a new one. Otherwise nobody answered.
void Deliverer::fail(const Held& call) {
  if (call->reused && call->in.empty()) {
    loop_.forget(call->fd);
    close(call->fd);
    start(call, false);
    return;
  }
  finish(call, 0, false);
}

void Deliverer::finish(const Held& call, int status, bool reusable) {
  if (call->timer != 0) loop_.cancel(call->timer);
  call->timer = 0;
  if (call->fd >= 0) {
    loop_.forget(call->fd);
    auto& idle = idle_[call->port];
    if (reusable && idle.size() < kMaxIdle) idle.push_back(call->fd);
    else close(call->fd);
    call->fd = -1;
  }
  if (const auto done = std::move(call->done)) {
    call->done = nullptr;
    done(status);
  }
}

}  // namespace sandbox
