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

// Of a form with a picture, or with long texts: nginx/backoffice.conf says the same.
inline constexpr std::size_t kMaxBody = 12 * 1024 * 1024;

struct App {  // made once at start, never changed
  base::Instance instance;
  base::City city;
  base::Clock clock;
  view::Templates templates;
  db::Config database;
  base::CityFile city_file;  // as it was read at the start
  base::UtcTime started{};
};

struct Call : staff::Call {  // one request
  const App& app;
};

using Paths = std::array<std::string, 3>;
// What stands after the ? of its address; what can't be read is nothing.
web::Form query_of(const Call& call);
Paths front_paths();
Paths people_paths();
Paths person_paths(const std::string& login);
Paths groups_paths();
Paths group_paths(const std::string& code);
Paths activities_paths();
Paths orders_paths();
Paths order_paths(std::int64_t id);
Paths order_paths_of(const std::string& id);
Paths new_order_paths();
Paths refunds_paths();
Paths gift_cards_paths();
Paths alerts_paths();
Paths to_approve_paths();
Paths keys_paths();  // the opener's page
Paths deliveries_paths();
Paths slip_paths(std::int64_t order, const std::string& unit, const std::string& code);
Paths tickets_paths();
Paths gates_paths();
Paths approvals_paths();
Paths vendor_paths();
Paths log_paths();
Paths reports_paths();
Paths vouchers_paths();
Paths receipts_paths();
Paths discounts_paths();
Paths settings_paths();
Paths closures_paths();
Paths season_paths();
Paths forms_paths();
Paths form_paths(const std::string& code);
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
base::Result<web::Response> show_orders(Call& call);
base::Result<web::Response> post_search(Call& call);
base::Result<web::Response> show_order(Call& call);
base::Result<web::Response> post_note(Call& call);
base::Result<web::Response> post_mail_again(Call& call);
base::Result<web::Response> post_cancel_order(Call& call);
base::Result<web::Response> post_deliver(Call& call);
base::Result<web::Response> post_settle(Call& call);
base::Result<web::Response> to_order(Call& call);
base::Result<web::Response> show_order_link(Call& call);
base::Result<web::Response> show_new_order(Call& call);
base::Result<web::Response> post_new_order(Call& call);
base::Result<web::Response> show_draft_order(Call& call);
base::Result<web::Response> show_change_order(Call& call);
base::Result<web::Response> post_confirm_order(Call& call);
base::Result<web::Response> show_refund(Call& call);
base::Result<web::Response> post_refund(Call& call);
base::Result<web::Response> show_slip(Call& call);
base::Result<web::Response> show_slips(Call& call);
base::Result<web::Response> show_deliveries(Call& call);
base::Result<web::Response> post_mark(Call& call);
base::Result<web::Response> show_picking(Call& call);
base::Result<web::Response> show_alerts(Call& call);
base::Result<web::Response> post_deal(Call& call);
base::Result<web::Response> show_refunds(Call& call);
base::Result<web::Response> show_gift_cards(Call& call);
base::Result<web::Response> post_find_gift_card(Call& call);
base::Result<web::Response> show_gift_card(Call& call);
base::Result<web::Response> post_stop_gift_card(Call& call);
base::Result<web::Response> post_pay_asked(Call& call);
base::Result<web::Response> post_pay_session(Call& call);
base::Result<web::Response> post_decline_asked(Call& call);
base::Result<web::Response> post_decline_withdrawal(Call& call);
base::Result<web::Response> show_to_approve(Call& call);
base::Result<web::Response> post_agree(Call& call);
base::Result<web::Response> to_to_approve(Call& call);
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
base::Result<web::Response> post_publish(Call& call);
base::Result<web::Response> post_drop_draft(Call& call);
base::Result<web::Response> show_new_sessions(Call& call);
base::Result<web::Response> post_new_sessions(Call& call);
base::Result<web::Response> show_edit_session(Call& call);
base::Result<web::Response> post_edit_session(Call& call);
base::Result<web::Response> show_season(Call& call);
base::Result<web::Response> post_season(Call& call);
base::Result<web::Response> show_forms(Call& call);
base::Result<web::Response> post_new_form(Call& call);
base::Result<web::Response> show_form(Call& call);
base::Result<web::Response> post_copy_form(Call& call);
base::Result<web::Response> post_raise_question(Call& call);
base::Result<web::Response> post_asking(Call& call);
base::Result<web::Response> post_use_form(Call& call);
base::Result<web::Response> show_form_preview(Call& call);
base::Result<web::Response> show_question(Call& call);
base::Result<web::Response> post_question(Call& call);
base::Result<web::Response> to_form(Call& call);
base::Result<web::Response> show_session(Call& call);
base::Result<web::Response> to_session(Call& call);
base::Result<web::Response> post_give_session(Call& call);
base::Result<web::Response> post_take_session(Call& call);
base::Result<web::Response> post_move(Call& call);
base::Result<web::Response> post_cancel_sign_up(Call& call);
base::Result<web::Response> post_put_first(Call& call);
base::Result<web::Response> post_message(Call& call);
base::Result<web::Response> post_call_off(Call& call);
base::Result<web::Response> show_ticket_desk(Call& call);
base::Result<web::Response> post_ticket_desk(Call& call);
base::Result<web::Response> post_undo_use(Call& call);
base::Result<web::Response> post_ticket_list(Call& call);
base::Result<web::Response> show_gates(Call& call);
base::Result<web::Response> post_make_gate(Call& call);
base::Result<web::Response> post_end_gate(Call& call);
base::Result<web::Response> show_products(Call& call);
base::Result<web::Response> show_new_product(Call& call);
base::Result<web::Response> post_new_product(Call& call);
base::Result<web::Response> show_product(Call& call);
base::Result<web::Response> post_product(Call& call);
base::Result<web::Response> post_publish_product(Call& call);
base::Result<web::Response> post_hide_product(Call& call);
base::Result<web::Response> post_end_product(Call& call);
base::Result<web::Response> post_copy_product(Call& call);
base::Result<web::Response> to_product(Call& call);
base::Result<web::Response> post_picture(Call& call);
base::Result<web::Response> show_picture(Call& call);
base::Result<web::Response> post_preview_product(Call& call);
base::Result<web::Response> post_preview_new(Call& call);
base::Result<web::Response> show_preview(Call& call);
base::Result<web::Response> show_product_history(Call& call);
base::Result<web::Response> post_restore_product(Call& call);
base::Result<web::Response> to_product_history(Call& call);
base::Result<web::Response> show_variants(Call& call);
base::Result<web::Response> post_variant_new(Call& call);
base::Result<web::Response> post_slots_new(Call& call);
base::Result<web::Response> to_variants(Call& call);
base::Result<web::Response> show_variant(Call& call);
base::Result<web::Response> post_variant(Call& call);
base::Result<web::Response> post_stock(Call& call);
base::Result<web::Response> post_call_off_time(Call& call);
base::Result<web::Response> to_variant(Call& call);
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
base::Result<web::Response> post_explain(Call& call);
base::Result<web::Response> post_destroy_receipts(Call& call);
base::Result<web::Response> show_settings(Call& call);
Paths catalogue_files_paths();
base::Result<web::Response> show_catalogue_files(Call& call);
base::Result<web::Response> post_export_files(Call& call);
base::Result<web::Response> post_check_files(Call& call);
base::Result<web::Response> show_files_plan(Call& call);
base::Result<web::Response> post_import_files(Call& call);
base::Result<web::Response> to_files_plan(Call& call);
base::Result<web::Response> show_job(Call& call);
base::Result<web::Response> show_job_file(Call& call);
base::Result<web::Response> post_report_file(Call& call);
base::Result<web::Response> show_discounts(Call& call);
base::Result<web::Response> show_discount(Call& call);
base::Result<web::Response> post_discount(Call& call);
base::Result<web::Response> post_end_discount(Call& call);
base::Result<web::Response> show_closures(Call& call);
base::Result<web::Response> post_close_product(Call& call);
base::Result<web::Response> post_close_wide(Call& call);
base::Result<web::Response> post_reopen_product(Call& call);
base::Result<web::Response> post_reopen_wide(Call& call);

}  // namespace backoffice
