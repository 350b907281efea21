// Settings files. First byte odd: an instance's, else a city's.
#include "lib/base/config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const bool instance = (fuzz::take_choice(text) & 1U) != 0;
  static const int file = ::memfd_create("settings", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  fuzz::must(file >= 0 && ::ftruncate(file, 0) == 0, "a file in memory");
  fuzz::must(::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()), "its content");
  if (instance) {
    const auto loaded = base::load_instance(path);
    fuzz::must(loaded || !loaded.error().detail.empty(), "an error says what is wrong");
  } else {
    const auto loaded = base::load_city(path);
    fuzz::must(loaded || !loaded.error().detail.empty(), "an error says what is wrong");
  }
  return 0;
}
