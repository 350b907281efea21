// A table of routes: method, the path in each language, the function. One `*` in a path matches one segment.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"
#include "lib/web/request.h"
#include "lib/web/response.h"

namespace web {

// Matches "/fi/tilaus/*/kuitti"; `arg` is what stands at the star.
inline bool path_matches(std::string_view pattern, std::string_view path, std::string& arg) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == path;
  const auto before = pattern.substr(0, star);
  const auto after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) return false;
  const auto middle = path.substr(before.size(), path.size() - before.size() - after.size());
  if (middle.find('/') != std::string_view::npos) return false;
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
};

// ERRORS: not_found; invalid ("method") when the path is known by another method only.
template <typename Call>
base::Result<Response> dispatch(const std::vector<Route<Call>>& routes, const Request& request, Call& call) {
  const Method method = request.method == Method::head ? Method::get : request.method;
  bool known_path = false;
  for (const auto& route : routes) {
    for (const auto lang : base::kLangs) {
      if (!path_matches(route.paths[base::index(lang)], request.path, call.arg)) continue;
      known_path = true;
      if (route.method != method) continue;
      call.lang = lang;
      return route.handler(call);
    }
  }
  if (known_path) return base::fail(base::ErrorKind::invalid, "method not allowed here");
  return base::fail(base::ErrorKind::not_found, "no such path");
}

}  // namespace web
