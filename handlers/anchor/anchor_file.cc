#include "anchor/anchor_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <utility>

namespace anchor {

using base::ErrorKind;
using base::fail;

namespace {

std::optional<Head> parse(const std::string& line) {
  std::istringstream in(line);
  std::string time, rest;
  Head out;
  if (!(in >> time >> out.month >> out.seq >> out.hash) || in >> rest) return std::nullopt;
  const bool plain = out.month.size() == 7 && out.hash.size() == 64 && out.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  return plain ? std::optional<Head>(out) : std::nullopt;
}

base::Result<std::string> whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::broken, "no anchor file at " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

base::Result<std::vector<Head>> AnchorFile::read(const std::string& path) {
  KK_LET(const std::string text, whole(path));
  std::vector<Head> out;
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
  for (std::string line; std::getline(lines, line);) {
    auto head = parse(line);
    if (!head) return fail(ErrorKind::invalid, "line " + std::to_string(out.size() + 1) + " is no anchor's");
    out.push_back(std::move(*head));
  }
  return out;
}

base::Result<AnchorFile> AnchorFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail(ErrorKind::broken, "the anchor file " + path + " can't be opened");
  AnchorFile out(fd, std::nullopt);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return fail(ErrorKind::unavailable, "another process keeps the anchor file");
  KK_LET(const std::string text, whole(path));
  const std::size_t end = text.rfind('\n') + 1;
  if (end != text.size() && ::ftruncate(fd, static_cast<off_t>(end)) != 0) return fail(ErrorKind::broken, "the anchor file's torn line stays");
  KK_LET(auto heads, read(path));
  if (!heads.empty()) out.last_ = std::move(heads.back());
  return out;
}

AnchorFile::AnchorFile(AnchorFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), last_(std::move(other.last_)) {}
AnchorFile::~AnchorFile() {
  if (fd_ >= 0) ::close(fd_);
}

base::Status AnchorFile::add(const Head& head, base::UtcTime now) {
  const std::string line = base::to_iso(now) + " " + head.month + " " + std::to_string(head.seq) + " " + head.hash + "\n";
  const off_t before = ::lseek(fd_, 0, SEEK_END);
  if (::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) || ::fdatasync(fd_) != 0) {
    if (before >= 0 && ::ftruncate(fd_, before) != 0) return fail(ErrorKind::broken, "half a line stays in the anchor file");
    return fail(ErrorKind::unavailable, "the anchor file can't be written");
  }
  last_ = head;
  return {};
}

}  // namespace anchor
