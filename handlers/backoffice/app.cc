#include "backoffice/app.h"

namespace backoffice {

using base::by_lang;
using base::Lang;
using staff::Need;
using staff::Right;
using web::Method;

namespace {

// A form's address opened by itself (reloaded, copied, come back to) leads to the page that it stands on.
template <Paths (*paths)()>
base::Result<web::Response> to(Call& call) {
  return web::see_other(in(call.lang, paths()));
}
base::Result<web::Response> to_group(Call& call) { return web::see_other(in(call.lang, group_paths(call.arg))); }
base::Result<web::Response> to_person(Call& call) { return web::see_other(in(call.lang, person_paths(call.arg))); }

}  // namespace

Paths front_paths() { return {"/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"}; }
Paths people_paths() { return {"/fi/henkilot", "/sv/personer", "/en/people"}; }
Paths person_paths(const std::string& login) { return {"/fi/henkilot/" + login, "/sv/personer/" + login, "/en/people/" + login}; }
Paths groups_paths() { return {"/fi/ryhmat", "/sv/grupper", "/en/groups"}; }
Paths group_paths(const std::string& code) { return {"/fi/ryhmat/" + code, "/sv/grupper/" + code, "/en/groups/" + code}; }
Paths activities_paths() { return {"/fi/kurssit", "/sv/kurser", "/en/activities"}; }
Paths approvals_paths() { return {"/fi/hyvaksynnat", "/sv/godkannanden", "/en/approvals"}; }
Paths vendor_paths() { return {"/fi/yllapito", "/sv/underhall", "/en/maintenance"}; }
Paths log_paths() { return {"/fi/kayttoloki", "/sv/anvandningslogg", "/en/use-log"}; }
Paths reports_paths() { return {"/fi/raportit", "/sv/rapporter", "/en/reports"}; }
Paths vouchers_paths() { return {"/fi/tositteet", "/sv/verifikationer", "/en/vouchers"}; }
Paths receipts_paths() { return {"/fi/kuittien-sailytys", "/sv/forvaring-av-kvitton", "/en/kept-receipts"}; }
Paths settlements_paths() { return {"/fi/tilitykset", "/sv/redovisningar", "/en/settlements"}; }

std::string below(const std::string& path, const char* fi, const char* sv, const char* en, Lang lang) { return path + "/" + std::string(by_lang(lang, fi, sv, en)); }

base::Status log_act(const Call& call, staff::Use what, std::string kind, std::string id, std::string result) {
  return staff::log_use(call.db, {call.person().id, call.request.address, what, std::move(kind), std::move(id), "", std::move(result)}, call.now);
}

const std::vector<staff::Route<Call>>& routes() {
  constexpr web::Paths kInvite = {"/fi/kutsu", "/sv/inbjudan", "/en/invitation"};
  constexpr web::Paths kPerson = {"/fi/henkilot/*", "/sv/personer/*", "/en/people/*"};
  constexpr web::Paths kGive = {"/fi/henkilot/*/ryhma", "/sv/personer/*/grupp", "/en/people/*/group"};
  constexpr web::Paths kEnd = {"/fi/henkilot/*/pois", "/sv/personer/*/bort", "/en/people/*/out"};
  constexpr web::Paths kDisable = {"/fi/henkilot/*/sulje", "/sv/personer/*/stang", "/en/people/*/disable"};
  constexpr web::Paths kEnable = {"/fi/henkilot/*/avaa", "/sv/personer/*/oppna", "/en/people/*/enable"};
  constexpr web::Paths kLink = {"/fi/henkilot/*/linkki", "/sv/personer/*/lank", "/en/people/*/link"};
  constexpr web::Paths kNewGroup = {"/fi/uusi-ryhma", "/sv/ny-grupp", "/en/new-group"};
  constexpr web::Paths kGroup = {"/fi/ryhmat/*", "/sv/grupper/*", "/en/groups/*"};
  constexpr web::Paths kEndGroup = {"/fi/ryhmat/*/poista", "/sv/grupper/*/ta-bort", "/en/groups/*/end"};
  constexpr web::Paths kCloseSession = {"/fi/kurssit/sulje", "/sv/kurser/stang", "/en/activities/close"};
  constexpr web::Paths kOpenSession = {"/fi/kurssit/avaa", "/sv/kurser/oppna", "/en/activities/open"};
  constexpr web::Paths kApprove = {"/fi/hyvaksynnat/hyvaksy", "/sv/godkannanden/godkann", "/en/approvals/approve"};
  constexpr web::Paths kTakeBack = {"/fi/hyvaksynnat/peru", "/sv/godkannanden/aterkalla", "/en/approvals/take-back"};
  constexpr web::Paths kAsk = {"/fi/yllapito/pyynto", "/sv/underhall/begaran", "/en/maintenance/request"};
  constexpr web::Paths kVendorYes = {"/fi/yllapito/avaa", "/sv/underhall/oppna", "/en/maintenance/open"};
  constexpr web::Paths kClose = {"/fi/yllapito/sulje", "/sv/underhall/stang", "/en/maintenance/close"};
  constexpr web::Paths kCheck = {"/fi/kayttoloki/tarkista", "/sv/anvandningslogg/kontrollera", "/en/use-log/check"};
  constexpr web::Paths kExport = {"/fi/kayttoloki/vie", "/sv/anvandningslogg/exportera", "/en/use-log/export"};
  constexpr web::Paths kDestroyReceipts = {"/fi/kuittien-sailytys/havita", "/sv/forvaring-av-kvitton/forstor", "/en/kept-receipts/destroy"};
  static const std::vector<staff::Route<Call>> kRoutes = {
      {Method::get, "desk", {"/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"}, {}, show_front},
      {Method::get, "continue", {"/fi/jatka/*", "/sv/fortsatt/*", "/en/continue/*"}, {}, show_continue},
      {Method::get, "activities", {"/fi/kurssit", "/sv/kurser", "/en/activities"}, {Need::session, Right::activities_edit}, show_activities},
      {Method::post, "close_session", kCloseSession, {Need::session, Right::activities_edit}, post_close_session},
      {Method::post, "open_session", kOpenSession, {Need::session, Right::activities_edit}, post_open_session},
      {Method::get, "to_activities", kCloseSession, {}, to<activities_paths>},
      {Method::get, "to_activities", kOpenSession, {}, to<activities_paths>},
      {Method::get, "session", {"/fi/kurssit/*", "/sv/kurser/*", "/en/activities/*"}, {Need::session, Right::activities_edit}, show_session},
      {Method::post, "give_session", {"/fi/kurssit/*/ohjaaja", "/sv/kurser/*/ledare", "/en/activities/*/instructor"}, {Need::session, Right::activities_edit}, post_give_session},
      {Method::get, "to_session", {"/fi/kurssit/*/ohjaaja", "/sv/kurser/*/ledare", "/en/activities/*/instructor"}, {}, to_session},
      {Method::post, "take_session", {"/fi/kurssit/*/ohjaaja-pois", "/sv/kurser/*/ledare-bort", "/en/activities/*/instructor-out"}, {Need::session, Right::activities_edit}, post_take_session},
      {Method::get, "to_session", {"/fi/kurssit/*/ohjaaja-pois", "/sv/kurser/*/ledare-bort", "/en/activities/*/instructor-out"}, {}, to_session},
      {Method::post, "move", {"/fi/kurssit/*/siirra", "/sv/kurser/*/flytta", "/en/activities/*/move"}, {Need::session, Right::activities_edit}, post_move},
      {Method::get, "to_session", {"/fi/kurssit/*/siirra", "/sv/kurser/*/flytta", "/en/activities/*/move"}, {}, to_session},
      {Method::post, "put_first", {"/fi/kurssit/*/jonon-alkuun", "/sv/kurser/*/forst-i-kon", "/en/activities/*/first-in-line"}, {Need::session, Right::activities_edit}, post_put_first},
      {Method::get, "to_session", {"/fi/kurssit/*/jonon-alkuun", "/sv/kurser/*/forst-i-kon", "/en/activities/*/first-in-line"}, {}, to_session},
      {Method::post, "message", {"/fi/kurssit/*/viesti", "/sv/kurser/*/meddelande", "/en/activities/*/message"}, {Need::session, Right::activities_edit}, post_message},
      {Method::get, "to_session", {"/fi/kurssit/*/viesti", "/sv/kurser/*/meddelande", "/en/activities/*/message"}, {}, to_session},
      {Method::post, "call_off", {"/fi/kurssit/*/peru", "/sv/kurser/*/stall-in", "/en/activities/*/call-off"}, {Need::fresh, Right::activities_edit}, post_call_off},
      {Method::get, "to_session", {"/fi/kurssit/*/peru", "/sv/kurser/*/stall-in", "/en/activities/*/call-off"}, {}, to_session},
      {Method::get, "people", {"/fi/henkilot", "/sv/personer", "/en/people"}, {Need::session, Right::people_view}, show_people},
      {Method::get, "invite", kInvite, {Need::session, Right::people_change}, show_invite},
      {Method::post, "invite", kInvite, {Need::fresh, Right::people_change}, post_invite},
      {Method::get, "person", kPerson, {Need::session, Right::people_view}, show_person},
      {Method::post, "give", kGive, {Need::fresh, Right::people_change}, post_give},
      {Method::post, "end", kEnd, {Need::fresh, Right::people_change}, post_end},
      {Method::post, "disable", kDisable, {Need::fresh, Right::people_change}, post_disable},
      {Method::post, "enable", kEnable, {Need::fresh, Right::people_change}, post_enable},
      {Method::post, "link", kLink, {Need::fresh, Right::people_change}, post_link},
      {Method::get, "to_person", kGive, {}, to_person},
      {Method::get, "to_person", kEnd, {}, to_person},
      {Method::get, "to_person", kDisable, {}, to_person},
      {Method::get, "to_person", kEnable, {}, to_person},
      {Method::get, "to_person", kLink, {}, to_person},
      {Method::get, "groups", {"/fi/ryhmat", "/sv/grupper", "/en/groups"}, {Need::session, Right::people_view}, show_groups},
      {Method::get, "new_group", kNewGroup, {Need::session, Right::groups_change}, show_new_group},
      {Method::post, "new_group", kNewGroup, {Need::fresh, Right::groups_change}, post_new_group},
      {Method::get, "group", kGroup, {Need::session, Right::groups_change}, show_group},
      {Method::post, "group", kGroup, {Need::fresh, Right::groups_change}, post_group},
      {Method::post, "end_group", kEndGroup, {Need::fresh, Right::groups_change}, post_end_group},
      {Method::get, "to_group", kEndGroup, {}, to_group},
      {Method::get, "approvals", {"/fi/hyvaksynnat", "/sv/godkannanden", "/en/approvals"}, {Need::session, Right::register_approve}, show_approvals},
      {Method::post, "approve", kApprove, {Need::fresh, Right::register_approve}, post_approve},
      {Method::post, "take_back", kTakeBack, {Need::fresh, Right::register_approve}, post_take_back},
      {Method::get, "to_approvals", kApprove, {}, to<approvals_paths>},
      {Method::get, "to_approvals", kTakeBack, {}, to<approvals_paths>},
      {Method::get, "vendor", {"/fi/yllapito", "/sv/underhall", "/en/maintenance"}, {Need::session, Right::vendor_open}, show_vendor},
      {Method::post, "vendor_ask", kAsk, {Need::fresh, Right::vendor_open}, post_vendor_ask},
      {Method::post, "vendor_approve", kVendorYes, {Need::fresh, Right::vendor_open}, post_vendor_approve},
      {Method::post, "vendor_close", kClose, {Need::session, Right::vendor_open}, post_vendor_close},
      {Method::get, "to_vendor", kAsk, {}, to<vendor_paths>},
      {Method::get, "to_vendor", kVendorYes, {}, to<vendor_paths>},
      {Method::get, "to_vendor", kClose, {}, to<vendor_paths>},
      {Method::get, "reports", {"/fi/raportit", "/sv/rapporter", "/en/reports"}, {Need::session, Right::reports_view}, show_reports},
      {Method::get, "report_csv", {"/fi/raportit/csv", "/sv/rapporter/csv", "/en/reports/csv"}, {Need::session, Right::reports_view}, show_report_csv},
      {Method::get, "report_xlsx", {"/fi/raportit/xlsx", "/sv/rapporter/xlsx", "/en/reports/xlsx"}, {Need::session, Right::reports_view}, show_report_xlsx},
      {Method::get, "vouchers", {"/fi/tositteet", "/sv/verifikationer", "/en/vouchers"}, {Need::session, Right::finance_view}, show_vouchers},
      {Method::get, "voucher", {"/fi/tositteet/*", "/sv/verifikationer/*", "/en/vouchers/*"}, {Need::session, Right::finance_view}, show_voucher},
      {Method::get, "voucher_csv", {"/fi/tositteet/*/csv", "/sv/verifikationer/*/csv", "/en/vouchers/*/csv"}, {Need::session, Right::finance_view}, show_voucher_csv},
      {Method::get, "receipts", {"/fi/kuittien-sailytys", "/sv/forvaring-av-kvitton", "/en/kept-receipts"}, {Need::session, Right::finance_view}, show_receipts},
      {Method::get, "settlements", {"/fi/tilitykset", "/sv/redovisningar", "/en/settlements"}, {Need::session, Right::finance_view}, show_settlements},
      {Method::post, "destroy_receipts", kDestroyReceipts, {Need::fresh, Right::finance_view}, post_destroy_receipts},
      {Method::get, "to_receipts", kDestroyReceipts, {}, to<receipts_paths>},
      {Method::get, "log", {"/fi/kayttoloki", "/sv/anvandningslogg", "/en/use-log"}, {Need::session, Right::log_read}, show_log, false},
      {Method::post, "check_log", kCheck, {Need::session, Right::log_read}, post_check_log},
      {Method::post, "export_log", kExport, {Need::fresh, Right::log_export}, post_export_log},
      {Method::get, "to_log", kExport, {}, to<log_paths>},
      {Method::get, "to_log", kCheck, {}, to<log_paths>},
  };
  return kRoutes;
}

}  // namespace backoffice
