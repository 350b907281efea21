// The city's people: who they are, and inviting somebody. An invitation is a link that works once, for a day, shown once.
#include "backoffice/paging.h"
#include "backoffice/people_store.h"
#include "lib/base/contact.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

const Paths kInvite = {"/fi/kutsu", "/sv/inbjudan", "/en/invitation"};

base::Result<web::Response> invite_page(const Call& call, const web::Problems& problems) {
  view::Object data;
  view::List languages;
  const std::string wanted = call.form.text("lang");
  for (const auto lang : base::kLangs) {
    const std::string code = base::to_string(lang);
    languages.push_back(view::Object().set("value", code).set("name", call.templates.say(lang, "common.language_name")).set("chosen", wanted.empty() ? lang == Lang::fi : wanted == code));
  }
  data.set("action", in(call.lang, kInvite)).set("choices", std::move(languages)).set("back_url", in(call.lang, people_paths()));
  data.set("typed_login", call.form.text("login")).set("typed_name", call.form.text("name")).set("typed_email", call.form.text("email"));
  problems.fill(data, call.templates, call.lang, {"login", "name", "email"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.invite_title");
  return staff::show(call, {"backoffice/invite", title, kInvite}, std::move(data));
}

bool is_login(const std::string& text) {
  return text.size() >= 2 && text.size() <= 48 && text[0] >= 'a' && text[0] <= 'z' && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
}

}  // namespace

base::Result<web::Response> show_people(Call& call) {
  const web::Form asked = query_of(call);
  const std::string search = asked.text("q"), after = asked.text("after");
  KK_LET(auto people, find_people(call.db, call.lang, search, after, call.now));
  const bool more = people.size() > kPeoplePerPage;
  if (more) people.resize(kPeoplePerPage);
  view::List rows;
  for (const auto& one : people) {
    rows.push_back(view::Object().set("name", one.name).set("login", one.login).set("url", in(call.lang, person_paths(one.login))).set("state", state_words(call, one)).set("groups", one.groups));
  }
  view::Object data;
  data.set("action", in(call.lang, people_paths())).set("search", search).set("none", rows.empty()).set("people", std::move(rows));
  data.set("may_invite", call.rights.any(staff::Right::people_change)).set("invite_url", in(call.lang, kInvite));
  data.set("more", more).set("more_url", more ? in(call.lang, people_paths()) + "?" + web::urlencoded({{"q", search}, {"after", people.back().login}}) : "");
  return staff::show(call, {"backoffice/people", call.say("backoffice.people_title"), people_paths()}, std::move(data));
}

base::Result<web::Response> show_invite(Call& call) { return invite_page(call, {}); }

base::Result<web::Response> post_invite(Call& call) {
  KK_LET(const Change may, call.rights.permit<staff::Right::people_change>({}));
  NewPerson person{call.form.text("login"), call.form.text("name"), call.form.text("email"), base::parse_lang(call.form.text("lang")).value_or(Lang::fi)};
  web::Problems problems;
  if (!is_login(person.login)) problems.add("login", "staff_login_invalid");
  if (person.name.empty() || person.name.size() > 100) problems.add("name", person.name.empty() ? "staff_name_required" : "staff_name_too_long");
  if (const auto email = base::parse_email(person.email); !email) problems.add("email", "staff_email_invalid");
  if (!problems.empty()) return invite_page(call, problems);
  const auto token = call.db.transact([&]() -> base::Result<std::string> {
    KK_LET(const std::int64_t id, add_person(may, call.db, person, call.now));
    KK_LET(std::string made, make_link(may, call.db, id, call.now));
    KK_TRY(log_act(call, staff::Use::change, "staff", std::to_string(id), "invited"));
    return made;
  });
  if (!token && token.error().kind == ErrorKind::conflict) {
    problems.add("login", "staff_login_taken");
    return invite_page(call, problems);
  }
  if (!token) return fail(token.error());
  return show_link(call, person, *token);
}

base::Result<web::Response> show_link(Call& call, const NewPerson& person, const std::string& token) {
  view::Object data;
  data.set("person_name", person.name).set("person_url", in(call.lang, person_paths(person.login)));
  data.set("link", call.instance.staff_url + std::string(base::by_lang(person.lang, "/fi/tunnus/", "/sv/konto/", "/en/enrol/")) + token);
  return staff::show(call, {"backoffice/link", call.say("backoffice.link_title"), person_paths(person.login)}, std::move(data));
}

}  // namespace backoffice
