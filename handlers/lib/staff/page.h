// A page of the staff's host: its route says who may come, and nobody else gets as far as its function.
// A POST comes from our own page, with a token made of the session's (OWASP's synchronizer token; nothing more is kept).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/staff/session.h"
#include "lib/view/view.h"
#include "lib/web/form.h"
#include "lib/web/page.h"
#include "lib/web/route.h"

namespace staff {

struct Call {  // one request; each process adds its own
  const base::Instance& instance;
  const view::Templates& templates;
  const web::Frame& frame;
  const web::Request& request;
  db::Connection& db;
  base::UtcTime now;
  base::Lang lang = base::Lang::fi;
  std::string arg{};              // what stood at the route's star
  std::optional<Session> here{};  // set wherever the route needs a session
  web::Form form{};               // what was posted, there

  std::string say(std::string_view key, web::Problems::Values values = {}) const { return templates.say(lang, key, values); }
  const Person& person() const { return here->person; }  // REQUIRES: the route needs a session
};

enum class Need { nobody, session };

template <typename Call>
struct Route {
  web::Method method;
  std::string_view name;
  web::Paths paths;
  Need need;
  base::Result<web::Response> (*handler)(Call&);
  bool answers_head = true;
};

std::string login_path(base::Lang lang);
std::string token_of(const web::Request& request);  // of the session's cookie; empty: none
void put_session(web::Response& response, const std::string& token);
void drop_session(web::Response& response);

// Fills `here` and `form`; or answers instead of the page: to the login. ERRORS: denied: not posted from our own page; invalid.
base::Result<std::optional<web::Response>> admit(Call& call, Need need);

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
  KK_LET(auto instead, admit(call, route->need));
  if (instead) return std::move(*instead);
  return route->handler(call);
}

}  // namespace staff
