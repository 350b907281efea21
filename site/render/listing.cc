#include "render/listing.h"

#include <algorithm>
#include <functional>

namespace render {
namespace {

using Test = std::function<bool(std::size_t)>;

class Maker {
 public:
  Maker(const Site& site, const Category& category) : site_(site) {
    const auto found = site.by_category.find(category.code);
    if (found != site.by_category.end()) all_ = found->second;
  }

  std::vector<Listing> make() {
    add({}, "", "", [](std::size_t) { return true; });
    add_filter("availability", "available", "storefront.filter_available", "storefront.slug_available",
               [this](std::size_t i) { return site_.states[i].sale == Sale::on; });
    for (const char* kind : {"goods", "service", "ticket", "pass"}) {
      const std::string name = kind;
      add_filter("kind", name, "storefront.kind_" + name, "storefront.slug_kind_" + name,
                 [this, name](std::size_t i) { return site_.product(i).kind == name; });
    }
    for (const auto& group : site_.catalogue.shared.groups) add_group(group);
    for (const char* range : {"free", "to_10", "to_50", "to_100", "over_100"}) {
      const std::string name = range;
      add_filter("price", name, "storefront.price_" + name, "storefront.slug_price_" + name,
                 [this, name](std::size_t i) { return price_range(site_.states[i].low) == name; });
    }
    add_sort("price", [this](Lang, std::size_t a, std::size_t b) { return site_.states[a].low < site_.states[b].low; });
    add_sort("name", [this](Lang lang, std::size_t a, std::size_t b) {
      return site_.card(lang, a).sort_key < site_.card(lang, b).sort_key;
    });
    return std::move(out_);
  }

 private:
  void add(Listing listing, const std::string& kind, const std::string& value, const Test& test) {
    listing.kind = kind;
    listing.value = value;
    for (const auto lang : base::kLangs) {
      auto& places = listing.places[base::index(lang)];
      std::copy_if(all_.begin(), all_.end(), std::back_inserter(places),
                   [&](std::size_t i) { return site_.shown(lang, i) && test(i); });
    }
    out_.push_back(std::move(listing));
  }

  bool divides(const Test& test) const {
    const auto n = static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), test));
    return n > 0 && n < all_.size();
  }

  void add_filter(const std::string& kind, const std::string& value, const std::string& name_key, const std::string& slug_key,
                  const Test& test) {
    if (!divides(test)) return;
    Listing listing;
    for (const auto lang : base::kLangs) {
      listing.name[base::index(lang)] = site_.say(lang, name_key);
      listing.slug[base::index(lang)] = site_.say(lang, slug_key);
    }
    add(std::move(listing), kind, value, test);
  }

  void add_group(const PriceGroup& group) {
    const Test test = [&](std::size_t i) {
      const auto groups = filter_groups(site_.product(i));
      return std::find(groups.begin(), groups.end(), group.code) != groups.end();
    };
    if (!divides(test)) return;
    Listing listing;
    for (const auto lang : base::kLangs) {
      listing.name[base::index(lang)] = group.name[lang];
      listing.slug[base::index(lang)] = site_.say(lang, "storefront.slug_group", {{"group", group.code}});
    }
    add(std::move(listing), "group", group.code, test);
  }

  void add_sort(const std::string& value, const std::function<bool(Lang, std::size_t, std::size_t)>& less) {
    if (all_.size() < 2) return;
    Listing listing;
    for (const auto lang : base::kLangs) {
      listing.name[base::index(lang)] = site_.say(lang, "storefront.sort_" + value);
      listing.slug[base::index(lang)] = site_.say(lang, "storefront.slug_sort_" + value);
    }
    add(std::move(listing), "sort", value, [](std::size_t) { return true; });
    for (const auto lang : base::kLangs) {
      auto& places = out_.back().places[base::index(lang)];
      std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return less(lang, a, b); });
    }
  }

  const Site& site_;
  std::vector<std::size_t> all_;
  std::vector<Listing> out_;
};

}  // namespace

std::vector<Listing> listings_of(const Site& site, const Category& category) { return Maker(site, category).make(); }

std::string price_range(Cents cents) {
  if (cents.value() == 0) return "free";
  if (cents.value() < 1000) return "to_10";
  if (cents.value() < 5000) return "to_50";
  return cents.value() <= 10000 ? "to_100" : "over_100";
}

std::vector<std::string> filter_groups(const Product& product) {
  std::vector<std::string> out;
  for (const auto& price : product.prices) {
    if (price.group != "everyone" && std::find(out.begin(), out.end(), price.group) == out.end()) out.push_back(price.group);
  }
  return out;
}

}  // namespace render
