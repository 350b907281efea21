// What every page of the back office works with. It opens nothing sealed, writes no credentials, no keys, and no state of payments or orders.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/staff/page.h"
#include "lib/staff/use_log.h"

namespace backoffice {

struct App {  // made once at start, never changed
  base::Instance instance;
  base::City city;
  base::Clock clock;
  view::Templates templates;
  db::Config database;
};

struct Call : staff::Call {  // one request
  const App& app;
};

using Paths = std::array<std::string, 3>;
Paths front_paths();
Paths people_paths();
Paths person_paths(const std::string& login);
Paths groups_paths();
Paths group_paths(const std::string& code);
Paths activities_paths();
Paths approvals_paths();
Paths vendor_paths();
Paths log_paths();
Paths reports_paths();
Paths vouchers_paths();
Paths receipts_paths();
Paths settlements_paths();
// "/fi/henkilot" and "uusi": a page below another.
std::string below(const std::string& path, const char* fi, const char* sv, const char* en, base::Lang lang);
inline const std::string& in(base::Lang lang, const Paths& paths) { return paths[base::index(lang)]; }

// A row of the use log about what this call does; the last thing in its transaction.
base::Status log_act(const Call& call, staff::Use what, std::string kind, std::string id, std::string result);

const std::vector<staff::Route<Call>>& routes();

// The pages, a file each.
base::Result<web::Response> show_front(Call& call);
base::Result<web::Response> show_continue(Call& call);
base::Result<web::Response> show_people(Call& call);
base::Result<web::Response> show_invite(Call& call);
base::Result<web::Response> post_invite(Call& call);
base::Result<web::Response> show_person(Call& call);
base::Result<web::Response> post_give(Call& call);
base::Result<web::Response> post_end(Call& call);
base::Result<web::Response> post_disable(Call& call);
base::Result<web::Response> post_enable(Call& call);
base::Result<web::Response> post_link(Call& call);
base::Result<web::Response> show_groups(Call& call);
base::Result<web::Response> show_activities(Call& call);
base::Result<web::Response> post_close_session(Call& call);
base::Result<web::Response> post_open_session(Call& call);
base::Result<web::Response> show_session(Call& call);
base::Result<web::Response> to_session(Call& call);
base::Result<web::Response> post_give_session(Call& call);
base::Result<web::Response> post_take_session(Call& call);
base::Result<web::Response> post_move(Call& call);
base::Result<web::Response> post_put_first(Call& call);
base::Result<web::Response> post_message(Call& call);
base::Result<web::Response> post_call_off(Call& call);
base::Result<web::Response> show_new_group(Call& call);
base::Result<web::Response> post_new_group(Call& call);
base::Result<web::Response> show_group(Call& call);
base::Result<web::Response> post_group(Call& call);
base::Result<web::Response> post_end_group(Call& call);
base::Result<web::Response> show_approvals(Call& call);
base::Result<web::Response> post_approve(Call& call);
base::Result<web::Response> post_take_back(Call& call);
base::Result<web::Response> show_vendor(Call& call);
base::Result<web::Response> post_vendor_ask(Call& call);
base::Result<web::Response> post_vendor_approve(Call& call);
base::Result<web::Response> post_vendor_close(Call& call);
base::Result<web::Response> show_log(Call& call);
base::Result<web::Response> post_check_log(Call& call);
base::Result<web::Response> post_export_log(Call& call);
base::Result<web::Response> show_reports(Call& call);
base::Result<web::Response> show_report_csv(Call& call);
base::Result<web::Response> show_report_xlsx(Call& call);
base::Result<web::Response> show_vouchers(Call& call);
base::Result<web::Response> show_voucher(Call& call);
base::Result<web::Response> show_voucher_csv(Call& call);
base::Result<web::Response> show_receipts(Call& call);
base::Result<web::Response> show_settlements(Call& call);
base::Result<web::Response> post_destroy_receipts(Call& call);

}  // namespace backoffice
