// Where kainjow finds a template's names: in our objects, each turned into its kind of value when it is asked for.
// Inside lib/view only.
#pragma once

#include <deque>
#include <kainjow/mustache.hpp>
#include <string>
#include <vector>

#include "lib/view/view.h"

namespace view {

// Html travels through mustache as a string that begins with this byte; all other text loses it.
inline constexpr char kRawMark = '\x01';

class Context final : public kainjow::mustache::basic_context<std::string> {
 public:
  using Data = kainjow::mustache::data;

  // The objects must outlive this; a later one's names hide an earlier one's.
  explicit Context(Layers layers) : stack_(layers) {}

  void push(const Data* data) override { stack_.push_back(object_of(data)); }
  void pop() override { stack_.pop_back(); }
  const Data* get(const std::string& name) const override;
  const Data* get_partial(const std::string&) const override { return nullptr; }  // put in when a template is loaded

  // The first name that had no value, or empty.
  const std::string& missing() const { return missing_; }

 private:
  struct Source {  // the objects that stand behind the items of a list, or behind one object
    const Data* first;
    const Object* objects;
    std::size_t count;
  };
  const Data* made(Data data) const { return &made_.emplace_back(std::move(data)); }
  const Data* convert(bool yes) const;
  const Data* convert(const std::string& text) const;
  const Data* convert(const Html& html) const { return made(Data(kRawMark + html.text)); }
  const Data* convert(const List& list) const;
  const Data* convert(const std::shared_ptr<Object>& object) const;
  const Object* object_of(const Data* data) const;

  std::vector<const Object*> stack_;
  mutable std::deque<Data> made_;
  mutable std::vector<Source> sources_;
  mutable std::string missing_;
};

}  // namespace view
