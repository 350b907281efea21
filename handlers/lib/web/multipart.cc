#include "lib/web/multipart.h"

#include <algorithm>

namespace web {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kMostHead = 1024, kMostName = 100, kMostBoundary = 70;

// RFC 2046, section 5.1.1.
std::string boundary_of(std::string_view content_type) {
  constexpr std::string_view kKey = "boundary=";
  const auto at = content_type.find(kKey);
  if (at == std::string_view::npos) return {};
  std::string_view rest = content_type.substr(at + kKey.size());
  if (rest.starts_with('"')) rest = rest.substr(1, std::min(rest.find('"', 1), rest.size()) - 1);
  else rest = rest.substr(0, rest.find_first_of("; "));
  const bool plain = !rest.empty() && rest.size() <= kMostBoundary &&
                     rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'()+_,-./:=?") == std::string_view::npos;
  return plain ? std::string(rest) : std::string();
}

// The value of `; key="value"`; nothing where there is none. Browsers write a quote in it as %22.
std::string_view parameter(std::string_view head, std::string_view key, bool& found) {
  const std::string mark = "; " + std::string(key) + "=\"";
  const auto at = head.find(mark);
  found = at != std::string_view::npos;
  if (!found) return {};
  const std::string_view rest = head.substr(at + mark.size());
  return rest.substr(0, std::min(rest.find('"'), rest.size()));
}

}  // namespace

base::Result<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body) {
  const std::string boundary = boundary_of(content_type);
  if (boundary.empty()) return fail(ErrorKind::invalid, "a form without a boundary");
  const std::string opening = "--" + boundary, delimiter = "\r\n" + opening;
  if (!body.starts_with(opening)) return fail(ErrorKind::invalid, "a form that doesn't begin with its boundary");
  body.remove_prefix(opening.size());
  std::vector<Part> out;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) return fail(ErrorKind::invalid, "a boundary with something behind it");
    body.remove_prefix(2);
    const auto head_end = body.substr(0, kMostHead).find("\r\n\r\n");
    if (head_end == std::string_view::npos) return fail(ErrorKind::invalid, "a part without an end of its head");
    const std::string_view head = body.substr(0, head_end);
    body.remove_prefix(head_end + 4);
    const auto end = body.find(delimiter);
    bool named = false, is_file = false;
    const std::string_view name = parameter(head, "name", named);
    parameter(head, "filename", is_file);
    if (end == std::string_view::npos || !named || name.size() > kMostName || out.size() == kMaxParts) return fail(ErrorKind::invalid, "a part that doesn't end, without a name, or one too many");
    out.push_back({std::string(name), is_file, std::string(body.substr(0, end))});
    body.remove_prefix(end + delimiter.size());
  }
  return out;
}

}  // namespace web
