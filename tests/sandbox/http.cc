#include "http.h"

#include <algorithm>
#include <charconv>

namespace sandbox {
namespace {

bool is_token(std::string_view s) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.find(c) != kMarks.npos;
  });
}

bool printable(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// The request line. Returns an HTTP status when it is bad, else 0.
int read_line(std::string_view line, Request& out) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last) return 400;
  const auto method = line.substr(0, first), target = line.substr(first + 1, last - first - 1), version = line.substr(last + 1);
  if (!is_token(method) || target.empty() || target.front() != '/' || !printable(target)) return 400;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return 505;
  out.method = method;
  const auto mark = target.find('?');
  out.path = target.substr(0, mark);
  out.query = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
  out.keep_alive = version == "HTTP/1.1";
  return 0;
}

int read_headers(std::string_view head, Request& out) {
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    head = end == head.npos ? std::string_view{} : head.substr(end + 2);
    const auto colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon)) || out.headers.size() >= 100) return 400;
    const auto value = trim(line.substr(colon + 1));
    for (const char c : value)
      if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7F) return 400;
    out.headers.emplace_back(lower(line.substr(0, colon)), value);
  }
  return 0;
}

// The body's length from the headers; an HTTP status in `error` when they are wrong.
std::size_t body_length(const Request& request, int& error) {
  if (request.count("transfer-encoding") > 0) {
    error = 411;  // neither the real client nor a browser needs chunks here
    return 0;
  }
  const int lengths = request.count("content-length");
  if (lengths == 0) return 0;
  const auto text = request.header("content-length");
  std::size_t size = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (lengths > 1 || failed != std::errc{} || end != text.data() + text.size()) error = 400;
  else if (size > kMaxBody) error = 413;
  return size;
}

}  // namespace

int Request::count(std::string_view name) const {
  return static_cast<int>(std::count_if(headers.begin(), headers.end(), [&](const auto& pair) { return pair.first == name; }));
}

ParseResult take_request(std::string& in, Request& out) {
  while (in.starts_with("\r\n")) in.erase(0, 2);  // RFC 9112 2.2
  const auto end = in.find("\r\n\r\n");
  if (end == in.npos) return in.size() > kMaxHead ? ParseResult{Parsed::bad, 431, false} : ParseResult{};
  if (end > kMaxHead) return {Parsed::bad, 431, false};
  const std::string_view head(in.data(), end);
  const auto line_end = head.find("\r\n");
  out = Request{};
  int error = read_line(head.substr(0, line_end), out);
  if (error == 0 && line_end != head.npos) error = read_headers(head.substr(line_end + 2), out);
  if (error == 0 && out.count("host") > 1) error = 400;
  if (error != 0) return {Parsed::bad, error, false};
  const auto size = body_length(out, error);
  if (error != 0) return {Parsed::bad, error, false};
  if (in.size() < end + 4 + size) return {Parsed::incomplete, 0, lower(out.header("expect")) == "100-continue"};
  out.body = in.substr(end + 4, size);
  in.erase(0, end + 4 + size);
  const auto connection = lower(out.header("connection"));
  if (connection == "close") out.keep_alive = false;
  if (connection == "keep-alive") out.keep_alive = true;
  return {Parsed::complete, 0, false};
}

const char* reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 303: return "See Other";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Other";
  }
}

std::string print_reply(const Reply& reply, bool keep_alive) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " " + reason(reply.status) + "\r\n";
  if (reply.status != 204) {
    if (!reply.body.empty()) out += "Content-Type: " + reply.type + "\r\n";
    out += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  }
  for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!reply.no_body && reply.status != 204) out += reply.body;
  return out;
}

}  // namespace sandbox
