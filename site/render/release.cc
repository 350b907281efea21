#include "render/release.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace render {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

// Numbers of the release folders, ascending.
std::vector<long> numbers(const std::string& folder) {
  std::vector<long> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (!name.empty() && name.find_first_not_of("0123456789") == std::string::npos && name.size() < 10) out.push_back(std::stol(name));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Everything written is on the disk before the site changes over to it.
void flush(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::syncfs(file);
  ::close(file);
}

}  // namespace

std::optional<std::string> Releases::current() const {
  std::error_code error;
  const auto target = fs::read_symlink(www_ + "/current", error);
  if (error) return std::nullopt;
  const auto path = www_ + "/" + target.string();
  return fs::is_directory(path, error) ? std::optional(path) : std::nullopt;
}

base::Result<std::string> Releases::begin() const {
  const auto folder = www_ + "/releases";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::broken, folder + ": " + error.message());
  const auto served = current();
  const long last_served = served ? std::stol(fs::path(*served).filename().string()) : 0;
  for (const long n : numbers(folder)) {
    if (n > last_served) fs::remove_all(folder + "/" + std::to_string(n), error);
  }
  const auto path = folder + "/" + std::to_string(last_served + 1);
  if (!fs::create_directory(path, error)) return fail(ErrorKind::broken, "cannot make " + path + ": " + error.message());
  return path;
}

base::Status Releases::publish(const std::string& release) const {
  flush(release);
  const auto number = fs::path(release).filename().string();
  const auto link = www_ + "/current.new";
  std::error_code error;
  fs::remove(link, error);
  fs::create_symlink("releases/" + number, link, error);
  if (!error) fs::rename(link, www_ + "/current", error);
  if (error) return fail(ErrorKind::broken, "cannot change over to release " + number + ": " + error.message());
  const auto all = numbers(www_ + "/releases");
  for (const long n : all) {
    if (n < std::stol(number) - 1) discard(www_ + "/releases/" + std::to_string(n));
  }
  return {};
}

void Releases::discard(const std::string& release) const {
  std::error_code error;
  fs::remove_all(release, error);
}

base::Result<WorkLock> WorkLock::take(const std::string& www) {
  std::error_code error;
  fs::create_directories(www, error);
  const auto path = www + "/.render.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return fail(ErrorKind::broken, "cannot open " + path + ": " + std::strerror(errno));
  while (::flock(file, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    ::close(file);
    return fail(ErrorKind::broken, "cannot lock " + path + ": " + std::strerror(errno));
  }
  return WorkLock(file);
}

WorkLock::~WorkLock() {
  if (file_ >= 0) ::close(file_);
}

base::Status write_state(const std::string& release, const ReleaseState& state) {
  const nlohmann::json json = {{"version", state.version}, {"last", state.changes.last}, {"seen", state.changes.seen}};
  return write_file(release, ".state.json", json.dump(), Packing::none);
}

std::optional<ReleaseState> read_state(const std::string& release) {
  const auto bytes = read_file(release + "/.state.json");
  if (!bytes) return std::nullopt;
  const auto json = nlohmann::json::parse(*bytes, nullptr, false);
  if (!json.is_object() || !json.contains("version") || !json.contains("last") || !json.contains("seen")) return std::nullopt;
  return ReleaseState{json["version"].get<std::uint64_t>(),
                      {json["last"].get<std::int64_t>(), json["seen"].get<std::set<std::int64_t>>()}};
}

base::Status write_fingerprints(const std::string& release, const Fingerprints& all) {
  std::string out;
  for (const auto& [file, input] : all) out += std::to_string(input) + " " + file + "\n";
  return write_file(release, ".pages", out, Packing::none);
}

base::Status append_fingerprints(const std::string& release, const Fingerprints& changed) {
  std::ofstream file(release + "/.pages", std::ios::app | std::ios::binary);
  for (const auto& [name, input] : changed) file << input << ' ' << name << '\n';
  file.close();
  if (!file) return fail(ErrorKind::broken, "cannot write " + release + "/.pages");
  return {};
}

Fingerprints read_fingerprints(const std::string& release) {
  Fingerprints out;
  std::ifstream file(release + "/.pages", std::ios::binary);
  std::uint64_t input = 0;
  std::string name;
  while (file >> input && std::getline(file >> std::ws, name)) {
    if (input == 0) out.erase(name);  // taken away
    else out[name] = input;
  }
  return out;
}

}  // namespace render
