#pragma once
// The last requests that arrived, with what became of them, so that tests can look at headers and count calls.
// In memory only: bodies hold the payer's data as sent.
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "http.h"
#include "model.h"

namespace sandbox {

class RequestLog {
 public:
  void add(const Request& request, const std::string& operation, int status, const std::string& verdict);
  // Newest last; `since`: only those after this number.
  Json list(std::size_t last, std::uint64_t since, const std::string& operation) const;
  Json counts() const { return counts_; }
  // Called with one line for each request answered with 400 or more.
  std::function<void(const std::string&)> on_refused;
  void clear();
  void set_limit(std::size_t limit) { limit_ = limit; }

 private:
  struct Entry {
    std::uint64_t n = 0;
    std::int64_t at = 0;
    std::string method, path, query, body, operation, verdict;
    Pairs headers;
    int status = 0;
  };
  std::deque<Entry> entries_;
  std::map<std::string, std::map<std::string, std::int64_t>> counts_;
  std::uint64_t next_ = 0;
  std::size_t limit_ = 1000;
};

}  // namespace sandbox
