// One HTTP request, as nginx hands it over by FastCGI, with its foreign bytes bounded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"

namespace web {

enum class Method { get, head, post, other };

using Pairs = std::vector<std::pair<std::string, std::string>>;  // in order, decoded, names may repeat

struct Request {
  Method method = Method::other;
  std::string path;       // decoded by nginx, without query
  std::string query;      // raw
  std::string body;       // raw, at most kMaxBody bytes, or as the process says (ServeOptions)
  std::string content_type;
  std::string host;       // as nginx checked it
  std::string origin;
  std::string fetch_site;
  std::string cookies;    // raw
  std::string authorization;  // raw, where nginx hands it over (machines); a secret: never in a log
  std::string accept_language;
  std::string id;         // nginx's request id: 32 hex digits
  std::string address;    // of the visitor's end; never in a log
  Pairs signed_headers;   // "checkout-..." and "signature", names in lower case; where nginx passes them (the payment service's reports)

  // The value of a cookie; nothing when it is absent or stands there twice.
  std::optional<std::string> cookie(std::string_view name) const;
  // "abc/def" under "/fi/tilaus/": what follows `prefix`, if the path begins with it.
  std::optional<std::string_view> path_after(std::string_view prefix) const;
  // The language of the path's first segment, else of Accept-Language, else `otherwise`.
  base::Lang lang(base::Lang otherwise) const;
};

inline constexpr std::size_t kMaxBody = 64 * 1024;  // unless the process says otherwise (ServeOptions)
inline constexpr std::size_t kMaxPairs = 400;

// Decodes application/x-www-form-urlencoded (bodies and query strings).
// ERRORS: invalid: a broken %-escape, a NUL, or too many pairs.
base::Result<Pairs> parse_urlencoded(std::string_view text);

// The other way round, for what is kept or led to.
std::string urlencoded(const Pairs& pairs);

// RFC 9110 Accept-Language, among the shop's languages.
std::optional<base::Lang> preferred_language(std::string_view accept_language);

}  // namespace web
