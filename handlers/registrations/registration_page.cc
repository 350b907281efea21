#include "lib/base/fault.h"
#include "registrations/form_view.h"

namespace registrations {

using base::ErrorKind;
using base::fail;

namespace {

const char* state_key(State state) {
  switch (state) {
    case State::waiting: return "signup.state_waiting";
    case State::held:
    case State::filled: return "signup.state_filled";
    case State::ordered: return "signup.state_ordered";
    case State::confirmed: return "signup.state_confirmed";
    case State::no_seat: return "signup.state_no_seat";
    case State::expired: return "signup.state_expired";
    case State::cancelled: return "signup.state_cancelled";
  }
  return "signup.state_expired";
}

base::Result<web::Response> page(Call& call, const Registration& registration) {
  KK_LET(const Session session, load_session(call.db, registration.variant, call.lang, call.now));
  view::Object data;
  data.set("activity", session.activity).set("session_name", session.name).set("has_session_name", !session.name.empty());
  data.set("when", base::format_period(session.starts, session.ends, call.lang)).set("place", session.place).set("address", session.address);
  data.set("number", registration.number).set("seats", std::to_string(registration.seats)).set("session_url", session_path(session, call.lang)).set("calendar_url", calendar_path(session, call.lang));
  data.set("state_words", call.say(state_key(registration.state))).set("confirmed", registration.state == State::confirmed).set("filled", registration.state == State::filled);
  data.set("over", registration.state == State::expired || registration.state == State::cancelled || registration.state == State::no_seat);
  data.set("cart_url", base::by_lang(call.lang, "/fi/ostoskori", "/sv/varukorg", "/en/cart"));
  data.set("cancel_until", call.say("signup.cancel_until", {{"when", base::format_date_time(session.cancel_until, call.lang)}}));
  return show(call, "registrations/page", call.say("signup.page_title", {{"activity", session.activity}}), pages_of(registration.token), std::move(data));
}

}  // namespace

base::Result<web::Response> show_registration(Call& call) {
  KK_LET(const Registration registration, load_by_token(call.db, call.arg));
  if (registration.state == State::held) return form_page(call, registration, nullptr, {});
  return page(call, registration);
}

base::Result<web::Response> post_registration(Call& call) {
  KK_LET(const Registration registration, load_by_token(call.db, call.arg));
  // A form sent twice, or after its hold: what was sent first stands.
  if (registration.state == State::held || registration.state == State::expired) return post_form(call, registration);
  return web::see_other(page_path(call.lang, call.arg));
}

base::Result<web::Response> post_cancel(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  if (!call.app.guard.valid(call.request, form)) return fail(ErrorKind::denied, "the form's token is not right");
  KK_TRY(call.db.transact([&]() -> base::Status {
    KK_LET(const Registration registration, load_by_token(call.db, call.arg, true));
    return end_hold(call.db, registration, State::cancelled, call.now);
  }));
  return web::see_other(page_path(call.lang, call.arg));
}

}  // namespace registrations
