#include "render/assets.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/log.h"
#include "render/colour.h"
#include "render/hash.h"
#include "render/load.h"
#include "render/parallel.h"
#include "render/write.h"

namespace render {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr auto kKeep = std::chrono::hours(24 * 30);

std::string hashed(std::string_view stem, std::uint64_t hash, std::string_view extension) {
  return "assets/" + std::string(stem) + "." + short_hex(hash) + std::string(extension);
}

Packing packing_of(std::string_view extension) {
  const bool text = extension == ".css" || extension == ".js" || extension == ".svg";
  return text ? Packing::asset : Packing::none;
}

// True when the file is there already; it then counts as used today (see carry_over). Its time moves once a day at
// most, since the ETag is made of it.
bool in_place(const std::string& release, const std::string& name) {
  const fs::path to = fs::path(release) / name;
  std::error_code error;
  if (!fs::exists(to, error)) return false;
  const auto now = fs::file_time_type::clock::now();
  if (now - fs::last_write_time(to, error) > std::chrono::hours(24)) fs::last_write_time(to, now, error);
  return true;
}

base::Status place(const std::string& release, const std::string& name, std::string_view bytes) {
  if (in_place(release, name)) return {};
  return write_file(release, name, bytes, packing_of(fs::path(name).extension().string()));
}

// Links what earlier pages may still ask for.
base::Status carry_over(const AssetRoots& roots) {
  std::error_code error;
  fs::create_directories(roots.release + "/assets", error);
  if (error) return fail(ErrorKind::broken, roots.release + "/assets: " + error.message());
  if (roots.previous.empty()) return {};
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(roots.previous + "/assets", error)) {
    const auto extension = entry.path().extension();
    if (extension == ".gz" || extension == ".br") continue;
    if (now - entry.last_write_time(error) > kKeep) continue;
    for (const char* ending : {"", ".gz", ".br"}) {
      const auto from = entry.path().string() + ending;
      if (!fs::exists(from, error)) continue;
      fs::create_hard_link(from, roots.release + "/assets/" + fs::path(from).filename().string(), error);
      if (error) return fail(ErrorKind::broken, "cannot link " + from + ": " + error.message());
    }
  }
  return {};
}

std::string without_comments(std::string_view css) {
  std::string out;
  for (std::size_t pos = 0; pos < css.size();) {
    const auto open = css.find("/*", pos);
    out += css.substr(pos, open == std::string_view::npos ? css.size() - pos : open - pos);
    if (open == std::string_view::npos) break;
    const auto close = css.find("*/", open + 2);
    if (close == std::string_view::npos) break;
    pos = close + 2;
    while (pos < css.size() && (css[pos] == '\n' || css[pos] == ' ')) ++pos;
  }
  return out;
}

// Replaces each url("fonts/x") by the font's own address.
base::Result<std::string> with_fonts(std::string css, const AssetUrls& fonts) {
  constexpr std::string_view kOpen = "url(\"fonts/";
  for (auto pos = css.find(kOpen); pos != std::string::npos; pos = css.find(kOpen, pos + 5)) {
    const auto begin = pos + 5;
    const auto end = css.find('"', begin);
    const auto found = fonts.find(css.substr(begin, end - begin));
    if (found == fonts.end()) return fail(ErrorKind::broken, "site.css: no file " + css.substr(begin, end - begin));
    css.replace(begin, end - begin, found->second);
  }
  return css;
}

class StaticAssets {
 public:
  StaticAssets(const base::Instance& instance, const base::City& city, const AssetRoots& roots)
      : instance_(instance), city_(city), roots_(roots) {}

  base::Result<AssetUrls> write() {
    KK_TRY(carry_over(roots_));
    KK_TRY(write_fonts());
    KK_LET(std::string css, read_file(static_file("site.css")));
    KK_LET(css, with_fonts(without_comments(css), fonts_));
    KK_TRY(put("css_url", "site", ".css", css));
    KK_TRY(put("city_css_url", "city", ".css", city_css(city_)));
    KK_TRY(copy("js_url", static_file("site.js")));
    KK_TRY(copy("staff_js_url", static_file("staff.js")));
    KK_TRY(copy("tickets_js_url", static_file("tickets.js")));
    KK_TRY(copy("search_js_url", static_file("search.js")));
    KK_TRY(copy("icons_url", static_file("icons.svg")));
    KK_TRY(copy("hero_url", static_file("hero.svg")));
    KK_TRY(copy("preview_url", static_file("preview/preview.png")));
    for (const auto lang : base::kLangs) {
      const std::string code = base::to_string(lang);
      KK_TRY(copy("stemmer_" + code + "_url", static_file("stem/" + code + ".js")));
    }
    KK_TRY(copy("crest_url", (fs::path(instance_.city).parent_path() / city_.crest).string()));
    // A worker's address is what browsers know it by, so it has no hash.
    KK_LET(const std::string worker, read_file(static_file("ticket-worker.js")));
    KK_TRY(write_if_changed("ticket-worker.js", worker, Packing::asset));
    KK_TRY(write_if_changed("frame.json", nlohmann::json(urls_).dump(1), Packing::none));
    return urls_;
  }

