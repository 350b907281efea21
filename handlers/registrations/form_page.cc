
#include "lib/base/contact.h"
#include "lib/base/fault.h"
#include "lib/outbox/mail_limit.h"
#include "registrations/form_view.h"

namespace registrations {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::chrono::hours kLongHold{2};  // an offer from the waiting list: its end is a day, not minutes

std::string minutes_left(const Registration& registration, base::UtcTime now) {
  return std::to_string(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::minutes>(registration.hold_until - now).count()));
}

void fill_session(const Call& call, const Session& session, view::Object& data) {
  data.set("activity", session.activity).set("session_name", session.name).set("has_session_name", !session.name.empty());
  data.set("when", base::format_period(session.starts, session.ends, call.lang)).set("place", session.place).set("address", session.address);
  data.set("session_url", session_path(session, call.lang));
}

// The summary's lines say whom of the family they are about.
view::List with_participants(const Call& call, const view::Object& data) {
  view::List out;
  const auto* problems = data.find("problems");
  if (problems == nullptr || !std::holds_alternative<view::List>(problems->is)) return out;
  for (const auto& one : std::get<view::List>(problems->is)) {
    const std::string field = std::get<std::string>(one.find("field")->is), message = std::get<std::string>(one.find("message")->is);
    const bool of_participant = field.size() > 2 && field[0] == 'p' && field[1] >= '1' && field[1] <= '9' && field[2] == '_';
    out.push_back(view::Object().set("field", field).set("message", of_participant ? call.say("signup.participant_no", {{"n", field.substr(1, 1)}}) + ": " + message : message));
  }
  return out;
}

// An address that was asked about once is right when it comes again.
std::string email_to_ask(const web::Form* typed) {
  if (typed == nullptr) return {};
  const auto parsed = base::parse_email(typed->text("email"));
  return parsed ? *parsed : std::string();
}

// The time that a form may take begins anew. False: it has been extended as often as may be, or the hold is over.
base::Result<bool> extend(const Call& call, const Registration& registration) {
  KK_LET(const db::Done done, call.db.execute("UPDATE registrations SET hold_until_utc = GREATEST(hold_until_utc, ?), extensions = extensions + 1 WHERE id = ? AND state = 'held' AND holds_seats AND extensions < ?",
                                              call.now + std::chrono::minutes(call.app.city.signup_hold_minutes), registration.id, kMaxExtensions));
  return done.affected == 1;
}

// A form that comes after its hold: the seats are taken again if they are free still. False: they are gone.
base::Result<bool> hold_again(const Call& call, const Registration& registration) {
  const auto again = call.db.transact([&]() -> base::Status {
    KK_LET(const Registration now_is, load_by_id(call.db, registration.id, true));
    if (now_is.state != State::expired) return {};
    KK_TRY(call.db.run_write_rows(1, db::statement("UPDATE registrations SET state = 'held', holds_seats = TRUE, hold_until_utc = ? WHERE id = ? AND state = 'expired'",
                                                   call.now + std::chrono::minutes(call.app.city.signup_hold_minutes), registration.id)));
    KK_LET(const bool taken, take_seats(call.db, registration.variant, registration.seats, call.now));
    return taken ? base::Status() : fail(ErrorKind::conflict, "full");
  });
  if (again) return true;
  if (again.error().kind == ErrorKind::conflict) return false;
  return fail(again.error());
}

// From held to confirmed (free of charge) or filled, with all that was written, in one transaction; done twice is done once.
base::Status take_in(Call& call, const Registration& registration, const Session& session, const Filled& filled, const Keys& keys) {
  const bool is_free = filled.total(session).value() == 0;
  return call.db.transact([&]() -> base::Status {
    KK_LET(const Registration now_is, load_by_id(call.db, registration.id, true));
    if (now_is.state == State::filled || now_is.state == State::confirmed) return {};
    if (now_is.state != State::held) return fail(ErrorKind::conflict, "not held any more");
    Registration named = now_is;
    named.email = filled.email;
    named.lang = call.lang;
    const auto confirmed = is_free ? std::optional<base::UtcTime>(call.now) : std::nullopt;
    KK_TRY(call.db.write("UPDATE registrations SET state = ?, email = ?, confirmed_utc = ?, hold_until_utc = ? WHERE id = ?", is_free ? "confirmed" : "filled", filled.email, confirmed,
                         call.now + std::chrono::minutes(call.app.city.signup_hold_minutes), registration.id));
    KK_TRY(store_filled(call.db, named, session, filled, keys, call.app.city.consent_version, call.now));
    FAULT("registration.filled");
    if (!is_free || named.email.empty()) return {};
    KK_LET(const bool may, outbox::may_mail(call.db, "registration", named.email, outbox::kSignUps, call.now));
    if (!may) return {};
    return mail_about(call.db, call.app.instance.public_url, named, {"confirmed", {}, {}, {}}, call.now);
  });
}

