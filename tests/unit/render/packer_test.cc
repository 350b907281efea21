// Goal: however many entries the search index has and however long one is, no file is above 100 kB, each is JSON with each key
// once, and the first keys lead a reader to everything that was added.
#include "render/packer.h"

#include <map>

#include "unit/catch.h"

namespace {

using nlohmann::json;
using render::Packer;
using render::Posting;

constexpr std::size_t kMost = 100'000;

std::vector<Posting> postings(int count) {
  std::vector<Posting> out;
  for (int i = 0; i < count; ++i) out.push_back({1'000'000 + 7 * i, i % 20 + 1});
  return out;
}

// Products of one key, read as static/search.js reads them.
std::map<std::int64_t, int> read(const std::vector<render::IndexFile>& files, const std::vector<json>& firsts, const std::string& key) {
  std::map<std::int64_t, int> out;
  for (std::size_t n = 0; n < files.size(); ++n) {
    const bool before = n + 1 < firsts.size() && firsts[n + 1] < json(key);
    if (before || firsts[n] > json(key)) continue;
    const auto file = json::parse(*files[n].second);
    std::int64_t id = 0;
    for (std::size_t i = 0; file.contains(key) && i < file[key].size(); i += 2) {
      id += file[key][i].get<std::int64_t>();
      out[id] = file[key][i + 1].get<int>();
    }
  }
  return out;
}

}  // namespace

TEST_CASE("10,000 entries are packed into files that are small and full") {
  Packer packer("search/fi/", "docs", '[', ']');
  for (int i = 0; i < 10'000; ++i) packer.add(json(i), json({i, "name of a product", std::string(static_cast<std::size_t>(i % 300), 'x')}).dump());
  const auto files = packer.finish();
  REQUIRE(packer.firsts.size() == files.size());
  int next = 0;
  for (std::size_t n = 0; n < files.size(); ++n) {
    CHECK(files[n].first == "search/fi/docs-" + std::to_string(n) + ".json");
    CHECK(files[n].second->size() <= kMost);
    if (n + 1 < files.size()) CHECK(files[n].second->size() > kMost / 2);
    CHECK(packer.firsts[n] == next);
    for (const auto& entry : json::parse(*files[n].second)) CHECK(entry[0] == next++);
  }
  CHECK(next == 10'000);
}

TEST_CASE("a word of very many products goes on in the next files and is found whole") {
  Packer packer("search/fi/", "terms", '{', '}');
  packer.add("aalto", postings(3), true);
  packer.add("kaupunki", postings(60'000), true);
  packer.add("kaupunki2", postings(2), true);
  packer.add("uimahal", postings(9'000), true);
  const auto files = packer.finish();
  CHECK(files.size() > 4);
  for (const auto& file : files) {
    CHECK(file.second->size() <= kMost);
    const auto parsed = json::parse(*file.second);
    for (const auto& [key, list] : parsed.items()) CHECK(file.second->find("\"" + key + "\"") == file.second->rfind("\"" + key + "\""));
  }
  for (const auto& [key, count] : {std::pair("aalto", 3), {"kaupunki", 60'000}, {"kaupunki2", 2}, {"uimahal", 9'000}}) {
    const auto found = read(files, packer.firsts, key);
    REQUIRE(found.size() == static_cast<std::size_t>(count));
    for (const auto& posting : postings(count)) CHECK(found.at(posting.product) == posting.weight);
  }
}

TEST_CASE("an entry of 90 kB has a file of its own, and nothing added is no file") {
  Packer packer("search/fi/", "docs", '[', ']');
  packer.add(json(1), "[1]");
  packer.add(json(2), json(std::string(90'001, 'x')).dump());
  packer.add(json(3), "[3]");
  const auto files = packer.finish();
  REQUIRE(files.size() == 3);
  CHECK(files[1].second->size() <= kMost);
  CHECK(Packer("search/fi/", "docs", '[', ']').finish().empty());
}
