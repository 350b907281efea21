#include "render/parallel.h"

#include <array>
#include <atomic>
#include <functional>
#include <thread>

namespace render {

namespace {
constexpr std::size_t kThreads = 2;
}  // namespace

base::Status for_each_of(std::size_t count, const std::function<base::Status(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::array<base::Status, kThreads> results;
  const auto run = [&](base::Status& result) {
    for (std::size_t i = next++; i < count && !failed; i = next++) {
      result = work(i);
      if (!result) failed = true;
    }
  };
  std::thread other(run, std::ref(results[1]));
  run(results[0]);
  other.join();
  for (auto& result : results) {
    if (!result) return std::move(result);
  }
  return {};
}

}  // namespace render
