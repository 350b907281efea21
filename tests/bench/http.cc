#include "bench/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace bench {

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

void Client::connect() {
  if (socket_ >= 0) ::close(socket_);
  buffer_.clear();
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect to port " + std::to_string(port_));
  const int one = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const timeval limit{30, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

std::string Client::cookie_header() const {
  std::string out;
  for (const auto& [name, value] : cookies_) out += (out.empty() ? "Cookie: " : "; ") + name + "=" + value;
  return out.empty() ? out : out + "\r\n";
}

Answer Client::get(const std::string& path, const std::string& extra_headers) {
  return send("GET " + path + " HTTP/1.1\r\nHost: " + host_ + ":" + std::to_string(port_) + "\r\n" + extra_headers + cookie_header() + "\r\n", {});
}

Answer Client::post(const std::string& path, const std::string& fields) {
  return send("POST " + path + " HTTP/1.1\r\nHost: " + host_ + ":" + std::to_string(port_) + "\r\nOrigin: http://" + host_ + ":" + std::to_string(port_) +
                  "\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(fields.size()) + "\r\n" + cookie_header() + "\r\n",
              fields);
}

Answer Client::post_json(const std::string& path, const std::string& json) {
  return send("POST " + path + " HTTP/1.1\r\nHost: " + host_ + ":" + std::to_string(port_) + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n", json);
}

Answer Client::send(const std::string& head, const std::string& body) {
  for (int attempt = 0;; ++attempt) {
    if (socket_ < 0 || attempt > 0) connect();
    const std::string whole = head + body;
    if (::send(socket_, whole.data(), whole.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(whole.size())) {
      std::size_t end = std::string::npos;
      while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        char part[32768];
        const ssize_t n = ::recv(socket_, part, sizeof part, 0);
        if (n <= 0) break;
        buffer_.append(part, static_cast<std::size_t>(n));
      }
      if (end != std::string::npos) {
        const std::string header = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        Answer out;
        out.status = std::atoi(header.c_str() + 9);
        std::size_t length = 0;
        bool chunked = false, closes = false;
        for (std::size_t at = header.find("\r\n") + 2; at < header.size();) {
          const auto stop = header.find("\r\n", at);
          const std::string line = header.substr(at, stop - at);
          at = stop + 2;
          const auto colon = line.find(": ");
          if (colon == std::string::npos) continue;
          const std::string name = line.substr(0, colon), value = line.substr(colon + 2);
          if (::strcasecmp(name.c_str(), "content-length") == 0) length = std::stoul(value);
          if (::strcasecmp(name.c_str(), "transfer-encoding") == 0) chunked = true;
          if (::strcasecmp(name.c_str(), "connection") == 0) closes = value == "close";
          if (::strcasecmp(name.c_str(), "location") == 0) out.location = value;
          if (::strcasecmp(name.c_str(), "set-cookie") == 0) {
            const auto equals = value.find('='), semicolon = value.find(';');
            const std::string cookie = value.substr(0, equals), content = value.substr(equals + 1, semicolon - equals - 1);
            if (content.empty() || value.find("Max-Age=0") != std::string::npos) cookies_.erase(cookie);
            else cookies_[cookie] = content;
          }
        }
        const auto more = [&] {
          char part[65536];
          const ssize_t n = ::recv(socket_, part, sizeof part, 0);
          if (n <= 0) throw std::runtime_error("answer cut short");
          buffer_.append(part, static_cast<std::size_t>(n));
        };
        if (chunked) {
          while (true) {
            std::size_t line_end;
            while ((line_end = buffer_.find("\r\n")) == std::string::npos) more();
            const std::size_t size = std::stoul(buffer_.substr(0, line_end), nullptr, 16);
            while (buffer_.size() < line_end + 2 + size + 2) more();
            out.body.append(buffer_, line_end + 2, size);
            buffer_.erase(0, line_end + 2 + size + 2);
            if (size == 0) break;
          }
        } else {
          while (buffer_.size() < length) more();
          out.body = buffer_.substr(0, length);
          buffer_.erase(0, length);
        }
        out.bytes = out.body.size();
        if (closes) {
          ::close(socket_);
          socket_ = -1;
        }
        return out;
      }
    }
    if (attempt == 2) throw std::runtime_error("no answer");
  }
}

std::string encode(const std::string& text) {
  std::string out;
  char hex[4];
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) out += c;
    else out.append(hex, static_cast<std::size_t>(std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c))));
  }
  return out;
}

std::string hidden(const std::string& page, const std::string& name) {
  const auto at = page.find("name=\"" + name + "\"");
  if (at == std::string::npos) return {};
  const auto tag_begin = page.rfind('<', at), tag_end = page.find('>', at);
  const auto value = page.find("value=\"", tag_begin);
  if (value == std::string::npos || value > tag_end) return {};
  return page.substr(value + 7, page.find('"', value + 7) - value - 7);
}

}  // namespace bench
