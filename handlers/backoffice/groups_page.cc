// The groups, what each may in plain words, and who is in it.
#include "backoffice/group_store.h"
#include "backoffice/people_store.h"

namespace backoffice {

base::Result<web::Response> show_groups(Call& call) {
  KK_LET(const auto groups, find_groups(call.db));
  KK_LET(const auto memberships, all_memberships(call.db, call.now));
  view::List list;
  for (const auto& group : groups) {
    view::List rights, members;
    for (const auto& name : group.rights) {
      const auto right = staff::parse_right(name);
      if (right) rights.push_back(view::Object().set("words", call.say("rights." + name)));
    }
    for (const auto& one : memberships) {
      if (one.group_code == group.code) members.push_back(membership_view(call, one));
    }
    list.push_back(view::Object().set("code", group.code).set("name", group.name[call.lang]).set("rights", std::move(rights)).set("nobody", members.empty()).set("members", std::move(members))
                       .set("is_vendor", group.code == "vendor").set("is_own", !group.is_ready).set("may_change", !group.is_ready && call.rights.any(staff::Right::groups_change))
                       .set("change_url", in(call.lang, group_paths(group.code))));
  }
  view::Object data;
  data.set("groups", std::move(list)).set("may_make", call.rights.any(staff::Right::groups_change)).set("new_url", std::string(base::by_lang(call.lang, "/fi/uusi-ryhma", "/sv/ny-grupp", "/en/new-group")));
  return staff::show(call, {"backoffice/groups", call.say("backoffice.groups_title"), groups_paths()}, std::move(data));
}

}  // namespace backoffice
