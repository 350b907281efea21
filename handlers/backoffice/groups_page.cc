// The groups, what each may in plain words, and who is in it.
#include "backoffice/group_store.h"
#include "backoffice/paging.h"
#include "backoffice/people_store.h"

namespace backoffice {

namespace {

constexpr std::size_t kFirstMembers = 15, kMembersPerPage = 200;  // of each group; of the one that is shown alone

}  // namespace

base::Result<web::Response> show_groups(Call& call) {
  KK_LET(const auto groups, find_groups(call.db));
  KK_LET(const auto memberships, all_memberships(call.db, call.now));
  const ListPlace place = list_place(call);
  view::List list;
  for (const auto& group : groups) {
    if (!place.shows(group.code)) continue;
    view::List rights, members;
    for (const auto& name : group.rights) {
      const auto right = staff::parse_right(name);
      if (right) rights.push_back(view::Object().set("words", call.say("rights." + name)));
    }
    std::vector<Membership> own;
    std::copy_if(memberships.begin(), memberships.end(), std::back_inserter(own), [&](const auto& one) { return one.group_code == group.code; });
    const std::string next = keep_part(own, place.list.empty() ? "" : place.after, place.list.empty() ? kFirstMembers : kMembersPerPage, [](const auto& one) { return std::to_string(one.id); });
    for (const auto& one : own) members.push_back(membership_view(call, one));
    list.push_back(view::Object().set("paging", more_view(call, groups_paths(), {group.code, next}, group.name[call.lang])).set("code", group.code).set("name", group.name[call.lang]).set("rights", std::move(rights)).set("nobody", members.empty()).set("members", std::move(members))
                       .set("is_vendor", group.code == "vendor").set("is_own", !group.is_ready).set("may_change", !group.is_ready && call.rights.any(staff::Right::groups_change))
                       .set("change_url", in(call.lang, group_paths(group.code))));
  }
  view::Object data;
  data.set("groups", std::move(list)).set("may_make", call.rights.any(staff::Right::groups_change)).set("new_url", std::string(base::by_lang(call.lang, "/fi/uusi-ryhma", "/sv/ny-grupp", "/en/new-group")));
  return staff::show(call, {"backoffice/groups", call.say("backoffice.groups_title"), groups_paths()}, std::move(data));
}

}  // namespace backoffice
