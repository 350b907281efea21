#include "request_log.h"

#include <algorithm>

#include "clock.h"

namespace sandbox {

void RequestLog::add(const Request& request, const std::string& operation, int status, const std::string& verdict) {
  ++counts_[operation][std::to_string(status)];
  if (status >= 400 && on_refused) on_refused(operation + " " + std::to_string(status) + " " + verdict);
  ++next_;
  if (limit_ == 0) return;
  Entry entry{next_, now_ms(), request.method, request.path, request.query, request.body, operation, verdict, request.headers, status};
  entries_.push_back(std::move(entry));
  while (entries_.size() > limit_) entries_.pop_front();
}

Json RequestLog::list(std::size_t last, std::uint64_t since, const std::string& operation) const {
  Json out = Json::array();
  for (auto it = entries_.rbegin(); it != entries_.rend() && out.size() < last; ++it) {
    if (it->n <= since) break;
    if (!operation.empty() && it->operation != operation) continue;
    Json headers = Json::array();
    for (const auto& [name, value] : it->headers) headers.push_back({name, value});
    out.push_back({{"n", it->n}, {"at", iso_time(it->at)}, {"method", it->method}, {"path", it->path}, {"query", it->query}, {"headers", headers},
                   {"body", it->body}, {"operation", it->operation}, {"status", it->status}, {"verdict", it->verdict}});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

void RequestLog::clear() {
  entries_.clear();
  counts_.clear();
}

}  // namespace sandbox
