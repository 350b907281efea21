// The front page of each language.
#include <algorithm>

#include "render/hash.h"
#include "render/product_view.h"
#include "render/site.h"

namespace render {
namespace {

using view::List;
using view::Object;

constexpr std::size_t kTopical = 8;

// What is topical and can be bought, or will be.
std::vector<std::size_t> topical(const Site& site, Lang lang) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < site.catalogue.products.size(); ++i) {
    const bool open = site.states[i].sale == Sale::on || site.states[i].sale == Sale::not_yet;
    if (site.product(i).topical && open && site.shown(lang, i)) out.push_back(i);
  }
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return site.product(a).order < site.product(b).order; });
  out.resize(std::min(out.size(), kTopical));
  return out;
}

List children_of(const Site& site, Lang lang, const Category& parent) {
  List out;
  for (const auto& c : site.catalogue.shared.categories) {
    if (c.parent == parent.code) out.push_back(Object().set("url", site.category_path(lang, c)).set("name", c.name[lang]));
  }
  return out;
}

base::Result<std::string> show_front(const Site& site, Lang lang, const std::vector<std::size_t>& places) {
  List categories;
  for (const auto& c : site.catalogue.shared.categories) {
    if (!c.parent.empty()) continue;
    categories.push_back(Object()
                             .set("url", site.category_path(lang, c))
                             .set("name", c.name[lang])
                             .set("summary", c.summary[lang])
                             .set("picture", site.picture(c.image))
                             .set("children", children_of(site, lang, c)));
  }
  Object data;
  KK_LET(view::Html cards, site.cards_html(lang, places));
  data.set("categories", std::move(categories)).set("topical_shown", !places.empty()).set("cards", std::move(cards));
  data.set("paused", paused_view(lang, site.catalogue.shared.closures.of_shop()));
  Site::Head head{.title = site.say(lang, "storefront.front_title"), .description = site.say(lang, "storefront.front_description")};
  for (const auto other : base::kLangs) head.paths[base::index(other)] = site.say(other, "common.path_front");
  return site.page("storefront/front", lang, head, std::move(data));
}

}  // namespace

void plan_front(const Site& site, std::vector<Page>& out) {
  for (const auto lang : base::kLangs) {
    const auto places = topical(site, lang);
    Hash hash;
    hash.add(site.common);
    for (const auto& c : site.catalogue.shared.categories) hash.add(site.picture(c.image));
    for (const auto i : places) hash.add(site.card(lang, i).fingerprint);
    out.push_back({file_of(site.say(lang, "common.path_front")), hash.value(), Packing::page,
                   [&site, lang, places] { return show_front(site, lang, places); }});
  }
}

}  // namespace render
