// A table of routes: method, the path in each language, the function. One `*` in a path matches one segment.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"
#include "lib/base/utf8.h"
#include "lib/web/request.h"
#include "lib/web/response.h"

namespace web {

// Matches "/fi/tilaus/*/kuitti"; `arg` is what stands at the star: ASCII, as all that we name things by in addresses is.
inline bool path_matches(std::string_view pattern, std::string_view path, std::string& arg) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == path;
  const auto before = pattern.substr(0, star);
  const auto after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) return false;
  const auto middle = path.substr(before.size(), path.size() - before.size() - after.size());
  if (middle.find('/') != std::string_view::npos || !base::is_ascii(middle)) return false;
  arg = std::string(middle);
  return true;
}

using Paths = std::array<std::string_view, 3>;  // fi, sv, en

// `Call` is the process's own: it has members `arg` (std::string) and `lang`.
template <typename Call>
struct Route {
  Method method;
  std::string_view name;
  Paths paths;
  base::Result<Response> (*handler)(Call&);
  bool answers_head = true;  // false: a GET that does something, which asking for its head must not
};

template <typename Route>
std::string_view methods_of(const Route& route) {
  if (route.method == Method::post) return "POST";
  return route.answers_head ? "GET, HEAD" : "GET";
}

// The route of a request, of a table of Route or of what has the same members; `call` gets its language and what stood at its star.
// ERRORS: not_found; wrong_method when the path is known by other methods only.
template <typename Route, typename Call>
base::Result<const Route*> find_route(const std::vector<Route>& routes, const Request& request, Call& call) {
  const bool head = request.method == Method::head;
  std::string allowed;
  for (const auto& route : routes) {
    for (const auto lang : base::kLangs) {
      if (!path_matches(route.paths[base::index(lang)], request.path, call.arg)) continue;
      if (route.method == (head && route.answers_head ? Method::get : request.method)) {
        call.lang = lang;
        return &route;
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(methods_of(route));
      break;  // a path that is the same in another language
    }
  }
  if (!allowed.empty()) return base::fail(base::ErrorKind::wrong_method, allowed);
  return base::fail(base::ErrorKind::not_found, "no such path");
}

template <typename Call>
base::Result<Response> dispatch(const std::vector<Route<Call>>& routes, const Request& request, Call& call) {
  KK_LET(const Route<Call>* route, find_route(routes, request, call));
  return route->handler(call);
}

}  // namespace web
