#include "lib/import/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/base/utf8.h"
#include "lib/import/svg.h"

namespace import {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

const std::string* Folder::find(const std::string& path) const {
  asked.insert(path);
  const auto found = files.find(path);
  return found == files.end() ? nullptr : &found->second;
}

base::Result<toml::table> parse_toml(const Folder& folder, const std::string& path) {
  const std::string* text = folder.find(path);
  if (text == nullptr) return fail(ErrorKind::invalid, folder.at + path + ":1: the file is missing");
  if (!is_shallow(*text)) return fail(ErrorKind::invalid, folder.at + path + ":1: expected keys of a few words, with fewer dots between them");
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

constexpr std::size_t kMostPathShown = 120;

bool is_catalogue_path(const std::string& path) {
  constexpr std::array<const char*, 6> kEndings = {".toml", ".md", ".svg", ".png", ".jpg", ".webp"};
  const bool known = std::find(kEndings.begin(), kEndings.end(), fs::path(path).extension()) != kEndings.end();
  return known && std::count(path.begin(), path.end(), '/') <= 1;
}

base::Status read_into(Found& out, const fs::path& path, const std::string& name) {
  if (!is_catalogue_path(with_plain_ending(name)) || is_hidden_path(name)) return add_file(out, name, "");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return fail(ErrorKind::invalid, "cannot read " + path.string());
  return add_file(out, name, bytes.str());
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

// Behind the string's last quote, or at the end of what is no whole one; as TOML's reader reads it.
std::size_t end_of_string(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const std::string three(3, quote);
  const bool is_long = toml.substr(at).starts_with(three);
  for (at += is_long ? 3 : 1; at < toml.size(); ++at) {
    if (toml[at] == '\\' && quote == '"') ++at;
    else if (!is_long && toml[at] == '\n') return at;
    else if (!is_long && toml[at] == quote) return at + 1;
    else if (is_long && toml.substr(at).starts_with(three)) {
      at += 3;
      for (int more = 0; more < 2 && at < toml.size() && toml[at] == quote; ++more) ++at;  // they are the text's
      return at;
    }
  }
  return toml.size();
}

}  // namespace

// Values in one another are the reader's own limit (256), and each of them stands behind a key of one line.
bool is_shallow(std::string_view toml) {
  constexpr int kMostDots = 8;
  int dots = 0;
  for (std::size_t at = 0; at < toml.size();) {
    const char c = toml[at];
    if (c == '"' || c == '\'') {
      at = end_of_string(toml, at);
      continue;
    }
    if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size());
      continue;
    }
    if (c == '.' && ++dots > kMostDots) return false;
    if (c == '\n') dots = 0;
    ++at;
  }
  return true;
}

std::string with_plain_ending(std::string path) {
  const auto dot = std::min(path.find('.', path.rfind('/') + 1), path.size());
  std::transform(path.begin() + static_cast<std::ptrdiff_t>(dot), path.end(), path.begin() + static_cast<std::ptrdiff_t>(dot), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (path.ends_with(".jpeg")) path.replace(path.size() - 5, 5, ".jpg");
  return path;
}

bool is_hidden_path(const std::string& path) { return path.starts_with('.') || path.find("/.") != path.npos || path.starts_with("__MACOSX/"); }

std::string shown_path(const std::string& path) {
  std::string out = path;
  const bool is_text = base::is_utf8(path);
  std::replace_if(out.begin(), out.end(), [&](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || (!is_text && (c & 0x80) != 0); }, '?');
  std::size_t most = std::min(out.size(), kMostPathShown);
  while (most < out.size() && (out[most] & 0xC0) == 0x80) --most;  // no half letters
  return out.substr(0, most);
}

base::Status add_file(Found& out, const std::string& path, std::string bytes) {
  const std::string name = with_plain_ending(path);
  if (is_hidden_path(path)) return {};
  if (!is_catalogue_path(name)) return out.others.push_back(shown_path(path)), base::Status();
  if (!out.files.emplace(name, std::move(bytes)).second) return fail(ErrorKind::invalid, shown_path(path) + ": there are two files of this name");
  return {};
}

base::Result<Found> read_folder(const std::string& dir) {
  Found out;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(dir, problem)) {
    if (!entry.is_directory()) {
      KK_TRY(read_into(out, entry.path(), entry.path().filename().string()));
      continue;
    }
    for (const auto& file : fs::directory_iterator(entry.path(), problem)) {
      const std::string name = (entry.path().filename() / file.path().filename()).string();
      if (!file.is_directory()) KK_TRY(read_into(out, file.path(), name));
      else if (!is_hidden_path(name)) out.others.push_back(shown_path(name));
    }
    if (problem) return fail(ErrorKind::invalid, entry.path().string() + ": " + problem.message());
  }
  if (problem) return fail(ErrorKind::invalid, dir + ": " + problem.message());
  return out;
}

base::Result<Catalogue> read_catalogue(const Found& found, const std::string& at, const ReadOptions& options) {
  Catalogue out;
  Known known;
  std::set<std::string> asked;
  const Folder folder{found.files, at, asked};
  KK_TRY(read_lists(folder, options, out, known));
  KK_TRY(read_forms(folder, options, out, known));
  for (const auto& path : product_files(found.files)) {
    KK_LET(Product product, read_product(folder, path.string(), options, known));
    out.products.push_back(std::move(product));
  }
  out.unused = found.others;
  for (const auto& [path, unused_bytes] : found.files) {
    if (!asked.contains(path)) out.unused.push_back(shown_path(path));
  }
  std::sort(out.unused.begin(), out.unused.end());
  return out;
}

}  // namespace import