// Its lines in the cart: one for each price group. False: the cart is full.
bool put_into_cart(const Call& call, const Registration& registration, const Session& session, const Filled& filled, web::Response& out) {
  std::vector<cart::CartLine> lines;
  for (const auto& price : session.prices) {
    const auto count = std::count_if(filled.participants.begin(), filled.participants.end(), [&](const auto& one) { return one.group == price.group; });
    if (count > 0) lines.push_back({session.variant, price.group, static_cast<int>(count), price.cents, registration.id});
  }
  cart::Cart whole = cart::cart_of(call.request, call.app.cart_key);
  return whole.set_registration(registration.id, lines) && cart::put_cart(out, call.app.cart_key, whole);
}

base::Result<web::Response> over_page(const Call& call, const Registration& registration, const Session& session) {
  view::Object data;
  fill_session(call, session, data);
  data.set("queue", view::List());
  web::Problems().fill(data, call.app.templates, call.lang, {});
  data.set("title", call.say("signup.expired_title")).set("words", call.say("signup.gone_words")).set("back_url", session_path(session, call.lang)).set("help_email", call.app.city.email);
  return show(call, "registrations/no_seats", call.say("signup.expired_title"), pages_of(registration.token), std::move(data));
}

}  // namespace

base::Result<web::Response> form_page(Call& call, const Registration& registration, const web::Form* typed, const web::Problems& problems) {
  KK_LET(const Session session, load_session(call.db, registration.variant, call.lang, call.now));
  view::Object data;
  fill_session(call, session, data);
  data.set("participants", participants_view(call, session, registration.seats, typed, problems));
  data.set("family", family_view(call, session, typed, problems)).set("reached", reached_view(call, session, typed, problems));
  data.set("family_legend", call.say(session.minors_only() ? "signup.family_minors" : session.adults_only() ? "signup.family_adults" : "signup.family_any"));
  data.set("email_asked", email_to_ask(typed)).set("action", page_path(call.lang, registration.token)).set("cancel_url", act_path(call.lang, registration.token, Act::cancel));
  const bool is_long = registration.hold_until - call.now > kLongHold;
  data.set("until_words", is_long ? call.say("signup.held_until_day", {{"seats", std::to_string(registration.seats)}, {"time", base::format_date_time(registration.hold_until, call.lang)}})
                                  : call.say("signup.held_until", {{"seats", std::to_string(registration.seats)}, {"time", base::format_clock(registration.hold_until, call.lang)}, {"minutes", minutes_left(registration, call.now)}}));
  data.set("seconds_left", std::to_string(std::max<std::int64_t>(0, (registration.hold_until - call.now) / std::chrono::seconds{1}))).set("may_extend", registration.extensions < kMaxExtensions && !is_long);
  const bool costs = std::any_of(session.prices.begin(), session.prices.end(), [](const auto& price) { return price.cents.value() > 0; });
  data.set("costs", costs).set("health_days", std::to_string(call.app.city.retention.at("health_answers_days")));
  problems.fill(data, call.app.templates, call.lang, {});
  if (registration.seats > 1) data.set("problems", with_participants(call, data));
  const std::string title = (problems.empty() ? "" : call.say("signup.error_prefix")) + call.say("signup.form_title", {{"activity", session.activity}});
  return show(call, "registrations/form", title, pages_of(registration.token), std::move(data));
}

base::Result<web::Response> post_form(Call& call, const Registration& registration) {
  KK_LET(const web::Form form, own_form(call));
  web::Problems problems;
  if (!call.app.guard.valid(call.request, form)) {
    problems.add("main", "form_old");
    KK_LET(web::Response out, form_page(call, registration, &form, problems));
    out.status = 403;
    return out;
  }
  KK_LET(const Session session, load_session(call.db, registration.variant, call.lang, call.now));
  if (registration.state == State::expired) {
    KK_LET(const bool again, hold_again(call, registration));
    if (!again) return over_page(call, registration, session);
  }
  if (form.has("extend")) {
    KK_TRY(extend(call, registration));
    KK_LET(const Registration extended, load_by_id(call.db, registration.id));
    return form_page(call, extended, &form, problems);
  }
  const Filled filled = check_form(form, session, registration.seats, call.app.city.health_by_consent, call.now, problems);
  if (!problems.empty()) {
    KK_LET(const Registration current, load_by_id(call.db, registration.id));
    return form_page(call, current, &form, problems);
  }
  KK_LET(const Keys keys, keys_for(call, session));
  web::Response out = web::see_other(page_path(call.lang, registration.token));
  const bool costs = filled.total(session).value() > 0;
  if (costs) {
    out = web::see_other(base::by_lang(call.lang, "/fi/ostoskori", "/sv/varukorg", "/en/cart"));
    if (!put_into_cart(call, registration, session, filled, out)) return web::see_other(std::string(base::by_lang(call.lang, "/fi/ostoskori", "/sv/varukorg", "/en/cart")) + "?full=1");
  }
  KK_TRY(take_in(call, registration, session, filled, keys));
  FAULT("registration.after_commit");
  return out;
}

}  // namespace registrations
