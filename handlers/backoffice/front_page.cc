// The desk: what I may do, by group, and what waits for me; and a form that came too late and is sent after all.
#include "backoffice/alert_store.h"
#include "backoffice/people_store.h"
#include "backoffice/product_page.h"
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
  const auto task = [&](int count, const char* key, const Paths& paths, web::Problems::Values values = {}) {
    values.emplace_back("count", std::to_string(count));
    if (count > 0) tasks.push_back(view::Object().set("words", call.say(key, values)).set("url", in(call.lang, paths)));
  };
  const auto day = [&](std::optional<base::UtcTime> time) { return time ? base::format_date(*time, call.lang) : std::string(); };
  task(waiting.approvals, "backoffice.waiting_approvals", approvals_paths());
  task(waiting.reviews, "backoffice.waiting_reviews", approvals_paths());
  task(waiting.vendor, "backoffice.waiting_vendor", vendor_paths());
  KK_LET(const Today today, find_today(call));
  Paths low = products_paths();
  for (auto& path : low) path += "?stock=low";
  KK_LET(const int alerts, count_alerts(call));
  task(alerts, "sales.today_alerts", alerts_paths());
  task(today.deliveries, "sales.today_deliveries", deliveries_paths());
  task(today.withdrawals, "sales.today_withdrawals", refunds_paths(), {{"until", day(today.clock)}});
  task(today.promised, "sales.today_promised", refunds_paths(), {{"until", day(today.promise_ends)}});
  task(today.asked, "sales.today_asked", refunds_paths(), {{"since", day(today.asked_since)}});
  task(today.under_way, "sales.today_under_way", refunds_paths());
  task(today.to_approve, "sales.today_to_approve", to_approve_paths(), {{"since", day(today.to_approve_since)}});
  task(today.low, "sales.today_low", low, {{"pieces", std::to_string(call.city.stock_low_pieces)}});
  task(today.differences, "sales.today_differences", settlements_paths());
  task(today.years_over, "sales.today_years_over", receipts_paths());
  task(today.certificates, "sales.today_certificates", keys_paths());
  task(today.certificate_ends ? 1 : 0, "sales.today_certificate_ends", settings_paths(), {{"until", day(today.certificate_ends)}});
  task(today.certificate_unread ? 1 : 0, "sales.today_certificate_unread", settings_paths());
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
