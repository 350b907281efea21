// A small HTTP/1.1 client for the benches: one kept connection, cookies, no redirects followed.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

struct Answer {
  int status = 0;
  std::string location, body;
  std::size_t bytes = 0;
};

class Client {
 public:
  // `host` is what the Host header says; the connection goes to 127.0.0.1.
  Client(std::string host, int port) : host_(std::move(host)), port_(port) {}
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer get(const std::string& path, const std::string& extra_headers = {});
  // `fields` is urlencoded; Origin and Sec-Fetch-Site are those of a browser on our own page.
  Answer post(const std::string& path, const std::string& fields);
  Answer post_json(const std::string& path, const std::string& json);
  void forget_cookies() { cookies_.clear(); }

 private:
  Answer send(const std::string& head, const std::string& body);
  void connect();
  std::string cookie_header() const;
  std::string host_;
  int port_;
  int socket_ = -1;
  std::string buffer_;
  std::map<std::string, std::string> cookies_;
};

std::string encode(const std::string& text);
// The value of the first input of this name in a page; empty when there is none.
std::string hidden(const std::string& page, const std::string& name);

}  // namespace bench
