// The search page of each language: the plain list of all products, and the index that its script reads.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "render/hash.h"
#include "render/listing.h"
#include "render/pager.h"
#include "render/parallel.h"
#include "render/search_index.h"
#include "render/site.h"

namespace render {
namespace {

using view::List;
using view::Object;

constexpr std::size_t kNamesPerPage = 200;

std::vector<std::size_t> by_name(const Site& site, Lang lang) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < site.catalogue.products.size(); ++i) {
    if (site.shown(lang, i)) out.push_back(i);
  }
  std::stable_sort(out.begin(), out.end(), [&](auto a, auto b) { return site.card(lang, a).sort_key < site.card(lang, b).sort_key; });
  return out;
}

Object filter(const Site& site, Lang lang, const char* heading, const std::string& name,
              const std::vector<std::pair<std::string, std::string>>& values) {
  List out;
  for (const auto& [value, words] : values) out.push_back(Object().set("name", name).set("value", value).set("words", words));
  return Object().set("heading", site.say(lang, heading)).set("name", name).set("values", std::move(out));
}

// Only values that some product has.
List filters(const Site& site, Lang lang) {
  std::vector<std::pair<std::string, std::string>> groups, kinds, prices, categories;
  const auto& products = site.catalogue.products;
  for (const auto& group : site.catalogue.shared.groups) {
    const bool used = std::any_of(products.begin(), products.end(), [&](const auto& p) {
      return std::any_of(p.prices.begin(), p.prices.end(), [&](const auto& price) { return price.group == group.code; });
    });
    if (used && group.code != "everyone") groups.emplace_back(group.code, group.name[lang]);
  }
  for (const char* kind : {"goods", "service", "ticket", "pass", "activity", "gift_card"}) kinds.emplace_back(kind, site.say(lang, std::string("storefront.kind_") + kind));
  for (const char* range : {"free", "to_10", "to_50", "to_100", "over_100"}) prices.emplace_back(range, site.say(lang, std::string("storefront.price_") + range));
  for (const auto& category : site.catalogue.shared.categories) {
    if (site.by_category.contains(category.code)) categories.emplace_back(category.code, category.name[lang]);
  }
  std::vector<std::pair<std::string, std::string>> ages, weekdays, hours;
  const bool has_activities = std::any_of(products.begin(), products.end(), [](const auto& p) { return p.kind == "activity"; });
  if (has_activities) {
    for (const char* age : kAges) ages.emplace_back(age, site.say(lang, std::string("activity.age_") + age));
    for (const char* day : kWeekdays) weekdays.emplace_back(day, site.say(lang, std::string("activity.day_") + day));
    for (const char* when : {"day", "evening"}) hours.emplace_back(when, site.say(lang, std::string("activity.hours_") + when));
  }
  List out;
  out.push_back(filter(site, lang, "storefront.filter_availability", "a", {{"available", site.say(lang, "storefront.filter_available")}}));
  if (has_activities) {
    out.push_back(filter(site, lang, "storefront.filter_age", "y", ages));
    out.push_back(filter(site, lang, "storefront.filter_weekday", "d", weekdays));
    out.push_back(filter(site, lang, "storefront.filter_hours", "h", hours));
  }
  out.push_back(filter(site, lang, "storefront.filter_group", "g", groups));
  out.push_back(filter(site, lang, "storefront.filter_price", "p", prices));
  out.push_back(filter(site, lang, "storefront.filter_kind", "k", kinds));
  out.push_back(filter(site, lang, "storefront.filter_category", "c", categories));
  return out;
}

std::string script_words(const Site& site, Lang lang) {
  const nlohmann::json words = {{"none", site.say(lang, "search.found_none")}, {"one", site.say(lang, "search.found_one")},
                                {"many", site.say(lang, "search.found_many")}, {"from", site.say(lang, "common.from")},
                                {"broken", site.say(lang, "search.broken")}};
  return words.dump();
}

base::Result<std::string> show_search(const Site& site, Lang lang, const std::vector<std::size_t>& all, std::size_t number) {
  List products;
  for (const auto i : page_of(all, number, kNamesPerPage)) {
    products.push_back(Object().set("url", site.card(lang, i).url).set("name", site.card(lang, i).name));
  }
  const auto path = site.say(lang, "common.path_search");
  const std::string code = base::to_string(lang);
  Object data;
  data.set("crumbs", List{}).set("crumb", site.say(lang, "search.heading"));
  data.set("index_url", "/search/" + code + "/").set("stemmer_url", site.assets.at("stemmer_" + code + "_url"));
  data.set("words", script_words(site, lang)).set("filters", filters(site, lang));
  data.set("all_heading", site.say(lang, "search.all")).set("products", std::move(products));
  data.set("pager", pager(site, lang, path, all.size(), kNamesPerPage, number));
  Site::Head head{.title = site.say(lang, "search.heading"), .description = site.say(lang, "search.description")};
  for (const auto other : base::kLangs) head.paths[base::index(other)] = site.say(other, "common.path_search");
  head.index = false;
  head.scripts.push_back(site.assets.at("search_js_url"));
  return site.page("storefront/search", lang, head, std::move(data));
}

}  // namespace

void plan_search(const Site& site, std::vector<Page>& out) {
  std::array<std::vector<IndexFile>, base::kLangs.size()> indexes;  // making one can't fail
  static_cast<void>(for_each_of(indexes.size(), [&](std::size_t i) -> base::Status {
    indexes[i] = search_index(site, base::kLangs[i], *site.context.stems);
    return {};
  }));
  for (const auto lang : base::kLangs) {
    const auto all = std::make_shared<const std::vector<std::size_t>>(by_name(site, lang));
    for (std::size_t number = 1; number <= page_count(all->size(), kNamesPerPage); ++number) {
      Hash hash;
      hash.add(site.common).add(all->size());
      for (const auto& [code, places] : site.by_category) hash.add(code);
      for (const auto i : page_of(*all, number, kNamesPerPage)) hash.add(site.card(lang, i).url).add(site.card(lang, i).name);
      out.push_back({file_of(page_path(site, lang, site.say(lang, "common.path_search"), number)), hash.value(), Packing::page,
                     [&site, lang, all, number] { return show_search(site, lang, *all, number); }});
    }
    for (auto& [name, content] : indexes[base::index(lang)]) {
      out.push_back({name, hash_of(*content), Packing::page, [content = content]() -> base::Result<std::string> { return *content; }});
    }
  }
}

}  // namespace render
