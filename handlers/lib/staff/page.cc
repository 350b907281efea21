#include "lib/staff/page.h"

#include "lib/crypto/crypto.h"
#include "lib/staff/kept_form.h"
#include "lib/staff/use_log.h"
#include "lib/web/guard.h"

namespace staff {

using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kCookie = "staff";

// Nobody who doesn't have the session's cookie can make it, and it tells nothing of the cookie.
std::string form_token(const std::string& session) { return crypto::hmac_sha256_hex(session, "form.1").substr(0, 40); }

base::Result<web::Form> own_form(const Call& call) {
  if (!web::from_own_page(call.request, call.instance.staff_url)) return fail(ErrorKind::denied, "not posted from our own page");
  KK_LET(web::Form form, web::Form::parse(call.request));
  const std::string session = token_of(call.request);
  if (!session.empty() && !crypto::equal(form.text(web::kFormField), form_token(session))) return fail(ErrorKind::denied, "the form's token is not right");
  return form;
}

// Where to come back to after a login or a second factor: the page that was asked for, or the form that was sent.
base::Result<std::string> way_back(const Call& call) {
  const bool sent = call.request.method == web::Method::post;
  if (sent && call.keeps_forms) return keep_form(call);
  return is_own_path(call.request.path) ? call.request.path : std::string();  // a form's own address leads to its page
}

}  // namespace

bool is_own_path(std::string_view path) {
  return path.size() > 3 && path.size() <= 200 && (path.starts_with("/fi/") || path.starts_with("/sv/") || path.starts_with("/en/")) &&
         path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/-._") == std::string_view::npos;
}

std::string login_path(base::Lang lang) { return base::by_lang(lang, "/fi/kirjaudu", "/sv/logga-in", "/en/login"); }

std::string desk_path(base::Lang lang) { return base::by_lang(lang, "/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"); }

std::string token_of(const web::Request& request) {
  const auto token = request.cookie(std::string("__Host-") + kCookie);
  return token && crypto::is_token(*token) ? *token : std::string();
}

void put_session(web::Response& response, const std::string& token) { response.cookie({.name = kCookie, .value = token, .strict = true}); }

void drop_session(web::Response& response) { response.cookie({.name = kCookie, .value = "", .max_age = 0, .strict = true}); }

std::string confirm_path(base::Lang lang) { return base::by_lang(lang, "/fi/vahvista", "/sv/bekrafta", "/en/confirm"); }

base::Result<std::optional<web::Response>> admit(Call& call, const Access& access) {
  using Instead = std::optional<web::Response>;
  const std::string token = token_of(call.request);
  if (!token.empty()) {
    KK_LET(call.here, find_session(call.db, token, call.now, call.idle()));
  }
  if (access.need == Need::nobody) return Instead();
  if (call.request.method == web::Method::post) {
    KK_LET(call.form, own_form(call));
  }
  if (!call.here) {
    KK_LET(const std::string back, way_back(call));
    return Instead(web::see_other(login_path(call.lang) + (token.empty() ? "?" : "?ended=1&") + "next=" + back));
  }
  KK_LET(call.rights, rights_of(call.db, call.person().id, call.now));
  if (access.right && !call.rights.any(*access.right)) return fail(ErrorKind::denied, std::string("no right ") + info(*access.right).name);
  if (access.need == Need::fresh && call.here->factor <= call.now - kFresh) {
    KK_LET(const std::string back, way_back(call));
    return Instead(web::see_other(confirm_path(call.lang) + "?next=" + back));
  }
  return Instead();
}

base::Result<web::Response> refuse(const Call& call, std::string_view route, base::Error error) {
  KK_TRY(log_use(call.db, {call.person().id, call.request.address, Use::refused, "page", std::string(route), "", "denied"}, call.now));
  return fail(std::move(error));
}

std::string to_json(const RouteLine& route) {
  const auto need = [&] {
    switch (route.access.need) {
      case Need::nobody: return "nobody";
      case Need::session: return "session";
      case Need::fresh: return "fresh";
    }
    return "";
  }();
  std::string paths;
  for (const auto& path : route.paths) paths += (paths.empty() ? "\"" : ", \"") + std::string(path) + "\"";
  return std::string("{\"method\": \"") + (route.method == web::Method::post ? "POST" : "GET") + "\", \"name\": \"" + std::string(route.name) + "\", \"paths\": [" + paths +
         "], \"need\": \"" + need + "\", \"right\": " + (route.access.right ? std::string("\"") + info(*route.access.right).name + "\"" : "null") + "}";
}

