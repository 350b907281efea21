// The static search index, one per language, read by static/search.js. Files under /search/<language>/:
//
//   index.json     {"product": "/fi/tuote/", "terms": [..], "facets": [..], "docs": [..], "order": 1}
//                  where each list holds the first key of file 0, 1, 2 ... of its kind
//   terms-N.json   {"uimahal": [12, 8, 3, 1]}: product 12 with weight 8, then product 12 + 3 with weight 1
//   facets-N.json  {"g:child": [12, 3]}: products 12 and 12 + 3; keys c: category, g: price group, k: kind,
//                  p: price range, a: "a:available"
//   docs-N.json    [[id, slug, name, summary, picture, status, status words, price, from (1 or 0)], ...] by id
//   order-N.json   {"ids": [12, 3], "cents": [750, 0], "rank": [4, 9]}; ids as steps, rank in order by name
//
// No file is above 100 kB: terms and facets with very many products go on under the same key in the next file, counting
// from 0 again. Words are stemmed by Snowball (words.h of libstemmer: finnish, swedish, porter), words
// shorter than three letters are kept as they are. A compound is found by its last part too, when that part is a word
// of the catalogue: "koivuklapi" by "klapi".
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/lang.h"
#include "render/packer.h"

struct sb_stemmer;

namespace render {

class Site;

// Lower-case words of letters and digits, as static/search.js cuts them.
std::vector<std::string> words_of(std::string_view text);

class Stemmer {  // belongs to one thread
 public:
  explicit Stemmer(base::Lang lang);
  std::string stem(const std::string& word) const;

 private:
  std::shared_ptr<sb_stemmer> stemmer_;
};

// Stems of products, kept from one pass to the next, since texts change seldom.
class StemCache {
 public:
  struct Entry {
    std::uint64_t version = 0;
    std::vector<std::pair<std::uint32_t, std::uint8_t>> stems;  // by stem number, with weight
    std::vector<std::pair<std::string, std::uint8_t>> long_words;  // that may be compounds
  };
  struct OfLang {
    std::vector<std::string> stems;
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::unordered_map<std::int64_t, Entry> products;
    std::unordered_map<std::string, std::vector<std::uint32_t>> compounds;  // a long word -> stems of its last part
    std::uint64_t version = 0;            // of all products' texts when `files` were made
    std::vector<IndexFile> files;         // terms-N.json
    std::vector<std::string> first_terms;
  };
  std::array<OfLang, 3> langs;
};

// All files of one language.
std::vector<IndexFile> search_index(const Site& site, base::Lang lang, StemCache& cache);

}  // namespace render
