// Category pages: a top category shows its categories, a leaf lists its products, with filters and orders as links.
#include <algorithm>
#include <memory>

#include "render/hash.h"
#include "render/listing.h"
#include "render/pager.h"
#include "render/site.h"

namespace render {
namespace {

using view::List;
using view::Object;

// All that the pages of one category share.
struct Leaf {
  const Category* category = nullptr;
  std::vector<Listing> listings;
  std::uint64_t links = 0;  // fingerprint of the filters offered
};

std::vector<const Category*> children_of(const Site& site, const Category& category) {
  std::vector<const Category*> out;
  for (const auto& c : site.catalogue.shared.categories) {
    if (c.parent == category.code) out.push_back(&c);
  }
  return out;
}

std::string listing_path(const Site& site, Lang lang, const Leaf& leaf, const Listing& listing, std::size_t number) {
  auto path = site.category_path(lang, *leaf.category);
  const auto& slug = listing.slug[base::index(lang)];
  if (!slug.empty()) path += "/" + slug;
  return page_path(site, lang, path, number);
}

List crumbs(const Site& site, Lang lang, const Category& category) {
  List out;
  if (const auto* parent = site.catalogue.shared.category(category.parent)) {
    out.push_back(Object().set("url", site.category_path(lang, *parent)).set("name", parent->name[lang]));
  }
  return out;
}

Object link(const Site& site, Lang lang, const Leaf& leaf, const Listing& to, const Listing& here, std::string name) {
  return Object().set("url", listing_path(site, lang, leaf, to, 1)).set("name", std::move(name)).set("current", &to == &here);
}

// The filters that the category has, each with "all" first.
List filters(const Site& site, Lang lang, const Leaf& leaf, const Listing& here) {
  List out;
  for (const char* kind : {"availability", "kind", "age", "weekday", "hours", "place", "group", "price"}) {
    List values;
    bool chosen = false;
    for (const auto& listing : leaf.listings) {
      if (listing.kind != kind) continue;
      chosen = chosen || &listing == &here;
      values.push_back(link(site, lang, leaf, listing, here, listing.name[base::index(lang)]));
    }
    if (values.empty()) continue;
    auto all = link(site, lang, leaf, leaf.listings.front(), here, site.say(lang, "storefront.filter_all"));
    all.set("current", !chosen);
    values.insert(values.begin(), std::move(all));
    out.push_back(Object().set("heading", site.say(lang, std::string("storefront.filter_") + kind)).set("values", std::move(values)));
  }
  return out;
}

List sorts(const Site& site, Lang lang, const Leaf& leaf, const Listing& here) {
  List out;
  auto suggested = link(site, lang, leaf, leaf.listings.front(), here, site.say(lang, "storefront.sort_suggested"));
  out.push_back(suggested.set("current", here.kind != "sort"));
  for (const auto& listing : leaf.listings) {
    if (listing.kind == "sort") out.push_back(link(site, lang, leaf, listing, here, listing.name[base::index(lang)]));
  }
  return out;
}

std::string count_words(const Site& site, Lang lang, std::size_t n) {
  if (n == 1) return site.say(lang, "storefront.count_one");
  return site.say(lang, "storefront.count_many", {{"n", std::to_string(n)}});
}

Object base_values(const Site& site, Lang lang, const Category& category, const std::string& crumb) {
  Object data;
  data.set("crumbs", crumbs(site, lang, category)).set("crumb", crumb);
  data.set("name", category.name[lang]).set("summary", category.summary[lang]);
  return data;
}

base::Result<std::string> show_listing(const Site& site, Lang lang, const Leaf& leaf, const Listing& listing, std::size_t number) {
  const auto& places = listing.places[base::index(lang)];
  const auto& category = *leaf.category;
  Site::Head head{.title = category.name[lang], .description = category.summary[lang], .picture = site.picture(category.image)};
  if (!listing.kind.empty()) head.title += " – " + listing.name[base::index(lang)];
  if (number > 1) head.title += " – " + site.say(lang, "storefront.page_of", {{"n", std::to_string(number)}});
  for (const auto other : base::kLangs) {
    const bool there = number == 1 || listing.places[base::index(other)].size() > (number - 1) * kPerPage;
    head.paths[base::index(other)] = listing_path(site, other, leaf, listing, there ? number : 1);
  }
  head.index = listing.kind.empty();
  Object shown;
  KK_LET(view::Html cards, site.cards_html(lang, page_of(places, number)));
  shown.set("cards", std::move(cards)).set("empty", places.empty()).set("count_words", count_words(site, lang, places.size()));
  shown.set("filters", filters(site, lang, leaf, listing)).set("sorts", sorts(site, lang, leaf, listing));
  shown.set("combine_url", site.say(lang, "common.path_search") + "?c=" + category.code);
  const auto path = listing_path(site, lang, leaf, listing, 1);
  shown.set("pager", pager(site, lang, path, places.size(), kPerPage, number));
  Object data = base_values(site, lang, category, head.title);
  data.set("children_shown", false).set("children", List{}).set("listing", List{shown});
  return site.page("storefront/category", lang, head, std::move(data));
}

base::Result<std::string> show_parent(const Site& site, Lang lang, const Category& category,
                                      const std::vector<const Category*>& children) {
  Site::Head head{.title = category.name[lang], .description = category.summary[lang], .picture = site.picture(category.image)};
  for (const auto other : base::kLangs) head.paths[base::index(other)] = site.category_path(other, category);
  List list;
  for (const auto* child : children) {
    list.push_back(Object()
                       .set("url", site.category_path(lang, *child))
                       .set("name", child->name[lang])
                       .set("summary", child->summary[lang])
                       .set("picture", site.picture(child->image)));
  }
  Object data = base_values(site, lang, category, head.title);
  data.set("children_shown", true).set("children", std::move(list)).set("listing", List{});
  return site.page("storefront/category", lang, head, std::move(data));
}

void plan_leaf(const Site& site, const std::shared_ptr<const Leaf>& leaf, std::vector<Page>& out) {
  for (const auto& listing : leaf->listings) {
    for (const auto lang : base::kLangs) {
      const auto& places = listing.places[base::index(lang)];
      for (std::size_t number = 1; number <= page_count(places.size(), kPerPage); ++number) {
        Hash hash;
        hash.add(site.common).add(leaf->links).add(places.size());
        for (const auto i : page_of(places, number)) hash.add(site.card(lang, i).fingerprint);
        out.push_back({file_of(listing_path(site, lang, *leaf, listing, number)), hash.value(), Packing::page,
                       [&site, lang, leaf, &listing, number] { return show_listing(site, lang, *leaf, listing, number); }});
      }
    }
  }
}

}  // namespace

void plan_categories(const Site& site, std::vector<Page>& out) {
  for (const auto& category : site.catalogue.shared.categories) {
    auto children = children_of(site, category);
    if (!children.empty()) {
      Hash hash;
      hash.add(site.common).add(site.picture(category.image));
      for (const auto* child : children) hash.add(site.picture(child->image));
      for (const auto lang : base::kLangs) {
        out.push_back({file_of(site.category_path(lang, category)), hash.value(), Packing::page,
                       [&site, lang, &category, children] { return show_parent(site, lang, category, children); }});
      }
      continue;
    }
    auto leaf = std::make_shared<Leaf>();
    leaf->category = &category;
    leaf->listings = listings_of(site, category);
    Hash links;
    for (const auto& listing : leaf->listings) {
      links.add(listing.kind).add(listing.value);
      for (const auto& name : listing.name) links.add(name);
    }
    leaf->links = links.value();
    plan_leaf(site, leaf, out);
  }
}

}  // namespace render
