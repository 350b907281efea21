#include "import/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "import/svg.h"

namespace import {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

base::Result<toml::table> parse_toml(const fs::path& path) {
  try {
    return toml::parse_file(path.string());
  } catch (const toml::parse_error& problem) {
    return fail(ErrorKind::invalid, fmt::format("{}:{}: {}", path.string(), problem.source().begin.line, std::string(problem.description())));
  }
}

std::optional<Image> read_image(const fs::path& stem, std::string& error) {
  for (const char* extension : {".svg", ".png", ".jpg", ".webp"}) {
    const fs::path path = stem.string() + extension;
    const auto bytes = read_file(path);
    if (!bytes) continue;
    const std::string_view head = std::string_view(*bytes).substr(0, 16);
    if (bytes->size() > 4'000'000) {
      if (error.empty()) error = path.string() + ":1: image: expected at most 4 MB";
      return std::nullopt;
    }
    if (head.starts_with("\x89PNG\r\n")) return Image{"image/png", *bytes};
    if (head.starts_with("\xFF\xD8\xFF")) return Image{"image/jpeg", *bytes};
    if (head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") return Image{"image/webp", *bytes};
    if (is_harmless_svg(*bytes)) return Image{"image/svg+xml", *bytes};
    if (error.empty()) error = path.string() + ":1: image: expected SVG of shapes and texts alone (no scripts, styles or references), PNG, JPEG or WebP";
    return std::nullopt;
  }
  return std::nullopt;
}

namespace {

// The .toml files one folder down, in an order that is the same everywhere.
base::Result<std::vector<fs::path>> product_files(const std::string& dir) {
  std::vector<fs::path> out;
  std::error_code problem;
  for (const auto& folder : fs::directory_iterator(dir, problem)) {
    if (!folder.is_directory()) continue;
    for (const auto& file : fs::directory_iterator(folder.path(), problem)) {
      if (file.path().extension() == ".toml") out.push_back(file.path());
    }
    if (problem) return fail(ErrorKind::invalid, folder.path().string() + ": " + problem.message());
  }
  if (problem) return fail(ErrorKind::invalid, dir + ": " + problem.message());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

base::Result<Catalogue> read_catalogue(const std::string& dir, const ReadOptions& options) {
  Catalogue out;
  Known known;
  KK_TRY(read_lists(dir, options, out, known));
  KK_TRY(read_forms(dir, options, out, known));
  KK_LET(const auto files, product_files(dir));
  for (const auto& file : files) {
    KK_LET(Product product, read_product(file, options, known));
    out.products.push_back(std::move(product));
  }
  return out;
}

}  // namespace import
