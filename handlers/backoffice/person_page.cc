// One person: groups and what they are given on, the account, and its changes. Nobody changes what concerns themselves.
#include "backoffice/group_store.h"
#include "backoffice/people_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Scope;

namespace {

struct About {
  Change may;
  PersonRow person;
};

base::Result<PersonRow> person_of(const Call& call) {
  KK_LET(auto person, find_person(call.db, call.lang, call.arg, call.now));
  if (!person) return fail(ErrorKind::not_found, "no such person");
  return std::move(*person);
}

base::Result<About> about(const Call& call) {
  KK_LET(Change may, call.rights.permit<staff::Right::people_change>({}));
  KK_LET(PersonRow person, person_of(call));
  if (person.id == call.person().id) return fail(ErrorKind::denied, "nobody changes what concerns themselves");
  return About{std::move(may), std::move(person)};
}

base::Result<web::Response> person_page(const Call& call, const PersonRow& person, const web::Problems& problems) {
  view::Object data;
  data.set("person_name", person.name).set("person_login", person.login).set("person_email", person.email).set("state", state_words(call, person));
  data.set("sessions", std::to_string(person.sessions)).set("is_disabled", person.state == "disabled");
  const std::string here = in(call.lang, person_paths(person.login));
  KK_LET(const auto memberships, memberships_of(call.db, person.id, call.now));
  view::List list;
  for (const auto& one : memberships) list.push_back(membership_view(call, one));
  data.set("no_groups", list.empty()).set("memberships", std::move(list));
  data.set("may_change", call.rights.any(staff::Right::people_change) && person.id != call.person().id).set("is_self", person.id == call.person().id);
  data.set("give_url", below(here, "ryhma", "grupp", "group", call.lang)).set("end_url", below(here, "pois", "bort", "out", call.lang));
  data.set("disable_url", below(here, "sulje", "stang", "disable", call.lang)).set("enable_url", below(here, "avaa", "oppna", "enable", call.lang));
  data.set("link_url", below(here, "linkki", "lank", "link", call.lang)).set("back_url", in(call.lang, people_paths()));
  KK_LET(const auto groups, find_groups(call.db));
  view::List choices;
  for (const auto& group : groups) choices.push_back(view::Object().set("value", group.code).set("name", group.name[call.lang]).set("chosen", call.form.text("group") == group.code));
  data.set("groups", std::move(choices));
  view::List scopes;
  const auto scope = [&](const std::string& value, const std::string& name) { scopes.push_back(view::Object().set("value", value).set("name", name).set("chosen", call.form.text("scope") == value)); };
  scope("shop:", call.say("backoffice.scope_shop"));
  scope("register:shop", call.say("backoffice.register_shop"));
  scope("register:recordings", call.say("backoffice.register_recordings"));
  for (const auto kind : {Scope::Kind::unit, Scope::Kind::category}) {
    KK_LET(const auto named, find_scopes(call.db, kind, call.lang));
    for (const auto& one : named) scope(std::string(staff::to_string(kind)) + ":" + one.code, call.say(std::string("backoffice.scope_") + staff::to_string(kind), {{"name", one.name}}));
  }
  data.set("scopes", std::move(scopes)).set("typed_product", call.form.text("product"));
  problems.fill(data, call.templates, call.lang, {"group", "scope", "product"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + person.name;
  return staff::show(call, {"backoffice/person", title, person_paths(person.login)}, std::move(data));
}

base::Result<web::Response> back_to(const Call& call, const PersonRow& person) { return web::see_other(in(call.lang, person_paths(person.login))); }

// "unit:sports", or a product's code of its own. Nothing: it is none of ours.
base::Result<std::optional<Scope>> scope_of(const Call& call, web::Problems& problems) {
  using Found = std::optional<Scope>;
  const std::string product = call.form.text("product"), text = call.form.text("scope");
  if (!product.empty()) {
    KK_LET(const db::Rows rows, call.db.query("SELECT 1 FROM products WHERE code = ?", db::in_ascii(product)));
    if (rows.empty()) problems.add("product", "staff_product_unknown");
    return rows.empty() ? Found() : Found(Scope{Scope::Kind::product, product});
  }
  const auto colon = text.find(':');
  const auto kind = staff::parse_scope_kind(text.substr(0, colon));
  const std::string id = colon == std::string::npos ? "" : text.substr(colon + 1);
  bool known = kind == Scope::Kind::shop ? id.empty() : kind == Scope::Kind::reg && (id == "shop" || id == "recordings");
  if (kind == Scope::Kind::unit || kind == Scope::Kind::category) {
    KK_LET(const auto named, find_scopes(call.db, *kind, call.lang));
    for (const auto& one : named) known = known || one.code == id;
  }
  if (!known) problems.add("scope", "staff_scope_required");
  return known ? Found(Scope{*kind, id}) : Found();
}

}  // namespace

base::Result<web::Response> show_person(Call& call) {
  KK_LET(const PersonRow person, person_of(call));
  KK_TRY(log_act(call, staff::Use::view, "staff", std::to_string(person.id), "shown"));
  return person_page(call, person, {});
}

base::Result<web::Response> post_give(Call& call) {
  KK_LET(const About about_it, about(call));
  KK_LET(const auto groups, find_groups(call.db));
  web::Problems problems;
  const Group* group = nullptr;
  for (const auto& one : groups) group = one.code == call.form.text("group") ? &one : group;
  if (group == nullptr) problems.add("group", "staff_group_required");
  KK_LET(const auto scope, scope_of(call, problems));
  if (!problems.empty()) return person_page(call, about_it.person, problems);
  const auto given = call.db.transact([&]() -> base::Status {
    KK_TRY(give(about_it.may, call.db, about_it.person.id, group->id, *scope, call.person().id, call.now));
    return log_act(call, staff::Use::grant, "staff", std::to_string(about_it.person.id), group->code);
  });
  if (!given && given.error().kind == ErrorKind::conflict) {
    problems.add("group", "staff_group_given");
    return person_page(call, about_it.person, problems);
  }
  if (!given) return fail(given.error());
  return back_to(call, about_it.person);
}

base::Result<web::Response> post_end(Call& call) {
  KK_LET(const About about_it, about(call));
  const auto id = call.form.number("membership", 1, 4294967295);
  if (!id) return fail(ErrorKind::invalid, "no membership");
  const auto ended = call.db.transact([&]() -> base::Status {
    KK_TRY(end_membership(about_it.may, call.db, about_it.person.id, *id, call.person().id, call.now));
    return log_act(call, staff::Use::grant, "staff", std::to_string(about_it.person.id), "ended");
  });
  if (!ended && ended.error().kind == ErrorKind::conflict) {
    web::Problems problems;
    problems.add("group", "staff_two_administrators");
    return person_page(call, about_it.person, problems);
  }
  if (!ended) return fail(ended.error());
  return back_to(call, about_it.person);
}

base::Result<web::Response> post_disable(Call& call) {
  KK_LET(const About about_it, about(call));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(disable(about_it.may, call.db, about_it.person.id));
    return log_act(call, staff::Use::change, "staff", std::to_string(about_it.person.id), "disabled");
  });
  if (!done && done.error().kind == ErrorKind::conflict) {
    web::Problems problems;
    problems.add("group", "staff_two_administrators");
    return person_page(call, about_it.person, problems);
  }
  if (!done) return fail(done.error());
  return back_to(call, about_it.person);
}

