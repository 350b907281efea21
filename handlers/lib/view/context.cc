#include "lib/view/context.h"

#include <algorithm>

namespace view {

const Context::Data* Context::get(const std::string& name) const {
  for (auto object = stack_.rbegin(); object != stack_.rend(); ++object) {
    const auto* value = *object == nullptr ? nullptr : (*object)->find(name);
    if (value != nullptr) return std::visit([this](const auto& v) { return convert(v); }, value->is);
  }
  if (missing_.empty()) missing_ = name;
  return nullptr;
}

const Context::Data* Context::convert(bool yes) const {
  static const Data kYes(true), kNo(false);
  return yes ? &kYes : &kNo;
}

const Context::Data* Context::convert(const std::string& text) const {
  if (text.find(kRawMark) == std::string::npos) return made(Data(text));
  std::string clean;
  std::copy_if(text.begin(), text.end(), std::back_inserter(clean), [](char c) { return c != kRawMark; });
  return made(Data(std::move(clean)));
}

// kainjow hands back the addresses of a list's items, and nothing else is wanted of them.
const Context::Data* Context::convert(const List& list) const {
  Data items(Data::type::list);
  for (std::size_t i = 0; i < list.size(); ++i) items.push_back(Data(true));
  const Data* all = made(std::move(items));
  if (!list.empty()) sources_.push_back({all->list_value().data(), list.data(), list.size()});
  return all;
}

const Context::Data* Context::convert(const std::shared_ptr<Object>& object) const {
  const Data* one = made(Data(true));
  sources_.push_back({one, object.get(), 1});
  return one;
}

const Object* Context::object_of(const Data* data) const {
  const auto source = std::find_if(sources_.rbegin(), sources_.rend(), [data](const Source& s) { return data >= s.first && data < s.first + s.count; });
  return source == sources_.rend() ? nullptr : source->objects + (data - source->first);
}

}  // namespace view
