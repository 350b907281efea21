// Lists that are longer than a page. A page goes on after the key of the last row before it, which stands in its address as `after`; on a page of
// several lists `list` names the one that goes on, and that one is shown alone. A form of such a page comes back to it.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

// Rows of a list that is read by number, the oldest first.
struct Rows {
  std::int64_t after = 0;
  std::size_t most = std::numeric_limits<std::int32_t>::max();
};

// What an address asks for; list and after empty: from the beginning.
struct ListPlace {
  std::string list, after;
  std::string part = {};  // the id of where the list begins, on a page that has much above it
  bool is_start() const { return list.empty() && after.empty(); }
  bool shows(const std::string& name) const { return list.empty() || list == name; }
  std::int64_t number() const;  // of `after`; 0: none
};
ListPlace list_place(const Call& call);
std::string at_place(const std::string& path, const ListPlace& place);
// Where a form of the page leads when it is done.
web::Response back_to_list(const Call& call, const Paths& paths);

// Of rows that were read, one more than fit where there are more: cuts it off. True: there are more.
template <typename T>
bool cut(std::vector<T>& rows, std::size_t most) {
  const bool more = rows.size() > most;
  if (more) rows.resize(most);
  return more;
}
// Of rows that were all read: those after the one with the key (from the first on where none has it), at most so many. The key of the last where there are more, else empty.
template <typename T, typename Key>
std::string keep_part(std::vector<T>& rows, const std::string& after, std::size_t most, Key&& key) {
  const auto last = after.empty() ? rows.end() : std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return key(one) == after; });
  if (last != rows.end()) rows.erase(rows.begin(), last + 1);
  return cut(rows, most) ? key(rows.back()) : std::string();
}

// For partials/staff_more.html: of the list of `next` the link that goes on after its key (empty: there is no more), and that to the beginning.
// `of`: what goes on, for those who hear the link by itself.
view::Object more_view(const Call& call, const Paths& paths, const ListPlace& next, const std::string& of);

}  // namespace backoffice
