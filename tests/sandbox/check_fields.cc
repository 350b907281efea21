#include <algorithm>

#include "check.h"
#include "text.h"

namespace sandbox {
namespace {

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The common shape of addresses: dotted words, @, a domain of at least two labels.
bool is_email(std::string_view s) {
  static constexpr std::string_view kLocal = "!#$%&'*+-/=?^_`{|}~.";
  const auto at = s.rfind('@');
  if (at == s.npos || at == 0 || at > 64 || s.size() > 200) return false;
  const auto local = s.substr(0, at), domain = s.substr(at + 1);
  if (local.front() == '.' || local.back() == '.' || local.find("..") != local.npos) return false;
  if (!std::all_of(local.begin(), local.end(), [](char c) { return is_word(c) || kLocal.find(c) != kLocal.npos; })) return false;
  if (domain.find('.') == domain.npos || domain.find("..") != domain.npos || domain.front() == '.' || domain.back() == '.') return false;
  if (domain.front() == '-' || domain.back() == '-') return false;
  return std::all_of(domain.begin(), domain.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

}  // namespace

Fields::Fields(const Json& object, std::string where, Findings& findings) : object_(object), where_(std::move(where)), findings_(findings) {}

void Fields::find(const char* name, const std::string& what) { findings_.push_back(where_ + name + ": " + what); }

const Json* Fields::take(const char* name, bool required) {
  known_.emplace_back(name);
  const auto found = object_.find(name);
  if (found == object_.end()) {
    if (required) find(name, "is required");
    return nullptr;
  }
  return &*found;
}

const Json* Fields::any(const char* name, bool required) { return take(name, required); }

std::string Fields::text(const char* name, bool required, std::size_t max, std::size_t min) {
  const auto* value = take(name, required);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    find(name, "must be a string");
    return {};
  }
  const auto& text = value->get_ref<const std::string&>();
  const auto length = utf16_length(text);
  if (length < min) find(name, "is empty or too short");
  if (length > max) find(name, "is longer than " + std::to_string(max));
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F; }))
    find(name, "has a control character");
  return text;
}

std::int64_t Fields::integer(const char* name, bool required, std::int64_t min, std::int64_t max, std::int64_t otherwise) {
  const auto* value = take(name, required);
  if (value == nullptr) return otherwise;
  if (!value->is_number_integer()) {
    find(name, "must be an integer");
    return otherwise;
  }
  const bool huge = value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX;
  const auto number = huge ? INT64_MAX : value->get<std::int64_t>();
  if (number < min || number > max) {
    find(name, "must be from " + std::to_string(min) + " to " + std::to_string(max));
    return otherwise;
  }
  return number;
}

bool Fields::boolean(const char* name) {
  const auto* value = take(name, false);
  if (value == nullptr) return false;
  if (!value->is_boolean()) find(name, "must be true or false");
  return value->is_boolean() && value->get<bool>();
}

const Json* Fields::object(const char* name, bool required) {
  const auto* value = take(name, required);
  if (value == nullptr || value->is_object()) return value;
  find(name, "must be an object");
  return nullptr;
}

const Json* Fields::array(const char* name, bool required) {
  const auto* value = take(name, required);
  if (value == nullptr || value->is_array()) return value;
  find(name, "must be an array");
  return nullptr;
}

std::string Fields::choice(const char* name, bool required, const std::vector<std::string>& allowed) {
  auto value = text(name, required, 50);
  if (value.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  std::string all;
  for (const auto& one : allowed) all += (all.empty() ? "" : ", ") + one;
  find(name, "must be one of " + all);
  return {};
}

std::string Fields::email(const char* name, bool required) {
  auto value = text(name, required, 200);
  if (!value.empty() && !is_email(value)) find(name, "is not an e-mail address");
  return value;
}

std::string Fields::url(const char* name, bool required, std::size_t max) {
  auto value = text(name, required, max);
  if (value.empty()) return value;
  const auto address = parse_address(value);
  if (!address) {
    find(name, "is not an absolute web address");
  } else if (!address->secure && !is_loopback_host(address->host)) {
    find(name, "must begin https:// (http:// only for localhost, *.localhost and 127.0.0.1)");
  } else if (address->secure && !is_loopback_host(address->host) && address->host.find('.') == std::string::npos) {
    find(name, "needs a full host name");
  } else if (const auto mark = address->target.find('?'); mark != std::string::npos) {
    const auto query = parse_query(std::string_view(address->target).substr(mark + 1));
    if (!query) find(name, "has a query that can't be decoded");
    for (const auto& [key, ignored] : query.value_or(Pairs{}))
      if (key.starts_with("checkout-") || key == "signature") find(name, "has a query parameter that belongs to the service");
  }
  return value;
}

void Fields::done() {
  for (const auto& [name, value] : object_.items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) findings_.push_back(where_ + name.substr(0, 50) + ": is not a known field");
}

}  // namespace sandbox
