#include "render/search_index.h"

#include <libstemmer.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lib/base/utf8.h"
#include "render/hash.h"
#include "render/listing.h"
#include "render/site.h"

namespace render {
namespace {

using nlohmann::json;

constexpr std::size_t kLongWord = 8;  // bytes; a shorter word is no compound
constexpr int kInName = 8, kInCategory = 4, kInSummary = 3, kInText = 1, kMost = 20;

char32_t lower(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c == 0x160 || c == 0x17D) return c + 1;
  return c;
}

bool in_word(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || (c >= 0xDF && c <= 0x24F && c != 0xF7);
}

std::string folder_of(Lang lang) { return std::string("search/") + base::to_string(lang) + "/"; }

using Weights = std::map<std::string, int>;

void weigh(std::string_view text, int weight, Weights& out) {
  for (const auto& word : words_of(text)) out[word] += weight;
}

std::uint8_t bounded(int weight) { return static_cast<std::uint8_t>(std::min(weight, kMost)); }

// The stems of a compound's last part, of at least four letters, after at least three others.
const std::vector<std::uint32_t>& last_parts(const Stemmer& stemmer, const std::string& word, StemCache::OfLang& cache) {
  const auto [entry, fresh] = cache.compounds.try_emplace(word);
  if (!fresh) return entry->second;
  for (std::size_t begin = 3; begin + 4 <= word.size(); ++begin) {
    if ((static_cast<unsigned char>(word[begin]) & 0xC0) == 0x80) continue;  // not within a letter
    const auto stem = cache.numbers.find(stemmer.stem(word.substr(begin)));
    if (stem != cache.numbers.end() && stem->first.size() >= 4) entry->second.push_back(stem->second);
  }
  return entry->second;
}

std::string category_name(const Site& site, Lang lang, const Product& product) {
  const auto* category = site.catalogue.shared.category(product.category);
  const auto* parent = site.catalogue.shared.category(category->parent);
  return category->name[lang] + (parent == nullptr ? "" : " " + parent->name[lang]);
}

void stems_of(const Site& site, Lang lang, const Stemmer& stemmer, const Product& product,
                                 StemCache::OfLang& cache) {
  auto& entry = cache.products[product.id];
  const auto category = category_name(site, lang, product);
  const auto version = Hash().add(product.text_version).add(category).value();
  if (entry.version == version) return;
  const auto& text = product.text(lang);
  Weights words, weights;
  weigh(text.name, kInName, words);
  weigh(category, kInCategory, words);
  weigh(text.summary, kInSummary, words);
  weigh(text.description, kInText, words);
  entry = {version, {}, {}};
  for (const auto& [word, weight] : words) {
    weights[stemmer.stem(word)] += weight;
    if (lang != Lang::en && word.size() >= kLongWord) entry.long_words.emplace_back(word, bounded(weight));
  }
  for (const auto& [stem, weight] : weights) {
    const auto [number, fresh] = cache.numbers.emplace(stem, static_cast<std::uint32_t>(cache.stems.size()));
    if (fresh) cache.stems.push_back(stem);
    entry.stems.emplace_back(number->second, bounded(weight));
  }
}

using Postings = std::vector<std::vector<Posting>>;  // by stem number

Postings make_postings(const Site& site, Lang lang, const Stemmer& stemmer, StemCache::OfLang& cache) {
  for (const auto& p : site.catalogue.products) {
    if (p.has(lang)) stems_of(site, lang, stemmer, p, cache);
  }
  Postings out(cache.stems.size());
  std::map<std::uint32_t, int> weights;
  for (const auto& p : site.catalogue.products) {
    if (!p.has(lang)) continue;
    const auto& entry = cache.products[p.id];
    weights.clear();
    for (const auto& [stem, weight] : entry.stems) weights[stem] += weight;
    for (const auto& [word, weight] : entry.long_words) {
      for (const auto stem : last_parts(stemmer, word, cache)) weights.emplace(stem, (weight + 1) / 2);
    }
    for (const auto& [stem, weight] : weights) out[stem].push_back({p.id, weight});
  }
  return out;
}

void make_terms(const Site& site, Lang lang, StemCache::OfLang& cache) {
  Hash hash;
  for (const auto& p : site.catalogue.products) {
    if (p.has(lang)) hash.add(static_cast<std::uint64_t>(p.id)).add(p.text_version).add(p.category);
  }
  hash.add(site.catalogue.shared.version);
  if (hash.value() == cache.version) return;
  const Stemmer stemmer(lang);
  const auto postings = make_postings(site, lang, stemmer, cache);
  std::vector<std::uint32_t> order(postings.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return cache.stems[a] < cache.stems[b]; });
  Packer packer(folder_of(lang), "terms", '{', '}');
  for (const auto stem : order) {
    if (!postings[stem].empty()) packer.add(cache.stems[stem], postings[stem], true);
  }
  cache.files = packer.finish();
  cache.first_terms.assign(packer.firsts.begin(), packer.firsts.end());
  cache.version = hash.value();
}

