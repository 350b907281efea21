// Runs a fuzz target without libFuzzer: every file of the given folders, then changed copies of them: flipped bits, cuts,
// doubled pieces, pieces of other inputs. The changes are the same at each run.
// Usage: fuzz_NAME FOLDER-or-FILE...
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz.h"

namespace fs = std::filesystem;

namespace {

constexpr int kChanged = 4000;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> load(const fs::path& path) {
  if (!fs::is_directory(path)) return {read(path)};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const auto& file : files) out.push_back(read(file));
  return out;
}

class Changer {
 public:
  explicit Changer(const std::vector<std::string>& inputs) : inputs_(inputs) {}

  std::string next() {
    std::string out = inputs_[below(inputs_.size())];
    for (std::size_t times = 1 + below(4); times > 0; --times) change(out);
    return out;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random_()) % bound; }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 1: text.insert(at, 1, static_cast<char>(below(256))); break;
      case 2: text.erase(at, 1 + below(8)); break;
      case 3: text.resize(at); break;
      case 4: text.insert(at, text.substr(at, below(40))); break;
      default: {
        const std::string& other = inputs_[below(inputs_.size())];
        const std::size_t from = below(other.size() + 1);
        text.insert(at, other.substr(from, below(60)));
      }
    }
  }

  const std::vector<std::string>& inputs_;
  std::mt19937 random_{20261122};
};

}  // namespace

int main(int count, char** words) {
  std::vector<std::string> inputs;
  for (int i = 1; i < count; ++i) {
    for (auto& input : load(words[i])) inputs.push_back(std::move(input));
  }
  if (inputs.empty()) {
    std::fprintf(stderr, "no inputs\n");
    return 2;
  }
  run({});
  for (const auto& input : inputs) run(input);
  Changer changer(inputs);
  for (int i = 0; i < kChanged; ++i) run(changer.next());
  std::printf("%zu inputs and %d changed ones\n", inputs.size(), kChanged);
  return 0;
}
