// Releases: WWW/releases/<number>/ holds a whole site, WWW/current is a link to the one that is served.
//
// A release also holds .pages (a line "fingerprint file" for each page; the last line of a file counts) and
// .state.json (which settings and templates made it, and how far `changes` had been read). nginx serves no dotfiles.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "render/site.h"

namespace render {

using Fingerprints = std::map<std::string, std::uint64_t>;  // file -> input of the page

struct ReleaseState {
  std::uint64_t version = 0;  // Context::version
  Changes changes;
};

class Releases {
 public:
  explicit Releases(std::string www) : www_(std::move(www)) {}

  // The folder that `current` leads to, or nothing.
  std::optional<std::string> current() const;
  // A new, empty folder, numbered after the last; unfinished ones are taken away.
  base::Result<std::string> begin() const;
  // Makes it the current one by one rename, and keeps the one before.
  base::Status publish(const std::string& release) const;
  void discard(const std::string& release) const;

 private:
  std::string www_;
};

// Only one process works on the site at a time.
class WorkLock {
 public:
  static base::Result<WorkLock> take(const std::string& www);
  WorkLock(WorkLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  WorkLock& operator=(WorkLock&&) = delete;
  ~WorkLock();

 private:
  explicit WorkLock(int file) : file_(file) {}
  int file_;
};

base::Status write_state(const std::string& release, const ReleaseState& state);
std::optional<ReleaseState> read_state(const std::string& release);

base::Status write_fingerprints(const std::string& release, const Fingerprints& all);
base::Status append_fingerprints(const std::string& release, const Fingerprints& changed);
Fingerprints read_fingerprints(const std::string& release);

}  // namespace render
