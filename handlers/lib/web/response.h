// One HTTP answer. nginx adds the security headers; handlers' answers are never stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace web {

struct Response {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  Response& header(std::string name, std::string value);
  // `__Host-<name>`: Secure, Path=/, SameSite=Lax (or Strict); for the session unless max_age (seconds) is given.
  struct Cookie {
    std::string name;
    std::string value;
    bool http_only = true;
    int max_age = -1;
    bool strict = false;
  };
  Response& cookie(const Cookie& cookie);

  // As FastCGI wants it: "Status: 200 OK\r\n...". Line ends in header values are dropped.
  std::string to_cgi() const;
  // The same without the body: what answers HEAD, with the length that the body has.
  std::string head() const;
};

Response see_other(std::string_view location);
Response plain(int status, std::string_view text);

}  // namespace web
