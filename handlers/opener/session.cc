#include "opener/session.h"

namespace opener {

namespace {

constexpr const char* kCookie = "staff";

}  // namespace

std::string token_of(const Call& call) {
  const auto token = call.request.cookie(std::string("__Host-") + kCookie);
  return token && crypto::is_token(*token) ? *token : std::string();
}

base::Result<std::optional<Session>> who_is_here(const Call& call) {
  const std::string token = token_of(call);
  if (token.empty()) return std::optional<Session>();
  return find_session(call.db, token, call.now);
}

void put_session(web::Response& response, const std::string& token) { response.cookie({.name = kCookie, .value = token, .strict = true}); }

void drop_session(web::Response& response) { response.cookie({.name = kCookie, .value = "", .max_age = 0, .strict = true}); }

}  // namespace opener
