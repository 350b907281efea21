#include <fmt/format.h>

#include <random>

#include "lib/import/model.h"
#include "lib/catalogue/rules.h"

namespace import {

using base::Lang;
using catalogue::slug_of;

namespace {

constexpr std::array<const char*, 12> kThingsFi = {"Kortti", "Lippu", "Kassi", "Muki", "Vuoro", "Opas", "Paita", "Laatikko", "Kirja", "Paikka", "Retki", "Juliste"};
constexpr std::array<const char*, 12> kThingsSv = {"Kort", "Biljett", "Väska", "Mugg", "Pass", "Guide", "Tröja", "Låda", "Bok", "Plats", "Utflykt", "Affisch"};
constexpr std::array<const char*, 12> kThingsEn = {"Card", "Ticket", "Bag", "Mug", "Slot", "Guide", "Shirt", "Box", "Book", "Place", "Trip", "Poster"};
constexpr const char* kBody = "### {0}\n\n{1} {2}. Lorem **{0}** {2}.\n\n- {1}\n- {2}\n- {0}\n";

}  // namespace

Catalogue generate(const Catalogue& sample, int count) {
  Catalogue out;
  out.forms = sample.forms;
  out.units = sample.units;
  out.price_groups = sample.price_groups;
  out.deliveries = sample.deliveries;
  out.categories = sample.categories;
  std::mt19937 random(20261122);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int i = 1; i <= count; ++i) {
    const Product& base = sample.products[pick(sample.products.size())];
    const std::size_t thing = pick(kThingsFi.size());
    Product p = base;
    p.code = fmt::format("generated-{}", i);
    p.topical = i % 500 == 0;
    p.name[Lang::fi] = fmt::format("{} {}", kThingsFi[thing], i);
    p.name[Lang::sv] = fmt::format("{} {}", kThingsSv[thing], i);
    p.name[Lang::en] = fmt::format("{} {}", kThingsEn[thing], i);
    for (const auto lang : base::kLangs) {
      p.slug[lang] = slug_of(p.name[lang]);
      p.slug_at[lang] = "generated: slug";
      p.description[lang] = fmt::format(fmt::runtime(kBody), p.name[lang], base.name[lang], base.summary[lang]);
    }
    for (auto& price : p.prices) price.cents = base::Cents(100 + static_cast<std::int64_t>(pick(200)) * 50);
    if (p.kind == "ticket" && p.variants.size() > 12) p.variants.resize(12);
    out.products.push_back(std::move(p));
  }
  return out;
}

}  // namespace import
