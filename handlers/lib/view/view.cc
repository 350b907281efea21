#include "lib/view/view.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "lib/base/log.h"
#include "lib/view/context.h"
#include "lib/view/source.h"

namespace view {

namespace fs = std::filesystem;
namespace kj = kainjow::mustache;
using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

struct Template {
  std::string source;
  bool html = true;
  std::uint64_t serial = 0;  // unlike its address, never used again
};

// What kainjow writes to.
struct Text {
  std::string text;
  Text& operator<<(const std::string& part) {
    text += part;
    return *this;
  }
};

std::string escape_or_raw(const std::string& text) {
  if (!text.empty() && text.front() == kRawMark) return text.substr(1);
  return escape(text);
}

std::string as_is(const std::string& text) {
  return (!text.empty() && text.front() == kRawMark) ? text.substr(1) : text;
}

base::Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::broken, "cannot read " + path.string());
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

base::Result<Partials> load_partials(const fs::path& dir) {
  Partials out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (entry.path().extension() != ".html") continue;
    KK_LET(out[entry.path().stem().string()], read_file(entry.path()));
  }
  return out;
}

base::Result<Template> make_template(std::string source, const Partials& partials, const TextMap& texts, bool html) {
  static std::atomic<std::uint64_t> last_serial = 0;
  Template out;
  out.html = html;
  out.serial = ++last_serial;
  const bool of_staff = source.starts_with("{{! staff page }}");
  if (of_staff || source.starts_with("{{! page }}")) {
    const std::string name = of_staff ? "staff_layout" : "layout";
    const auto layout = partials.find(name);
    if (layout == partials.end()) return fail(ErrorKind::broken, "no partial " + name);
    const auto place = layout->second.find("{{>body}}");
    if (place == std::string::npos) return fail(ErrorKind::broken, name + " has no {{>body}}");
    source = layout->second.substr(0, place) + source + layout->second.substr(place + 9);
  }
  KK_LET(out.source, expand(source, partials, texts, html));
  KK_TRY(check_tags(out.source));
  return out;
}

template <typename Pairs>
std::string fill(std::string_view text, const Pairs& params) {
  std::string out(text);
  for (const auto& [name, value] : params) {
    const std::string tag = "{{" + std::string(name) + "}}";
    for (auto pos = out.find(tag); pos != std::string::npos; pos = out.find(tag, pos + value.size())) {
      out.replace(pos, tag.size(), value);
    }
  }
  return out;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

struct Templates::Impl {
  std::array<TextMap, 3> texts;
  std::array<std::unordered_map<std::string, Template>, 3> templates;

  base::Status load_area(const fs::path& root, const std::string& area, const Partials& partials, Lang lang) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root / area, error)) {
      const auto extension = entry.path().extension();
      const bool html = extension == ".html";
      if (!html && extension != ".txt") continue;
      KK_LET(std::string source, read_file(entry.path()));
      auto made = make_template(std::move(source), partials, texts[index(lang)], html);
      if (!made) return fail(ErrorKind::broken, entry.path().string() + ": " + made.error().detail);
      const auto name = area + "/" + (html ? entry.path().stem() : entry.path().filename()).string();
      templates[index(lang)].emplace(name, std::move(*made));
    }
    if (error) return fail(ErrorKind::broken, (root / area).string() + ": " + error.message());
    return {};
  }

  base::Status check_same_keys() const {
    for (const auto lang : {Lang::sv, Lang::en}) {
      for (const auto& [key, text] : texts[0]) {
        if (!texts[index(lang)].contains(key)) {
          return fail(ErrorKind::broken, std::string("text ") + key + " is missing in " + base::to_string(lang));
        }
      }
      if (texts[index(lang)].size() != texts[0].size()) {
        return fail(ErrorKind::broken, std::string("texts in ") + base::to_string(lang) + " are more than in fi");
      }
    }
    return {};
  }
};

Templates::Templates() : impl_(std::make_unique<Impl>()) {}
Templates::Templates(Templates&&) noexcept = default;
Templates& Templates::operator=(Templates&&) noexcept = default;
Templates::~Templates() = default;

base::Result<Templates> Templates::load(const std::string& share_dir, const std::vector<std::string>& areas) {
  Templates out;
  const fs::path root = fs::path(share_dir) / "templates";
  KK_LET(const Partials partials, load_partials(root / "partials"));
  for (const auto lang : base::kLangs) {
    KK_LET(out.impl_->texts[index(lang)], load_texts(share_dir, lang));
  }
  KK_TRY(out.impl_->check_same_keys());
  for (const auto lang : base::kLangs) {
    for (const auto& area : areas) KK_TRY(out.impl_->load_area(root, area, partials, lang));
  }
  return out;
}

base::Result<std::string> Templates::render(std::string_view name, Lang lang, Layers data) const {
  const auto& templates = impl_->templates[index(lang)];
  const auto found = templates.find(std::string(name));
  if (found == templates.end()) return fail(ErrorKind::broken, "no template " + std::string(name));
  const Template& tmpl = found->second;
  // kainjow renders through a non-const object: each thread has its own copy, parsed when it is first wanted, and one
  // that failed is dropped, since it would stay empty for ever.
  thread_local std::unordered_map<std::uint64_t, kj::mustache> copies;
  auto copy = copies.find(tmpl.serial);
  if (copy == copies.end()) {
    copy = copies.emplace(tmpl.serial, kj::mustache(tmpl.source)).first;
    copy->second.set_custom_escape(tmpl.html ? escape_or_raw : as_is);
  }
  Context context(data);
  Text out;
  copy->second.render(context, out);
  if (!copy->second.is_valid()) {
    copies.erase(copy);
    return fail(ErrorKind::broken, std::string(name) + ": did not render");
  }
  if (!context.missing().empty()) return fail(ErrorKind::broken, std::string(name) + ": no value for " + context.missing());
  return std::move(out.text);
}

const std::string* Templates::find_text(Lang lang, std::string_view key) const {
  const auto& texts = impl_->texts[index(lang)];
  const auto found = texts.find(std::string(key));
  if (found != texts.end()) return &found->second;
  base::log_error("text_missing", {{"key", std::string(key)}});
  return nullptr;
}

std::string Templates::say(Lang lang, std::string_view key, Params params) const {
  const std::string* text = find_text(lang, key);
  return text == nullptr ? std::string(key) : fill(*text, params);
}

std::string Templates::say(Lang lang, std::string_view key,
                           const std::vector<std::pair<std::string, std::string>>& params) const {
  const std::string* text = find_text(lang, key);
  return text == nullptr ? std::string(key) : fill(*text, params);
}

bool Templates::has_text(Lang lang, std::string_view key) const {
  return impl_->texts[index(lang)].contains(std::string(key));
}

bool Templates::has_template(std::string_view name) const {
  return impl_->templates[0].contains(std::string(name));
}

}  // namespace view
