// Packs entries of a JSON list or object into files of at most 100 kB, in the order in which they are added.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace render {

using IndexFile = std::pair<std::string, std::shared_ptr<const std::string>>;  // name, content

struct Posting {
  std::int64_t product = 0;
  int weight = 0;
};

class Packer {
 public:
  // Files FOLDER/NAME-0.json, -1 ...; `open` and `close` are the brackets around the entries of each.
  Packer(std::string folder, std::string name, char open, char close)
      : folder_(std::move(folder)), name_(std::move(name)), open_(open), close_(close) {}

  // One entry as JSON, below 90 kB. `key` is what it is found by: rising from entry to entry.
  void add(const nlohmann::json& key, const std::string& entry);
  // "key":[steps from product to product, each with its weight if `weights`]. A list too long for a file goes on under
  // the same key at the head of the next one, where it counts from 0 again. REQUIRES: products rise.
  void add(const std::string& key, const std::vector<Posting>& postings, bool weights);

  std::vector<IndexFile> finish();
  std::vector<nlohmann::json> firsts;  // the first key of each file

 private:
  void finish_file();
  std::string folder_, name_, body_;
  nlohmann::json last_key_;
  char open_, close_;
  std::vector<IndexFile> files_;
};

}  // namespace render
