// The desk: what I may do, by group, and what waits for me; and a form that came too late and is sent after all.
#include "backoffice/app.h"
#include "backoffice/people_store.h"
#include "backoffice/sales.h"
#include "lib/staff/kept_form.h"
#include "lib/web/guard.h"

namespace backoffice {

base::Result<web::Response> show_front(Call& call) {
  view::Object data;
  data.set("person_name", call.person().name);
  KK_LET(const auto memberships, memberships_of(call.db, call.person().id, call.now));
  view::List groups;
  for (const auto& one : memberships) groups.push_back(membership_view(call, one));
  data.set("has_groups", !groups.empty()).set("groups", std::move(groups));
  KK_LET(const Waiting waiting, waiting_for(call.db, call.rights, call.person().id, call.now));
  view::List tasks;
  const auto task = [&](int count, const char* key, const Paths& paths) {
    if (count > 0) tasks.push_back(view::Object().set("words", call.say(key, {{"count", std::to_string(count)}})).set("url", in(call.lang, paths)));
  };
  task(waiting.approvals, "backoffice.waiting_approvals", approvals_paths());
  task(waiting.reviews, "backoffice.waiting_reviews", approvals_paths());
  task(waiting.vendor, "backoffice.waiting_vendor", vendor_paths());
  data.set("nothing_waits", tasks.empty()).set("tasks", std::move(tasks));
  KK_TRY(set_recent_sales(call, data));
  return staff::show(call, {"backoffice/desk", call.say("backoffice.desk_title"), front_paths()}, std::move(data));
}

base::Result<web::Response> show_continue(Call& call) {
  KK_LET(const auto kept, staff::find_kept_form(call, call.arg));
  if (!kept) return base::fail(base::ErrorKind::not_found, "no kept form");
  view::List fields;
  for (const auto& [name, value] : kept->form.pairs()) {
    if (name != web::kFormField) fields.push_back(view::Object().set("name", name).set("value", value));
  }
  view::Object data;
  data.set("action", kept->path).set("fields", std::move(fields));
  return staff::show(call, {"backoffice/continue", call.say("backoffice.continue_title"),
                            {staff::continue_path(base::Lang::fi, call.arg), staff::continue_path(base::Lang::sv, call.arg), staff::continue_path(base::Lang::en, call.arg)}},
                     std::move(data));
}

}  // namespace backoffice