Packer make_facets(const Site& site, Lang lang) {
  std::map<std::string, std::vector<Posting>> facets;
  for (std::size_t i = 0; i < site.catalogue.products.size(); ++i) {
    if (!site.shown(lang, i)) continue;
    const auto& p = site.product(i);
    const auto add = [&](const std::string& key) { facets[key].push_back({p.id, 0}); };
    add("c:" + p.category);
    add("k:" + p.kind);
    add("p:" + price_range(site.states[i].low));
    for (const auto& group : filter_groups(p)) add("g:" + group);
    if (site.states[i].sale == Sale::on) add("a:available");
    for (const auto& facet : session_facets(p, site.catalogue.as_of)) add(facet);
  }
  Packer packer(folder_of(lang), "facets", '{', '}');
  for (const auto& [key, ids] : facets) packer.add(key, ids, false);
  return packer;
}

Packer make_docs(const Site& site, Lang lang) {
  Packer packer(folder_of(lang), "docs", '[', ']');
  for (std::size_t i = 0; i < site.catalogue.products.size(); ++i) {
    if (!site.shown(lang, i)) continue;
    const auto& p = site.product(i);
    const auto& c = site.card(lang, i);
    const json doc = {p.id, p.text(lang).slug, c.name, c.summary, c.picture, c.status, c.status_words, c.price, c.from ? 1 : 0};
    packer.add(json(p.id), doc.dump());
  }
  return packer;
}

std::vector<IndexFile> make_order(const Site& site, Lang lang) {
  std::vector<std::size_t> places, by_name;
  for (std::size_t i = 0; i < site.catalogue.products.size(); ++i) {
    if (site.shown(lang, i)) places.push_back(i);
  }
  by_name = places;
  std::stable_sort(by_name.begin(), by_name.end(), [&](auto a, auto b) { return site.card(lang, a).sort_key < site.card(lang, b).sort_key; });
  std::unordered_map<std::size_t, std::size_t> rank;
  for (std::size_t i = 0; i < by_name.size(); ++i) rank[by_name[i]] = i;
  constexpr std::size_t kEach = 4000;  // 4,000 x at most 22 bytes
  std::vector<IndexFile> files;
  for (std::size_t begin = 0; begin < places.size(); begin += kEach) {
    json ids = json::array(), cents = json::array(), ranks = json::array();
    std::int64_t last = 0;
    for (std::size_t i = begin; i < std::min(places.size(), begin + kEach); ++i) {
      const auto id = site.product(places[i]).id;
      ids.push_back(id - last);
      cents.push_back(site.states[places[i]].low.value());
      ranks.push_back(rank[places[i]]);
      last = id;
    }
    const json file = {{"ids", ids}, {"cents", cents}, {"rank", ranks}};
    files.emplace_back(folder_of(lang) + "order-" + std::to_string(files.size()) + ".json",
                       std::make_shared<const std::string>(file.dump()));
  }
  return files;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto points = base::from_utf8(text);
  if (!points) return out;
  for (const char32_t point : *points) {
    const char32_t c = lower(point);
    if (in_word(c)) {
      base::append_utf8(word, c);
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

Stemmer::Stemmer(Lang lang) {
  const char* algorithm = lang == Lang::fi ? "finnish" : lang == Lang::sv ? "swedish" : "porter";
  stemmer_ = std::shared_ptr<sb_stemmer>(sb_stemmer_new(algorithm, "UTF_8"), sb_stemmer_delete);
}

std::string Stemmer::stem(const std::string& word) const {
  if (word.size() < 3 || !stemmer_) return word;
  const auto* stemmed = sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
  if (stemmed == nullptr) return word;
  return {reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
}

std::vector<IndexFile> search_index(const Site& site, Lang lang, StemCache& cache) {
  auto& terms = cache.langs[base::index(lang)];
  make_terms(site, lang, terms);
  Packer facets = make_facets(site, lang);
  Packer docs = make_docs(site, lang);
  auto order = make_order(site, lang);
  std::vector<IndexFile> out = terms.files;
  for (auto* packer : {&facets, &docs}) {
    auto files = packer->finish();
    out.insert(out.end(), files.begin(), files.end());
  }
  const json index = {{"product", site.say(lang, "storefront.path_product")}, {"terms", terms.first_terms},
                      {"facets", facets.firsts}, {"docs", docs.firsts}, {"order", order.size()}};
  out.insert(out.end(), order.begin(), order.end());
  out.emplace_back(folder_of(lang) + "index.json", std::make_shared<const std::string>(index.dump()));
  return out;
}

}  // namespace render
