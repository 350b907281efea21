#include "render/pager.h"

#include <algorithm>

namespace render {

using view::List;
using view::Object;

std::size_t page_count(std::size_t items, std::size_t per_page) {
  return std::max<std::size_t>(1, (items + per_page - 1) / per_page);
}

std::vector<std::size_t> page_of(const std::vector<std::size_t>& items, std::size_t number, std::size_t per_page) {
  const auto begin = std::min(items.size(), (number - 1) * per_page);
  const auto end = std::min(items.size(), begin + per_page);
  return {items.begin() + static_cast<std::ptrdiff_t>(begin), items.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::string page_path(const Site& site, Lang lang, const std::string& path, std::size_t number) {
  if (number == 1) return path;
  return path + "/" + site.say(lang, "storefront.slug_page", {{"n", std::to_string(number)}});
}

List pager(const Site& site, Lang lang, const std::string& path, std::size_t items, std::size_t per_page, std::size_t number) {
  const auto last = page_count(items, per_page);
  if (last == 1) return {};
  const auto to = [&](std::size_t n) { return Object().set("url", page_path(site, lang, path, n)); };
  List previous, next, pages;
  if (number > 1) previous.push_back(to(number - 1));
  if (number < last) next.push_back(to(number + 1));
  bool gap = false;
  for (std::size_t n = 1; n <= last; ++n) {
    const bool near = n == 1 || n == last || (n + 1 >= number && n <= number + 1);
    if (near) pages.push_back(to(n).set("gap", false).set("number", std::to_string(n)).set("current", n == number));
    else if (!gap) pages.push_back(Object().set("gap", true));
    gap = !near;
  }
  Object out;
  out.set("previous", std::move(previous)).set("next", std::move(next)).set("pages", std::move(pages));
  return {out};
}

}  // namespace render
