#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "clock.h"

namespace sandbox {
namespace {

constexpr std::size_t kMaxConnections = 4000;
constexpr std::int64_t kIdleMs = 75'000;
constexpr std::int64_t kHungMs = 600'000;  // "never answers" ends when nobody can still be waiting

constexpr std::uint32_t kIn = EPOLLIN, kOut = EPOLLOUT;

std::int64_t real_ms() { return now_ms() - clock_offset(); }

}  // namespace

void Responder::send(Reply reply) const { server_->answer(connection_, std::move(reply)); }

Server::~Server() {
  std::vector<Held> all;
  for (const auto& [id, c] : connections_) all.push_back(c);
  for (const auto& c : all) shut(c);
  if (fd_ >= 0) {
    loop_.forget(fd_);
    close(fd_);
  }
}

std::string Server::listen(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return "not a numeric IPv4 address: " + host;
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd_, 1024) != 0)
    return host + ":" + std::to_string(port) + ": " + std::strerror(errno);
  if (!loop_.watch(fd_, EPOLLIN, [this](std::uint32_t) { accept_all(); })) return "epoll: " + std::string(std::strerror(errno));
  loop_.after(5'000, [this] { sweep(); });
  return {};
}

void Server::accept_all() {
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const int fd = accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (connections_.size() >= kMaxConnections) {
      close(fd);
      continue;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto c = std::make_shared<Connection>();
    c->fd = fd;
    c->id = ++next_;
    c->used = real_ms();
    char text[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &from.sin_addr, text, sizeof text);
    c->peer = text;
    if (!loop_.watch(fd, EPOLLIN, [this, c](std::uint32_t events) { ready(c, events); })) {
      close(fd);
      continue;
    }
    connections_[c->id] = c;
  }
}

void Server::ready(const Held& c, std::uint32_t events) {
  if (c->closed) return;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return shut(c);
  if ((events & EPOLLOUT) != 0) flush(c);
  if (!c->closed && (events & EPOLLIN) != 0) read_all(c);
}

void Server::read_all(const Held& c) {
  char buffer[65536];
  for (;;) {
    const auto got = recv(c->fd, buffer, sizeof buffer, 0);
    if (got > 0) {
      c->in.append(buffer, static_cast<std::size_t>(got));
      c->used = real_ms();
      if (c->in.size() > kMaxHead + kMaxBody + sizeof buffer) return shut(c);  // far more than one request waits
      if (static_cast<std::size_t>(got) < sizeof buffer) break;
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) break;
    if (got < 0 || c->hung || (!c->busy && c->out.empty() && c->in.empty())) return shut(c);
    c->eof = true;
    loop_.change(c->fd, 0);
    break;
  }
  work(c);
  if (c->eof && !c->busy && c->out.empty() && !c->closed) shut(c);
}

void Server::work(const Held& c) {
  if (c->working) return;
  c->working = true;
  while (!c->busy && !c->closed && c->out.empty() && c->keep) {
    Request request;
    const auto result = take_request(c->in, request);
    if (result.parsed == Parsed::incomplete) {
      if (result.wants_continue && !c->continued) {
        c->continued = true;
        c->out += "HTTP/1.1 100 Continue\r\n\r\n";
        flush(c);
      }
      break;
    }
    c->busy = true;
    c->continued = false;
    if (result.parsed == Parsed::bad) {
      c->keep = false;
      c->in.clear();
      Reply reply;
      reply.status = result.error;
      reply.body = R"({"status":"error","message":"The request is not proper HTTP/1.1 or too large"})";
      answer(c->id, std::move(reply));
      break;
    }
    request.peer = c->peer;
    c->keep = request.keep_alive;
    c->head = request.method == "HEAD";
    handler_(request, Responder(this, c->id));
  }
  c->working = false;
}

void Server::answer(std::uint64_t id, Reply reply) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || !found->second->busy) return;
  const Held c = found->second;
  if (reply.fate.hang) {
    c->hung = true;
    if (c->eof) shut(c);
    return;
  }
  if (reply.fate.delay_ms > 0) {
    const auto wait = reply.fate.delay_ms;
    reply.fate.delay_ms = 0;
    loop_.after(wait, [this, id, reply = std::move(reply)]() mutable { answer(id, std::move(reply)); });
    return;
  }
  put(c, std::move(reply));
}

void Server::put(const Held& c, Reply reply) {
  reply.no_body = c->head;
  auto bytes = print_reply(reply, c->keep);
  if (reply.fate.cut_after >= 0) {
    if (static_cast<std::size_t>(reply.fate.cut_after) < bytes.size()) bytes.resize(static_cast<std::size_t>(reply.fate.cut_after));
    c->keep = false;
    c->reset = reply.fate.reset;
  }
  c->out += bytes;
  c->busy = false;
  c->used = real_ms();
  flush(c);
  if (!c->closed) work(c);
}

void Server::flush(const Held& c) {
  while (!c->out.empty()) {
    const auto sent = send(c->fd, c->out.data(), c->out.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      c->out.erase(0, static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return shut(c);
    loop_.change(c->fd, c->eof ? kOut : kIn | kOut);
    return;
  }
  if (c->busy) return;
  if (!c->keep || (c->eof && c->in.empty())) return shut(c);
  loop_.change(c->fd, c->eof ? 0 : kIn);
  work(c);
}

void Server::shut(const Held& c) {
  if (c->closed) return;
  c->closed = true;
  if (c->reset) {
    const linger hard{1, 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }
  loop_.forget(c->fd);
  close(c->fd);
  connections_.erase(c->id);
}

void Server::sweep() {
  const auto now = real_ms();
  std::vector<Held> old;
  for (const auto& [id, c] : connections_)
    if (now - c->used > (c->busy ? kHungMs : kIdleMs)) old.push_back(c);
  for (const auto& c : old) shut(c);
  loop_.after(5'000, [this] { sweep(); });
}

}  // namespace sandbox
