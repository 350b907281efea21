#include "lib/web/response.h"

namespace web {
namespace {

const char* reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 303: return "See Other";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Content";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n') out += c;
  }
  out += "\r\n";
}

}  // namespace

Response& Response::header(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response& Response::cookie(const Cookie& cookie) {
  std::string value = "__Host-" + cookie.name + "=" + cookie.value + "; Path=/; Secure; SameSite=" + (cookie.strict ? "Strict" : "Lax");
  if (cookie.http_only) value += "; HttpOnly";
  if (cookie.max_age >= 0) value += "; Max-Age=" + std::to_string(cookie.max_age);
  return header("Set-Cookie", std::move(value));
}

std::string Response::to_cgi() const { return head() + body; }

std::string Response::head() const {
  std::string out;
  append_header(out, "Status", std::to_string(status) + " " + reason(status));
  append_header(out, "Content-Type", content_type);
  append_header(out, "Cache-Control", "no-store");
  for (const auto& [name, value] : headers) append_header(out, name, value);
  append_header(out, "Content-Length", std::to_string(body.size()));
  out += "\r\n";
  return out;
}

Response see_other(std::string_view location) {
  Response out;
  out.status = 303;
  out.header("Location", std::string(location));
  return out;
}

Response plain(int status, std::string_view text) {
  Response out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::string(text);
  return out;
}

}  // namespace web
