#include "render/listing.h"

#include <algorithm>
#include <functional>
#include <map>

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
    for (const char* kind : {"goods", "service", "ticket", "pass", "activity", "gift_card"}) {
      const std::string name = kind;
      add_filter("kind", name, "storefront.kind_" + name, "storefront.slug_kind_" + name,
                 [this, name](std::size_t i) { return site_.product(i).kind == name; });
    }
    add_of_sessions();
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

  // Whether an activity has a session to come that is as asked.
  Test some_session(const std::function<bool(const Session&)>& is_asked) const {
    return [this, is_asked](std::size_t i) {
      const auto& variants = site_.product(i).variants;
      return std::any_of(variants.begin(), variants.end(), [&](const Variant& v) {
        return v.session && !v.session->meetings.empty() && v.session->meetings.back().ends > site_.catalogue.as_of && is_asked(*v.session);
      });
    };
  }

  void add_of_sessions() {
    for (std::size_t age = 0; age < kAges.size(); ++age) {
      add_filter("age", kAges[age], std::string("activity.age_") + kAges[age], std::string("activity.slug_age_") + kAges[age], some_session([age](const Session& s) { return is_for_age(s, age); }));
    }
    for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
      add_filter("weekday", kWeekdays[day], std::string("activity.day_") + kWeekdays[day], std::string("activity.slug_day_") + kWeekdays[day], some_session([day](const Session& s) { return is_on(s, day); }));
    }
    for (const bool evening : {false, true}) {
      const std::string value = evening ? "evening" : "day";
      add_filter("hours", value, "activity.hours_" + value, "activity.slug_hours_" + value, some_session([evening](const Session& s) { return is_in_evening(s) == evening; }));
    }
    add_places();
  }

  // By address: a place has one, and a name in each language.
  void add_places() {
    std::map<std::string, Texts> places;
    for (const auto i : all_) {
      for (const auto& v : site_.product(i).variants) {
        if (v.session) places.emplace(v.session->address, v.session->place);
      }
    }
    int number = 0;
    for (const auto& [address, name] : places) {
      ++number;
      const Test test = some_session([where = address](const Session& s) { return s.address == where; });
      if (!divides(test)) continue;
      Listing listing;
      for (const auto lang : base::kLangs) {
        listing.name[base::index(lang)] = name[lang];
        listing.slug[base::index(lang)] = site_.say(lang, "activity.slug_place", {{"n", std::to_string(number)}});
      }
      add(std::move(listing), "place", address, test);
    }
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

bool is_for_age(const Session& session, std::size_t age) {
  constexpr std::array<std::pair<int, int>, 4> kYears = {{{0, 6}, {7, 12}, {13, 17}, {18, 200}}};
  return session.age_min.value_or(0) <= kYears[age].second && session.age_max.value_or(200) >= kYears[age].first;
}

bool is_on(const Session& session, std::size_t weekday) {
  return std::any_of(session.meetings.begin(), session.meetings.end(), [&](const Meeting& m) {
    return std::chrono::weekday{std::chrono::sys_days{base::helsinki_day(m.starts)}}.iso_encoding() == weekday + 1;
  });
}

bool is_in_evening(const Session& session) {
  constexpr std::chrono::hours kEvening{16};
  return std::any_of(session.meetings.begin(), session.meetings.end(), [&](const Meeting& m) {
    return m.starts >= base::helsinki_to_utc(base::helsinki_day(m.starts), kEvening);
  });
}

std::set<std::string> session_facets(const Product& product, UtcTime now) {
  std::set<std::string> out;
  for (const auto& v : product.variants) {
    if (!v.session || v.session->meetings.empty() || v.session->meetings.back().ends <= now) continue;
    for (std::size_t age = 0; age < kAges.size(); ++age) {
      if (is_for_age(*v.session, age)) out.insert(std::string("y:") + kAges[age]);
    }
    for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
      if (is_on(*v.session, day)) out.insert(std::string("d:") + kWeekdays[day]);
    }
    out.insert(is_in_evening(*v.session) ? "h:evening" : "h:day");
  }
  return out;
}

std::vector<std::string> filter_groups(const Product& product) {
  std::vector<std::string> out;
  for (const auto& price : product.prices) {
    if (price.group != "everyone" && std::find(out.begin(), out.end(), price.group) == out.end()) out.push_back(price.group);
  }
  return out;
}

}  // namespace render
