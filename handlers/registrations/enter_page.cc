#include "lib/base/fault.h"
#include "registrations/app.h"

namespace registrations {

using base::ErrorKind;
using base::fail;

namespace {

std::array<std::string, 3> enter_paths() { return {enter_path(base::Lang::fi), enter_path(base::Lang::sv), enter_path(base::Lang::en)}; }

// Why there are no seats to be had now, and where to go on.
base::Result<web::Response> no_seats_page(const Call& call, const Session& session, const std::string& title, const std::string& words) {
  view::Object data;
  data.set("title", title).set("words", words).set("activity", session.activity).set("back_url", session_path(session, call.lang));
  data.set("help_email", call.app.city.email);
  return show(call, "registrations/no_seats", title, enter_paths(), std::move(data));
}

base::Result<web::Response> closed_page(const Call& call, const Session& session) {
  switch (session.window) {
    case Window::not_yet: return no_seats_page(call, session, call.say("signup.not_yet_title"), call.say("signup.not_yet_words", {{"when", base::format_date_time(session.signup_from, call.lang)}}));
    case Window::cancelled: return no_seats_page(call, session, call.say("signup.called_off_title"), call.say("signup.called_off_words"));
    default: return no_seats_page(call, session, call.say("signup.over_title"), call.say("signup.over_words"));
  }
}

struct Held {
  std::string token;
  bool full = false;
};

base::Result<Held> hold(const Call& call, const Session& session, int seats) {
  return call.db.transact([&]() -> base::Result<Held> {
    Held out{crypto::random_token(), false};
    KK_TRY(call.db.write("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc) VALUES (?, ?, ?, ?, 'held', ?, TRUE, ?, ?)", crypto::random_code(8),
                         out.token, session.variant, base::to_string(call.lang), seats, call.now + std::chrono::minutes(call.app.city.signup_hold_minutes), call.now));
    KK_LET(const bool taken, take_seats(call.db, session.variant, seats, call.now));
    FAULT("registration.held");
    if (!taken) return fail(ErrorKind::conflict, "full");
    return out;
  });
}

}  // namespace

base::Result<web::Response> post_enter(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  const auto variant = form.number("session", 1, 4'294'967'295);
  const auto seats = form.number("seats", 1, kMaxSeats);
  if (!variant || !seats) return fail(ErrorKind::invalid, "no session or number of participants");
  KK_LET(const Session session, load_session(call.db, *variant, call.lang, call.now));
  if (session.window == Window::gone) return fail(ErrorKind::not_found, "not shown");
  if (session.window != Window::open || session.prices.empty()) return closed_page(call, session);
  // What couldn't be sealed isn't asked.
  KK_TRY(keys_for(call, session));
  for (int attempt = 1;; ++attempt) {
    const auto held = hold(call, session, static_cast<int>(*seats));
    if (held) return web::see_other(page_path(call.lang, held->token));
    if (held.error().kind != ErrorKind::conflict) return fail(held.error());
    if (held.error().detail == "full" || attempt == 5) break;  // else a random number met its like: once more
  }
  const std::string words = session.free > 0 ? call.say("signup.too_few_words", {{"left", std::to_string(session.free)}}) : call.say("signup.full_words");
  return no_seats_page(call, session, call.say("signup.full_title"), words);
}

}  // namespace registrations
