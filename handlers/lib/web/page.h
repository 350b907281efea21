// The frame of a handler's page: what partials/layout.html wants besides the page itself.
//
// Addresses of the stylesheet, fonts, script and crest carry content hashes that the renderer makes; it leaves
// them in WWW/current/frame.json: {"css_url": "...", "city_css_url", "js_url", "staff_js_url", "tickets_js_url", "icons_url", "crest_url",
// "font_400_url", "font_600_url"}. It is read again when it changes.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "lib/base/config.h"
#include "lib/view/view.h"
#include "lib/web/request.h"
#include "lib/web/response.h"

namespace web {

class Frame {
 public:
  // Whose pages they are: what a person sees instead of a failed request has the words of their side.
  enum class Side { shop, staff };
  Frame(const base::Instance& instance, const base::City& city, const view::Templates& templates, Side side = Side::shop);
  ~Frame();

  // Renders `name` with `data` in the frame. `paths` is this page's address in each language, for the language switch.
  // ERRORS: broken.
  base::Result<Response> page(std::string_view name, base::Lang lang, std::string_view title,
                              const std::array<std::string, 3>& paths, const view::Object& data) const;

  // Rendered from the error template.
  Response error_page(const Request& request, base::ErrorKind kind, const std::string& case_code) const;

 private:
  struct Assets;
  std::shared_ptr<const view::Object> assets() const;
  view::Object of_page(base::Lang lang, std::string_view title, const std::array<std::string, 3>& paths) const;
  const base::Instance& instance_;
  const base::City& city_;
  const view::Templates& templates_;
  Side side_;
  std::array<view::Object, 3> of_city_;  // what is the same on all pages of a language
  std::unique_ptr<Assets> assets_;
};

}  // namespace web