// An account that was closed begins again with a link: nothing of the old one opens it.
base::Result<web::Response> post_enable(Call& call) {
  KK_LET(const About about_it, about(call));
  const auto token = call.db.transact([&]() -> base::Result<std::string> {
    KK_TRY(enable(about_it.may, call.db, about_it.person.id));
    KK_LET(std::string made, make_link(about_it.may, call.db, about_it.person.id, call.now));
    KK_TRY(log_act(call, staff::Use::change, "staff", std::to_string(about_it.person.id), "enabled"));
    return made;
  });
  if (!token) return fail(token.error());
  return show_link(call, {about_it.person.login, about_it.person.name, about_it.person.email, about_it.person.lang}, *token);
}

base::Result<web::Response> post_link(Call& call) {
  KK_LET(const About about_it, about(call));
  if (about_it.person.state == "disabled") return fail(ErrorKind::conflict, "the account is closed");
  const auto token = call.db.transact([&]() -> base::Result<std::string> {
    KK_LET(std::string made, make_link(about_it.may, call.db, about_it.person.id, call.now));
    KK_TRY(log_act(call, staff::Use::change, "staff", std::to_string(about_it.person.id), "new link"));
    return made;
  });
  if (!token) return fail(token.error());
  return show_link(call, {about_it.person.login, about_it.person.name, about_it.person.email, about_it.person.lang}, *token);
}

}  // namespace backoffice
