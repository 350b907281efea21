#include "mailer/data.h"

namespace mailer {

using nlohmann::json;

const json* Data::find(const char* name) const {
  if (!json_->is_object()) return nullptr;
  const auto found = json_->find(name);
  return found == json_->end() ? nullptr : &*found;
}

void Data::wrong(const char* name) const {
  if (problem_->empty()) *problem_ = name;
}

std::string Data::text(const char* name) const {
  const json* value = find(name);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  wrong(name);
  return {};
}

std::string Data::text_or_empty(const char* name) const {
  const json* value = find(name);
  if (value == nullptr || value->is_null()) return {};
  return text(name);
}

std::int64_t Data::integer(const char* name) const {
  const json* value = find(name);
  if (value != nullptr && value->is_number_integer()) return value->get<std::int64_t>();
  wrong(name);
  return 0;
}

std::optional<int> Data::maybe_integer(const char* name) const {
  const json* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return static_cast<int>(integer(name));
}

bool Data::boolean(const char* name) const {
  const json* value = find(name);
  if (value != nullptr && value->is_boolean()) return value->get<bool>();
  wrong(name);
  return false;
}

base::UtcTime Data::time(const char* name) const {
  const auto parsed = base::parse_utc(text(name));
  if (!parsed) wrong(name);
  return parsed.value_or(base::UtcTime{});
}

std::optional<base::UtcTime> Data::maybe_time(const char* name) const {
  if (text_or_empty(name).empty()) return std::nullopt;
  return time(name);
}

std::vector<Data> Data::list(const char* name) const {
  std::vector<Data> out;
  const json* value = find(name);
  if (value == nullptr || !value->is_array()) {
    wrong(name);
    return out;
  }
  for (const json& item : *value) out.emplace_back(item, *problem_);
  return out;
}

std::vector<std::string> Data::texts(const char* name) const {
  std::vector<std::string> out;
  const json* value = find(name);
  if (value == nullptr || !value->is_array()) {
    wrong(name);
    return out;
  }
  for (const json& item : *value) {
    if (item.is_string()) out.push_back(item.get<std::string>());
    else wrong(name);
  }
  return out;
}

std::optional<Data> Data::maybe_object(const char* name) const {
  const json* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_object()) wrong(name);
  return Data(*value, *problem_);
}

}  // namespace mailer
