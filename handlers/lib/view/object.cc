#include <algorithm>

#include "lib/view/view.h"

namespace view {

Object::Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

Object::Value& Object::slot(std::string name) {
  for (auto& [known, value] : fields_) {
    if (known == name) return value;
  }
  fields_.emplace_back(std::move(name), Value{});
  return fields_.back().second;
}

Object& Object::set(std::string name, std::string text) {
  slot(std::move(name)).is = std::move(text);
  return *this;
}
Object& Object::set(std::string name, std::string_view text) { return set(std::move(name), std::string(text)); }
Object& Object::set(std::string name, const char* text) { return set(std::move(name), std::string(text)); }
Object& Object::set(std::string name, Html html) {
  slot(std::move(name)).is = std::move(html);
  return *this;
}
Object& Object::set(std::string name, bool yes) {
  slot(std::move(name)).is = yes;
  return *this;
}
Object& Object::set(std::string name, List list) {
  slot(std::move(name)).is = std::move(list);
  return *this;
}
Object& Object::set(std::string name, Object object) {
  slot(std::move(name)).is = std::make_shared<Object>(std::move(object));
  return *this;
}

Object& Object::merge(const Object& other) {
  for (const auto& [name, value] : other.fields_) slot(name) = value;
  return *this;
}

const Object::Value* Object::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& f) { return f.first == name; });
  return found == fields_.end() ? nullptr : &found->second;
}

}  // namespace view