 private:
  std::string static_file(const std::string& name) const { return instance_.share + "/static/" + name; }

  base::Status write_if_changed(const std::string& name, const std::string& bytes, Packing packing) {
    const auto before = read_file(roots_.release + "/" + name);
    return before && *before == bytes ? base::Status() : write_file(roots_.release, name, bytes, packing);
  }
  base::Status put(const std::string& key, std::string_view stem, std::string_view extension, std::string_view bytes) {
    const auto name = hashed(stem, hash_of(bytes), extension);
    KK_TRY(place(roots_.release, name, bytes));
    urls_[key] = "/" + name;
    return {};
  }
  base::Status copy(const std::string& key, const fs::path& path) {
    KK_LET(const std::string bytes, read_file(path.string()));
    return put(key, path.stem().string(), path.extension().string(), bytes);
  }
  base::Status write_fonts() {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(static_file("fonts"), error)) {
      if (entry.path().extension() != ".woff2") continue;
      const auto file = entry.path().filename().string();
      KK_LET(const std::string bytes, read_file(entry.path().string()));
      const auto name = hashed(entry.path().stem().string(), hash_of(bytes), ".woff2");
      KK_TRY(place(roots_.release, name, bytes));
      fonts_["fonts/" + file] = "/" + name;
      if (file == "source-sans-3-latin-400-normal.woff2") urls_["font_400_url"] = "/" + name;
      if (file == "source-sans-3-latin-600-normal.woff2") urls_["font_600_url"] = "/" + name;
    }
    if (error) return fail(ErrorKind::broken, static_file("fonts") + ": " + error.message());
    return {};
  }

  const base::Instance& instance_;
  const base::City& city_;
  const AssetRoots& roots_;
  AssetUrls fonts_, urls_;
};

std::string extension_of(std::string_view media_type) {
  if (media_type == "image/svg+xml") return ".svg";
  if (media_type == "image/png") return ".png";
  if (media_type == "image/jpeg") return ".jpg";
  if (media_type == "image/webp") return ".webp";
  if (media_type == "image/avif") return ".avif";
  return {};
}

}  // namespace

base::Result<AssetUrls> write_static_assets(const base::Instance& instance, const base::City& city, const AssetRoots& roots) {
  return StaticAssets(instance, city, roots).write();
}

base::Result<AssetUrls> write_images(db::Connection& connection, const Catalogue& catalogue, const std::string& release) {
  AssetUrls out;
  std::vector<std::pair<std::string, std::string>> missing;  // name, sha256
  const auto take = [&](const std::string& code, const std::string& sha) {
    const auto type = catalogue.images.find(sha);
    if (sha.empty() || out.contains(sha) || type == catalogue.images.end()) return;
    const auto extension = extension_of(type->second);
    if (extension.empty()) {
      base::log_error("image_type_unknown", {{"image", sha}, {"type", type->second}});
      return;
    }
    const auto name = "assets/" + code + "." + sha.substr(0, 10) + extension;
    if (!in_place(release, name)) missing.emplace_back(name, sha);
    out[sha] = "/" + name;
  };
  for (const auto& category : catalogue.shared.categories) take(category.code, category.image);
  for (const auto& product : catalogue.products) take(product.code, product.image);
  constexpr std::size_t kAtOnce = 64;  // held in memory; packing is what takes the time
  for (std::size_t begin = 0; begin < missing.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, missing.size() - begin);
    std::vector<std::string> bytes(count);
    for (std::size_t i = 0; i < count; ++i) {
      KK_LET(bytes[i], load_image(connection, missing[begin + i].second));
    }
    KK_TRY(for_each_of(count, [&](std::size_t i) { return place(release, missing[begin + i].first, bytes[i]); }));
  }
  return out;
}

}  // namespace render
