#include "lib/web/page.h"

#include <sys/stat.h>

#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "lib/base/contact.h"
#include "lib/base/log.h"
#include "lib/web/serve.h"

namespace web {

using base::Lang;

namespace {

constexpr std::array<const char*, 9> kAssetNames = {"css_url",   "city_css_url", "js_url",      "staff_js_url", "tickets_js_url", "icons_url",
                                                    "crest_url", "font_400_url", "font_600_url"};

// Without the renderer's file a page has no look but still its words.
view::Object read_assets(const std::string& path) {
  view::Object out;
  std::ifstream file(path);
  const auto json = file ? nlohmann::json::parse(file, nullptr, false) : nlohmann::json();
  for (const char* name : kAssetNames) {
    const bool known = json.is_object() && json.contains(name) && json[name].is_string();
    out.set(name, known ? json[name].get<std::string>() : std::string("/assets/none"));
  }
  return out;
}

}  // namespace

struct Frame::Assets {
  std::mutex mutex;
  timespec changed{};
  std::shared_ptr<const view::Object> values;
};

namespace {

view::Object city_values(const base::City& city, Lang lang) {
  view::Object out;
  out.set("lang", base::to_string(lang)).set("noindex", true).set("meta", view::List{}).set("scripts", view::List{});
  view::List notice;
  if (!city.notice[lang].empty()) notice.push_back(view::Object().set("text", city.notice[lang]));
  out.set("notice", std::move(notice));
  out.set("shop_name", city.shop_name[lang]).set("legal_name", city.legal_name[lang]);
  out.set("street_address", city.street_address[lang]).set("postal_code", city.postal_code).set("town", city.town[lang]);
  out.set("business_id", city.business_id).set("email", city.email).set("help_hours", city.help_hours[lang]);
  out.set("phone", base::format_phone(city.phone)).set("phone_href", "tel:" + city.phone);
  return out;
}

}  // namespace

Frame::Frame(const base::Instance& instance, const base::City& city, const view::Templates& templates, Side side)
    : instance_(instance), city_(city), templates_(templates), side_(side), assets_(std::make_unique<Assets>()) {
  for (const auto lang : base::kLangs) of_city_[base::index(lang)] = city_values(city, lang);
}
Frame::~Frame() = default;

std::shared_ptr<const view::Object> Frame::assets() const {
  const std::string path = instance_.www + "/current/frame.json";
  struct stat info {};
  const bool there = ::stat(path.c_str(), &info) == 0;
  const std::lock_guard lock(assets_->mutex);
  const bool same = there && info.st_mtim.tv_sec == assets_->changed.tv_sec && info.st_mtim.tv_nsec == assets_->changed.tv_nsec;
  if (!assets_->values || (there && !same)) {
    assets_->values = std::make_shared<const view::Object>(read_assets(path));
    assets_->changed = there ? info.st_mtim : timespec{};
  }
  return assets_->values;
}

view::Object Frame::of_page(Lang lang, std::string_view title, const std::array<std::string, 3>& paths) const {
  view::List languages;
  for (const auto other : base::kLangs) {
    languages.push_back(view::Object()
                            .set("code", base::to_string(other))
                            .set("name", templates_.say(other, "common.language_name"))
                            .set("url", paths[base::index(other)])
                            .set("current", other == lang));
  }
  return view::Object().set("title", title).set("languages", std::move(languages)).set("again", false);
}

base::Result<Response> Frame::page(std::string_view name, Lang lang, std::string_view title,
                                   const std::array<std::string, 3>& paths, const view::Object& data) const {
  const auto assets_now = assets();
  const view::Object page = of_page(lang, title, paths);
  Response out;
  KK_LET(out.body, templates_.render(name, lang, {assets_now.get(), &of_city_[base::index(lang)], &page, &data}));
  return out;
}

Response Frame::error_page(const Request& request, base::ErrorKind kind, const std::string& case_code) const {
  const Lang lang = request.lang(city_.default_language);
  const int status = http_status(kind);
  // nginx has pages for the other statuses too; a conflict is told by handlers alone.
  const std::string code = kind == base::ErrorKind::conflict ? "409" : std::to_string(status);
  const bool own_words = side_ == Side::staff && templates_.has_text(lang, "errors.s" + code + "_title");
  const std::string key = (own_words ? "errors.s" : "errors.p") + code;
  view::Object data;
  const std::string title = templates_.say(lang, key + "_title");
  data.set("heading", title).set("words", templates_.say(lang, key + "_body")).set("what_next", templates_.say(lang, key + "_next"));
  data.set("case_words", templates_.say(lang, "errors.case_code", {{"code", case_code}}));
  std::array<std::string, 3> fronts = {"/fi/", "/sv/", "/en/"};
  auto page = this->page(side_ == Side::staff ? "errors/staff_case" : "errors/case", lang, title, fronts, data);
  if (!page) {
    base::log_error("error_page_failed", {{"case", case_code}, {"detail", page.error().detail}});
    return plain(status, title + "\n" + case_code + "\n");
  }
  page->status = status;
  return std::move(*page);
}

}  // namespace web
