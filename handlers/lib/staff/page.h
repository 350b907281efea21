// A page of the staff's host: its route says who may come, and nobody else gets as far as its function.
// A POST comes from our own page, with a token made of the session's (OWASP's synchronizer token; nothing more is kept).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/staff/rights.h"
#include "lib/staff/session.h"
#include "lib/staff/use_log.h"
#include "lib/view/view.h"
#include "lib/web/form.h"
#include "lib/web/page.h"
#include "lib/web/route.h"

namespace staff {

struct Call {  // one request; each process adds its own
  const base::Instance& instance;
  const base::City& city;
  const view::Templates& templates;
  const web::Frame& frame;
  const web::Request& request;
  db::Connection& db;
  base::UtcTime now;
  bool keeps_forms = false;       // of this process: a form that comes too late is kept (kept_form.h)
  base::Lang lang = base::Lang::fi;
  std::string arg{};              // what stood at the route's star
  std::optional<Session> here{};  // set wherever the route needs a session
  Rights rights{};                // of who is here
  web::Form form{};               // what was posted, there

  std::chrono::minutes idle() const { return std::chrono::minutes(city.staff_idle_minutes); }
  std::string say(std::string_view key, web::Problems::Values values = {}) const { return templates.say(lang, key, values); }
  const Person& person() const { return here->person; }  // REQUIRES: the route needs a session
};

// fresh: a second factor shown within the last five minutes; what such a form does is announced (use_log.h) before it is done.
enum class Need { nobody, session, fresh };
inline constexpr std::chrono::minutes kFresh{5};

// Who may come to a page: with a right, somebody who has it on something. What it is on, the page checks (Rights::permit).
struct Access {
  Need need = Need::session;
  std::optional<Right> right{};
};

template <typename Call>
struct Route {
  web::Method method;
  std::string_view name;
  web::Paths paths;
  Access access;
  base::Result<web::Response> (*handler)(Call&);
  bool answers_head = true;
};

std::string login_path(base::Lang lang);
std::string desk_path(base::Lang lang);     // where a login leads to
std::string confirm_path(base::Lang lang);  // where a second factor is shown anew
std::string token_of(const web::Request& request);  // of the session's cookie; empty: none
void put_session(web::Response& response, const std::string& token);
void drop_session(web::Response& response);

// Fills `here`, `rights` and `form`; or answers instead of the page: to the login, or to the second factor.
// ERRORS: denied: not posted from our own page, or without the right; invalid.
base::Result<std::optional<web::Response>> admit(Call& call, const Access& access);
// Writes down that somebody was refused a page that asks for a right. ERRORS: the error, or that it can't be written.
base::Result<web::Response> refuse(const Call& call, std::string_view route, base::Error error);

// The table as JSON lines, for tests that go through all routes: {"method", "name", "paths", "need", "right"}.
struct RouteLine {
  web::Method method;
  std::string_view name;
  web::Paths paths;
  Access access;
};
std::string to_json(const RouteLine& route);
template <typename Call>
std::string routes_as_json(const std::vector<Route<Call>>& routes) {
  std::string out;
  for (const auto& route : routes) out += to_json({route.method, route.name, route.paths, route.access}) + "\n";
  return out;
}

// A page of this host, written plainly: where a login or a second factor may lead back to.
bool is_own_path(std::string_view path);

struct Shown {
  const char* name;  // of the template
  std::string title;
  std::array<std::string, 3> paths;
};
// Renders a page; its forms get the session's token. REQUIRES: a session.
base::Result<web::Response> show(const Call& call, const Shown& page, view::Object data);

// ERRORS: not_found; wrong_method; those of admit and of the page.
template <typename Call>
base::Result<web::Response> dispatch(const std::vector<Route<Call>>& routes, const web::Request& request, Call& call) {
  KK_LET(const Route<Call>* route, web::find_route(routes, request, call));
  auto instead = admit(call, route->access);
  if (instead && *instead) return std::move(**instead);
  if (instead && route->access.need == Need::fresh && request.method == web::Method::post) {
    KK_TRY(announce_use(call.db, {call.person().id, call.request.address, Use::change, "page", std::string(route->name), "", "begun"}, call.now));
  }
  auto answer = instead ? route->handler(call) : base::Result<web::Response>(base::fail(instead.error()));
  if (!answer && answer.error().kind == base::ErrorKind::denied && call.here) return refuse(call, route->name, answer.error());
  return answer;
}

}  // namespace staff
