#include "lib/base/contact.h"
#include "lib/base/fault.h"
#include "lib/catalogue/closure_store.h"
#include "lib/outbox/mail_limit.h"
#include "registrations/app.h"

namespace registrations {

using base::ErrorKind;
using base::fail;

namespace {

std::array<std::string, 3> enter_paths() { return {enter_path(base::Lang::fi), enter_path(base::Lang::sv), enter_path(base::Lang::en)}; }

// Where one may wait instead.
struct Queue {
  int seats = 0;
  std::string email;
  web::Problems problems;
};

// Why there are no seats to be had now, and where to go on: the waiting list, if one may wait.
base::Result<web::Response> no_seats_page(const Call& call, const Session& session, const std::string& title, const std::string& words, const std::optional<Queue>& queue = {}) {
  view::Object data;
  view::List waiting;
  if (queue) {
    const std::string message = queue->problems.message(call.app.templates, call.lang, "email");
    waiting.push_back(view::Object().set("action", queue_path(call.lang)).set("session", std::to_string(session.variant)).set("seats", std::to_string(queue->seats)).set("email", queue->email)
                          .set("wrong", !message.empty()).set("message", message).set("how_words", call.say("signup.queue_how", {{"hours", std::to_string(call.app.city.signup_offer_hours)}})));
  }
  data.set("queue", std::move(waiting));
  (queue ? queue->problems : web::Problems()).fill(data, call.app.templates, call.lang, {});
  data.set("title", title).set("words", words).set("activity", session.activity).set("back_url", session_path(session, call.lang));
  data.set("help_email", call.app.city.email);
  return show(call, "registrations/no_seats", title, enter_paths(), std::move(data));
}

base::Result<web::Response> closed_page(const Call& call, const Session& session) {
  switch (session.window) {
    case Window::not_yet: return no_seats_page(call, session, call.say("signup.not_yet_title"), call.say("signup.not_yet_words", {{"when", base::format_date_time(session.signup_from, call.lang)}}));
    case Window::closed: return no_seats_page(call, session, call.say("signup.closed_title"), session.closed);
    case Window::cancelled: return no_seats_page(call, session, call.say("signup.called_off_title"), call.say("signup.called_off_words"));
    default: return no_seats_page(call, session, call.say("signup.over_title"), call.say("signup.over_words"));
  }
}

struct Held {
  std::string token;
};

// ERRORS: conflict: "full", too few, or others wait for them; "closed", staff have closed the sale meanwhile.
base::Result<Held> hold(const Call& call, const Session& session, int seats) {
  const Held out{crypto::random_token()};
  return call.db.transact([&]() -> base::Result<Held> {
    KK_LET(const db::Rows done, call.db.query("SELECT 1 FROM registrations WHERE token = ?", out.token));
    if (!done.empty()) return out;  // by a run whose COMMIT was lost on the way
    KK_LET(const db::Rows waiting, call.db.query("SELECT 1 FROM registrations WHERE variant_id = ? AND state = 'waiting' LIMIT 1", session.variant));
    if (!waiting.empty()) return fail(ErrorKind::conflict, "full");
    KK_TRY(call.db.write("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc) VALUES (?, ?, ?, ?, 'held', ?, TRUE, ?, ?)", crypto::random_code(8),
                         out.token, session.variant, base::to_string(call.lang), seats, call.now + std::chrono::minutes(call.app.city.signup_hold_minutes), call.now));
    KK_LET(const bool taken, take_seats(call.db, session.variant, seats, call.now));
    KK_LET(const bool open, catalogue::hold_open(call.db, {{session.unit, session.product_code}}));
    FAULT("registration.held");
    if (!open) return fail(ErrorKind::conflict, "closed");
    if (!taken) return fail(ErrorKind::conflict, "full");
    return out;
  });
}

// What an activity's page or the waiting list's form asks for. ERRORS: invalid; not_found.
struct Asked {
  Session session;
  int seats = 0;
};
base::Result<Asked> asked_for(const Call& call, const web::Form& form) {
  const auto variant = form.number("session", 1, 4'294'967'295);
  const auto seats = form.number("seats", 1, kMaxSeats);
  if (!variant || !seats) return fail(ErrorKind::invalid, "no session or number of participants");
  KK_LET(Session session, load_session(call.db, *variant, call.lang, call.now));
  if (session.window == Window::gone) return fail(ErrorKind::not_found, "not shown");
  return Asked{std::move(session), static_cast<int>(*seats)};
}

base::Result<int> waiting_seats(const Call& call, std::int64_t variant) {
  KK_LET(const db::Rows sum, call.db.query("SELECT COALESCE(SUM(seats), 0) FROM registrations WHERE variant_id = ? AND state = 'waiting'", variant));
  return static_cast<int>(sum[0].integer(0));
}

base::Result<web::Response> full_page(const Call& call, const Session& session, const Queue& queue) {
  KK_LET(const int waiting, waiting_seats(call, session.variant));
  const std::string words = session.free > 0 && waiting == 0 ? call.say("signup.too_few_words", {{"left", std::to_string(session.free)}}) : call.say("signup.full_words");
  const bool has_room = waiting + queue.seats <= session.waiting_places;
  return no_seats_page(call, session, call.say("signup.full_title"), words, has_room ? std::optional<Queue>(queue) : std::nullopt);
}

// The token of the place in the waiting list; nothing: the list is full. Nothing about the family is asked yet but where to tell it.
base::Result<std::optional<std::string>> join(const Call& call, const Session& session, int seats, const std::string& email) {
  const std::string token = crypto::random_token();
  return call.db.transact([&]() -> base::Result<std::optional<std::string>> {
    // The session's guard row: two who join at once are counted one after the other. It is locked before anything is read, since a read would fix what the count sees.
    KK_TRY(call.db.query("SELECT free FROM stock WHERE variant_id = ? FOR UPDATE", session.variant));
    KK_LET(const db::Rows done, call.db.query("SELECT 1 FROM registrations WHERE token = ?", token));
    if (!done.empty()) return std::optional<std::string>(token);
    KK_LET(const int waiting, waiting_seats(call, session.variant));
    if (waiting + seats > session.waiting_places) return std::optional<std::string>();
    Registration made;
    made.number = crypto::random_code(8);
    made.token = token;
    made.variant = session.variant;
    made.seats = seats;
    made.email = email;
    made.lang = call.lang;
    KK_TRY(call.db.write("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc, email) VALUES (?, ?, ?, ?, 'waiting', ?, FALSE, ?, ?, ?)", made.number, made.token,
                         session.variant, base::to_string(call.lang), seats, call.now, call.now, email));
    KK_LET(const bool may, outbox::may_mail(call.db, "registration", email, outbox::kSignUps, call.now));
    if (may) KK_TRY(mail_about(call.db, call.app.instance.public_url, made, {"waiting", {}, {}, {}}, call.now));
    return std::optional<std::string>(made.token);
  });
}

}  // namespace

base::Result<web::Response> post_enter(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  KK_LET(const Asked asked, asked_for(call, form));
  const Session& session = asked.session;
  if (session.window != Window::open || session.prices.empty()) return closed_page(call, session);
  // What couldn't be sealed isn't asked.
  if (const auto keys = keys_for(call, session); !keys) {
    if (keys.error().kind != ErrorKind::unavailable || !is_keyless(keys.error())) return fail(keys.error());
    KK_LET(web::Response out, no_seats_page(call, session, call.say("signup.no_keys_title"), call.say("signup.no_keys_words")));
    out.status = 503;
    return out;
  }
  for (int attempt = 1;; ++attempt) {
    const auto held = hold(call, session, asked.seats);
    if (held) return web::see_other(page_path(call.lang, held->token));
    if (held.error().kind != ErrorKind::conflict) return fail(held.error());
    if (held.error().detail == "closed") {
      KK_LET(const Session now, load_session(call.db, session.variant, call.lang, call.now));
      return closed_page(call, now);
    }
    if (held.error().detail == "full" || attempt == 5) break;  // else a random number met its like: once more
  }
  return full_page(call, session, {asked.seats, {}, {}});
}

base::Result<web::Response> post_queue(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  KK_LET(const Asked asked, asked_for(call, form));
  const Session& session = asked.session;
  if (session.window != Window::open) return closed_page(call, session);
  Queue queue{asked.seats, form.text("email"), {}};
  const auto email = base::parse_email(queue.email);
  if (!call.app.guard.valid(call.request, form)) queue.problems.add("main", "form_old");
  else if (!email) queue.problems.add("email", email.error() == base::TextProblem::missing ? "queue_email_required" : "email_invalid");
  if (!queue.problems.empty()) return full_page(call, session, queue);
  KK_LET(const auto token, join(call, session, queue.seats, *email));
  if (!token) return no_seats_page(call, session, call.say("signup.queue_full_title"), call.say("signup.queue_full_words"));
  return web::see_other(page_path(call.lang, *token));
}

}  // namespace registrations
