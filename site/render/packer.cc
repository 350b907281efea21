#include "render/packer.h"

namespace render {
namespace {

constexpr std::size_t kFileLimit = 90'000;  // bytes; a file may end a little above, never above 100 kB

}  // namespace

void Packer::add(const nlohmann::json& key, const std::string& entry) {
  // An object has a key once.
  if (!body_.empty() && (body_.size() + entry.size() > kFileLimit || key == last_key_)) finish_file();
  if (body_.empty()) firsts.push_back(key);
  else body_ += ',';
  body_ += entry;
  last_key_ = key;
}

void Packer::add(const std::string& key, const std::vector<Posting>& postings, bool weights) {
  const std::string head = nlohmann::json(key).dump() + ":[";
  std::string entry = head;
  std::int64_t last = 0;
  for (const auto& posting : postings) {
    if (entry.size() >= kFileLimit) {
      add(key, entry + "]");
      entry = head;
      last = 0;
    }
    if (entry.back() != '[') entry += ',';
    entry += std::to_string(posting.product - last);
    if (weights) entry += "," + std::to_string(posting.weight);
    last = posting.product;
  }
  add(key, entry + "]");
}

std::vector<IndexFile> Packer::finish() {
  if (!body_.empty()) finish_file();
  return std::move(files_);
}

void Packer::finish_file() {
  auto name = folder_ + name_ + "-" + std::to_string(files_.size()) + ".json";
  files_.emplace_back(std::move(name), std::make_shared<const std::string>(open_ + body_ + close_));
  body_.clear();
}

}  // namespace render
