#include "backoffice/paging.h"

namespace backoffice {

namespace {

constexpr std::size_t kLongestKey = 120;

bool is_key(const std::string& text) { return text.size() <= kLongestKey && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_. ") == std::string::npos; }

}  // namespace

std::int64_t ListPlace::number() const { return web::Form::from_pairs({{"after", after}}).number("after", 1, std::numeric_limits<std::int64_t>::max()).value_or(0); }

ListPlace list_place(const Call& call) {
  const web::Form query = query_of(call);
  ListPlace out{query.text("list"), query.text("after")};
  if (!is_key(out.list)) out.list.clear();
  if (!is_key(out.after)) out.after.clear();
  return out;
}

std::string at_place(const std::string& path, const ListPlace& place) {
  web::Pairs out;
  if (!place.list.empty()) out.emplace_back("list", place.list);
  if (!place.after.empty()) out.emplace_back("after", place.after);
  return (out.empty() ? path : path + "?" + web::urlencoded(out)) + (place.part.empty() ? "" : "#" + place.part);
}

web::Response back_to_list(const Call& call, const Paths& paths) { return web::see_other(at_place(in(call.lang, paths), list_place(call))); }

view::Object more_view(const Call& call, const Paths& paths, const ListPlace& next, const std::string& of) {
  const ListPlace here = list_place(call);
  const bool more = !next.after.empty(), later = !here.is_start() && here.list == next.list;
  return view::Object().set("more", more).set("more_url", more ? at_place(in(call.lang, paths), next) : "").set("later", later).set("first_url", in(call.lang, paths)).set("has_links", more || later).set("of", of);
}

}  // namespace backoffice
