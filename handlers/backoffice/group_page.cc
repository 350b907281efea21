// A group of the city's own: made, changed, ended. What it may is a choice of the same rights that the ready groups have.
#include <algorithm>

#include "backoffice/group_store.h"
#include "lib/base/utf8.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

const Paths kNew = {"/fi/uusi-ryhma", "/sv/ny-grupp", "/en/new-group"};
constexpr std::size_t kMostName = 60;
constexpr std::array<const char*, 3> kNames = {"name_fi", "name_sv", "name_en"};

// A page's fields: as typed, or as the group is.
struct Fields {
  base::Texts name;
  std::vector<std::string> rights;
};

Fields typed(const Call& call) {
  Fields out;
  for (const auto lang : base::kLangs) out.name[lang] = call.form.text(kNames[base::index(lang)]);
  for (const auto& [field, value] : call.form.pairs()) {
    if (field == "right") out.rights.push_back(value);
  }
  return out;
}

base::Result<Group> group_of(const Call& call) {
  KK_LET(const auto groups, find_groups(call.db));
  for (const auto& one : groups) {
    if (one.code == call.arg && !one.is_ready) return one;
  }
  return fail(ErrorKind::not_found, "no group of the city's own");
}

base::Result<web::Response> group_page(const Call& call, const Group* group, const Fields& fields, const std::string& seen, const web::Problems& problems) {
  view::Object data;
  const Paths paths = group == nullptr ? kNew : group_paths(group->code);
  view::List names, rights;
  for (const auto lang : base::kLangs) {
    const char* field = kNames[base::index(lang)];
    const std::string problem = problems.message(call.templates, call.lang, field);
    names.push_back(view::Object().set("field", field).set("language", call.templates.say(lang, "common.language_name")).set("lang", base::to_string(lang)).set("value", fields.name[lang])
                        .set("problem", problem).set("is_wrong", !problem.empty()));
  }
  for (const auto& one : staff::all_rights()) {
    const bool chosen = std::find(fields.rights.begin(), fields.rights.end(), one.name) != fields.rights.end();
    rights.push_back(view::Object().set("name", one.name).set("words", call.say(std::string("rights.") + one.name)).set("chosen", chosen).set("asks_approval", one.of != staff::Register::none)
                         .set("register", one.of == staff::Register::none ? "" : call.say("backoffice.right_of_register", {{"register", call.say(std::string("backoffice.register_") + staff::to_string(one.of))}})));
  }
  data.set("action", in(call.lang, paths)).set("names", std::move(names)).set("rights", std::move(rights)).set("seen", seen).set("is_new", group == nullptr);
  data.set("may_end", group != nullptr && group->members == 0).set("end_url", group == nullptr ? "" : below(in(call.lang, paths), "poista", "ta-bort", "end", call.lang));
  data.set("back_url", in(call.lang, groups_paths()));
  problems.fill(data, call.templates, call.lang, {"rights"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + (group == nullptr ? call.say("backoffice.group_new") : group->name[call.lang]);
  data.set("title", group == nullptr ? call.say("backoffice.group_new") : group->name[call.lang]);
  return staff::show(call, {"backoffice/group", title, paths}, std::move(data));
}

GroupWish wish_of(const Call& call, const Fields& fields, web::Problems& problems) {
  GroupWish out{fields.name, {}};
  for (const auto lang : base::kLangs) {
    const auto& name = fields.name[lang];
    if (name.empty()) problems.add(kNames[base::index(lang)], "group_name_required", {{"language", call.templates.say(lang, "common.language_name")}});
    else if (base::from_utf8(name).value_or(U"").size() > kMostName) problems.add(kNames[base::index(lang)], "staff_name_too_long");
  }
  for (const auto& name : fields.rights) {
    const auto right = staff::parse_right(name);
    if (right && std::find(out.rights.begin(), out.rights.end(), *right) == out.rights.end()) out.rights.push_back(*right);
  }
  if (out.rights.empty()) problems.add("rights", "group_rights_required");
  return out;
}

base::Status log_rights(const Call& call, const std::string& code, const std::vector<std::string>& rights, const char* sign) {
  for (const auto& name : rights) KK_TRY(log_act(call, staff::Use::grant, "group", code, sign + name));
  return {};
}

}  // namespace

base::Result<web::Response> show_new_group(Call& call) { return group_page(call, nullptr, {}, "", {}); }

base::Result<web::Response> post_new_group(Call& call) {
  KK_LET(const GroupsChange may, call.rights.permit<staff::Right::groups_change>({}));
  const Fields fields = typed(call);
  web::Problems problems;
  const GroupWish wish = wish_of(call, fields, problems);
  if (!problems.empty()) return group_page(call, nullptr, fields, "", problems);
  const auto made = call.db.transact([&]() -> base::Status {
    KK_LET(const std::string code, add_group(may, call.db, wish));
    KK_TRY(log_act(call, staff::Use::change, "group", code, "made"));
    std::vector<std::string> names;
    for (const auto right : wish.rights) names.push_back(staff::info(right).name);
    return log_rights(call, code, names, "+");
  });
  if (!made) return fail(made.error());
  return web::see_other(in(call.lang, groups_paths()));
}

base::Result<web::Response> show_group(Call& call) {
  KK_LET(const Group group, group_of(call));
  return group_page(call, &group, {group.name, group.rights}, state_of(group), {});
}

base::Result<web::Response> post_group(Call& call) {
  KK_LET(const GroupsChange may, call.rights.permit<staff::Right::groups_change>({}));
  KK_LET(const Group group, group_of(call));
  const Fields fields = typed(call);
  web::Problems problems;
  const GroupWish wish = wish_of(call, fields, problems);
  const std::string seen = call.form.text("seen");
  if (!problems.empty()) return group_page(call, &group, fields, seen, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const RightsChanged changed, change_group(may, call.db, group.code, wish, seen, call.person().id, call.now));
    KK_TRY(log_act(call, staff::Use::change, "group", group.code, "changed"));
    KK_TRY(log_rights(call, group.code, changed.given, "+"));
    return log_rights(call, group.code, changed.taken, "-");
  });
  if (!done && done.error().kind == ErrorKind::conflict) {
    // What was typed stays; sent again, it is what counts.
    problems.add("rights", "group_changed");
    return group_page(call, &group, fields, state_of(group), problems);
  }
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, groups_paths()));
}

base::Result<web::Response> post_end_group(Call& call) {
  KK_LET(const GroupsChange may, call.rights.permit<staff::Right::groups_change>({}));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(end_group(may, call.db, call.arg, call.now));
    return log_act(call, staff::Use::change, "group", call.arg, "ended");
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, groups_paths()));
}

}  // namespace backoffice
