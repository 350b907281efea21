#include "strict_json.h"

#include <algorithm>

#include "text.h"

namespace sandbox {
namespace {

constexpr std::size_t kMaxDepth = 16;

bool one_decimal(std::string_view raw) {
  if (raw.starts_with('-')) raw.remove_prefix(1);
  const auto dot = raw.find('.');
  const auto digits = [](std::string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }); };
  return dot != raw.npos && digits(raw.substr(0, dot)) && raw.size() == dot + 2 && digits(raw.substr(dot + 1));
}

// Builds the value while the parser reads, and stops at what isn't wanted.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(std::string& why) : why_(why) {}
  Json root;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t& raw) override {
    if (!one_decimal(raw)) return refuse("number " + raw + " must be an integer or have one decimal");
    return put(value);
  }
  bool string(string_t& value) override { return put(value); }
  bool binary(binary_t&) override { return refuse("binary"); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return shut(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return shut(); }
  bool key(string_t& name) override {
    if (path_.back()->contains(name)) return refuse("name twice: " + name);
    name_ = name;
    return true;
  }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("not JSON at byte " + std::to_string(at));
  }

 private:
  bool refuse(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return false;
  }
  Json* place(Json value) {
    if (path_.empty()) {
      root = std::move(value);
      return &root;
    }
    auto& parent = *path_.back();
    if (parent.is_object()) return &(parent[name_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool put(Json value) {
    if (path_.empty()) return refuse("the body must be an object");
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    if (path_.size() >= kMaxDepth) return refuse("too deep");
    if (path_.empty() && !value.is_object()) return refuse("the body must be an object");
    path_.push_back(place(std::move(value)));
    return true;
  }
  bool shut() {
    path_.pop_back();
    return true;
  }

  std::string& why_;
  std::string name_;
  std::vector<Json*> path_;  // a container doesn't grow while one of its children is open
};

}  // namespace

std::optional<Json> parse_strict(std::string_view text, std::string& why) {
  if (!valid_utf8(text)) {
    why = "the body is not UTF-8";
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    why = "the body begins with a byte order mark";
    return std::nullopt;
  }
  Builder builder(why);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
    if (why.empty()) why = "not JSON";
    return std::nullopt;
  }
  return std::move(builder.root);
}

}  // namespace sandbox
