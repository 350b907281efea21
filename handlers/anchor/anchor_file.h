// The anchor file: a line for each head of the use log that was seen, "<UTC time> <month> <seq> <head hash>". Only ever added to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/time.h"

namespace anchor {

struct Head {
  std::string month;
  std::int64_t seq = 0;
  std::string hash;  // 64 hex digits
};

class AnchorFile {
 public:
  // Opens or makes it; nobody else has it then. A last line that was cut off (a crash) is taken away: it was never acknowledged.
  // ERRORS: unavailable: another process has it; broken: it can't be opened.
  static base::Result<AnchorFile> open(const std::string& path);
  // Without taking it. ERRORS: broken: no such file; invalid, with the line: it is none of ours.
  static base::Result<std::vector<Head>> read(const std::string& path);
  AnchorFile(AnchorFile&& other) noexcept;
  AnchorFile& operator=(AnchorFile&&) = delete;
  ~AnchorFile();

  const std::optional<Head>& last() const { return last_; }
  // On the disk when it returns. ERRORS: unavailable: it can't be written; the line is not there then.
  base::Status add(const Head& head, base::UtcTime now);

 private:
  AnchorFile(int fd, std::optional<Head> last) : fd_(fd), last_(std::move(last)) {}
  int fd_;
  std::optional<Head> last_;
};

}  // namespace anchor
