#include "render/context.h"

#include <algorithm>
#include <filesystem>

#include "render/content.h"
#include "render/hash.h"

namespace render {
namespace {

namespace fs = std::filesystem;

// Changes whenever anything does that pages are made of, besides the database: the program itself is among it.
base::Result<std::uint64_t> version_of(const base::Instance& instance, const base::City& city) {
  Hash hash;
  hash.add(instance.public_url);
  std::vector<std::string> files = {instance.city, (fs::path(instance.city).parent_path() / city.crest).string(), "/proc/self/exe"};
  for (const char* part : {"templates", "text", "content", "static", "schema"}) {
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(instance.share + "/" + part, error)) {
      if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    KK_LET(const std::string bytes, read_file(file));
    hash.add(file).add(bytes);
  }
  return hash.value();
}

}  // namespace

base::Result<Context> load_context(const std::string& instance_file) {
  KK_LET(base::Instance instance, base::load_instance(instance_file));
  KK_LET(base::City city, base::load_city(instance.city));
  KK_LET(view::Templates templates, view::Templates::load(instance.share, {"storefront", "content", "errors"}));
  KK_LET(const std::uint64_t version, version_of(instance, city));
  Context out{std::move(instance), std::move(city), std::move(templates), {}, {}, version};
  KK_TRY(load_content(out));
  return out;
}

}  // namespace render