namespace {

struct Duty {
  const char* key;  // in site/text/<lang>/staff.toml
  web::Paths paths;
  std::optional<Right> right{};
  bool whole = false;  // it is of all the shop: a right on a part of it doesn't open it
};
// What the navigation shows, to whom.
constexpr Duty kDuties[] = {
    {"staff.duty_desk", {"/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"}},
    {"staff.duty_alerts", {"/fi/halytykset", "/sv/larm", "/en/alerts"}},
    {"staff.duty_orders", {"/fi/tilaukset", "/sv/bestallningar", "/en/orders"}, Right::orders_view},
    {"staff.duty_new_order", {"/fi/uusi-tilaus", "/sv/ny-bestallning", "/en/new-order"}, Right::orders_make},
    {"staff.duty_deliveries", {"/fi/toimitukset", "/sv/leveranser", "/en/deliveries"}, Right::orders_deliver},
    {"staff.duty_refunds", {"/fi/hyvitykset", "/sv/aterbetalningar", "/en/refunds"}, Right::refunds_request},
    {"staff.duty_to_approve", {"/fi/hyvaksyttavat-hyvitykset", "/sv/aterbetalningar-att-godkanna", "/en/refunds-to-approve"}, Right::refunds_approve},
    {"staff.duty_gift_cards", {"/fi/lahjakortit", "/sv/presentkort", "/en/gift-cards"}, Right::refunds_request},
    {"staff.duty_products", {"/fi/tuotteet", "/sv/produkter", "/en/products"}, Right::catalogue_edit},
    {"staff.duty_discounts", {"/fi/alennukset", "/sv/rabatter", "/en/discounts"}, Right::prices_edit},
    {"staff.duty_activities", {"/fi/kurssit", "/sv/kurser", "/en/activities"}, Right::activities_edit},
    {"staff.duty_participants", {"/fi/osallistujat", "/sv/deltagare", "/en/participants"}, Right::participants_view},
    {"staff.duty_tickets", {"/fi/lipputarkastus", "/sv/biljettkontroll", "/en/ticket-check"}, Right::tickets_check},
    {"staff.duty_gates", {"/fi/portit", "/sv/portar", "/en/gates"}, Right::gates_manage},
    {"staff.duty_reports", {"/fi/raportit", "/sv/rapporter", "/en/reports"}, Right::reports_view},
    {"staff.duty_vouchers", {"/fi/tositteet", "/sv/verifikationer", "/en/vouchers"}, Right::finance_view, true},
    {"staff.duty_settlements", {"/fi/tilitykset", "/sv/redovisningar", "/en/settlements"}, Right::finance_view, true},
    {"staff.duty_people", {"/fi/henkilot", "/sv/personer", "/en/people"}, Right::people_view},
    {"staff.duty_groups", {"/fi/ryhmat", "/sv/grupper", "/en/groups"}, Right::people_view},
    {"staff.duty_approvals", {"/fi/hyvaksynnat", "/sv/godkannanden", "/en/approvals"}, Right::register_approve},
    {"staff.duty_vendor", {"/fi/yllapito", "/sv/underhall", "/en/maintenance"}, Right::vendor_open, true},
    {"staff.duty_log", {"/fi/kayttoloki", "/sv/anvandningslogg", "/en/use-log"}, Right::log_read, true},
    {"staff.duty_closures", {"/fi/myynnin-sulku", "/sv/stang-forsaljning", "/en/close-sales"}, Right::catalogue_edit},
    {"staff.duty_settings", {"/fi/asetukset", "/sv/installningar", "/en/settings"}, Right::settings_view, true},
    {"staff.duty_keys", {"/fi/avaimet", "/sv/nycklar", "/en/keys"}},
    {"staff.duty_account", {"/fi/oma-tili", "/sv/mitt-konto", "/en/account"}},
};

bool is_at_or_below(std::string_view path, std::string_view page) { return path.starts_with(page) && (path.size() == page.size() || path[page.size()] == '/'); }

void set_duties(const Call& call, view::Object& data) {
  view::List out;
  std::string here;  // what the closed menu says
  for (const auto& duty : kDuties) {
    if (duty.right && !(duty.whole ? call.rights.on(*duty.right, {}) : call.rights.any(*duty.right))) continue;
    const std::string_view path = duty.paths[base::index(call.lang)];
    const bool is_here = is_at_or_below(call.request.path, path);
    if (is_here) here = call.say(duty.key);
    out.push_back(view::Object().set("name", call.say(duty.key)).set("url", path).set("is_here", is_here));
  }
  data.set("duties", std::move(out)).set("is_at_duty", !here.empty()).set("duty_here", here);
}

}  // namespace

base::Result<web::Response> show(const Call& call, const Shown& page, view::Object data) {
  data.set("form_token", form_token(token_of(call.request)));
  set_duties(call, data);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(call.idle()).count();
  data.set("session_seconds", std::to_string(seconds)).set("session_words", call.say("staff.session_until", {{"time", base::format_clock(call.now + call.idle(), call.lang)}}));
  data.set("session_url", base::by_lang(call.lang, "/fi/oma-tili", "/sv/mitt-konto", "/en/account"));
  return call.frame.page(page.name, call.lang, page.title, page.paths, data);
}

}  // namespace staff
