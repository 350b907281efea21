#include "lib/import/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/import/svg.h"

namespace import {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

const std::string* Folder::find(const std::string& path) const {
  const auto found = files.find(path);
  return found == files.end() ? nullptr : &found->second;
}

base::Result<toml::table> parse_toml(const Folder& folder, const std::string& path) {
  const std::string* text = folder.find(path);
  if (text == nullptr) return fail(ErrorKind::invalid, folder.at + path + ":1: the file is missing");
  try {
    return toml::parse(*text, folder.at + path);
  } catch (const toml::parse_error& problem) {
    return fail(ErrorKind::invalid, fmt::format("{}{}:{}: {}", folder.at, path, problem.source().begin.line, std::string(problem.description())));
  }
}

std::optional<Image> read_image(const Folder& folder, const std::string& stem, std::string& error) {
  for (const char* extension : {".svg", ".png", ".jpg", ".webp"}) {
    const std::string path = folder.at + stem + extension;
    const std::string* bytes = folder.find(stem + extension);
    if (bytes == nullptr) continue;
    const std::string_view head = std::string_view(*bytes).substr(0, 16);
    if (bytes->size() > 4'000'000) {
      if (error.empty()) error = path + ":1: image: expected at most 4 MB";
      return std::nullopt;
    }
    if (head.starts_with("\x89PNG\r\n")) return Image{"image/png", *bytes};
    if (head.starts_with("\xFF\xD8\xFF")) return Image{"image/jpeg", *bytes};
    if (head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") return Image{"image/webp", *bytes};
    if (is_harmless_svg(*bytes)) return Image{"image/svg+xml", *bytes};
    if (error.empty()) error = path + ":1: image: expected SVG of shapes and texts alone (no scripts, styles or references), PNG, JPEG or WebP";
    return std::nullopt;
  }
  return std::nullopt;
}

namespace {

base::Status read_into(Files& out, const fs::path& path, const std::string& name) {
  if (!is_catalogue_path(name)) return {};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return fail(ErrorKind::invalid, "cannot read " + path.string());
  out[name] = bytes.str();
  return {};
}

// Products' files, one folder down, in an order that is the same everywhere.
std::vector<fs::path> product_files(const Files& files) {
  std::vector<fs::path> out;
  for (const auto& [name, bytes] : files) {
    if (fs::path path = name; path.has_parent_path() && path.extension() == ".toml") out.push_back(std::move(path));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool is_catalogue_path(const std::string& path) {
  constexpr std::array<const char*, 6> kEndings = {".toml", ".md", ".svg", ".png", ".jpg", ".webp"};
  if (std::find(kEndings.begin(), kEndings.end(), fs::path(path).extension()) == kEndings.end()) return false;
  const bool is_hidden = path.starts_with('.') || path.find("/.") != path.npos || path.starts_with("__MACOSX/");
  return !is_hidden && std::count(path.begin(), path.end(), '/') <= 1;
}

base::Result<Files> read_folder(const std::string& dir) {
  Files out;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(dir, problem)) {
    if (!entry.is_directory()) {
      KK_TRY(read_into(out, entry.path(), entry.path().filename().string()));
      continue;
    }
    for (const auto& file : fs::directory_iterator(entry.path(), problem)) {
      if (file.is_regular_file()) KK_TRY(read_into(out, file.path(), (entry.path().filename() / file.path().filename()).string()));
    }
    if (problem) return fail(ErrorKind::invalid, entry.path().string() + ": " + problem.message());
  }
  if (problem) return fail(ErrorKind::invalid, dir + ": " + problem.message());
  return out;
}

base::Result<Catalogue> read_catalogue(const Files& files, const std::string& at, const ReadOptions& options) {
  Catalogue out;
  Known known;
  const Folder folder{files, at};
  KK_TRY(read_lists(folder, options, out, known));
  KK_TRY(read_forms(folder, options, out, known));
  for (const auto& path : product_files(files)) {
    KK_LET(Product product, read_product(folder, path.string(), options, known));
    out.products.push_back(std::move(product));
  }
  return out;
}

}  // namespace import
