#include "lib/base/fault.h"
#include "lib/outbox/outbox.h"
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

// What the family may still do with it.
struct Choices {
  bool cancel = false, answer = false, withdraw_consent = false;
};

Choices choices_of(const Registration& registration, const Session& session, bool has_consent, base::UtcTime now) {
  const bool stands = registration.state == State::confirmed;
  const bool asks_health = std::any_of(session.questions.begin(), session.questions.end(), [](const auto& one) { return one.answer_class == AnswerClass::health; });
  return {registration.state == State::waiting || registration.state == State::filled || (stands && now < session.cancel_until), stands && asks_health && now < session.starts, stands && has_consent};
}

base::Result<bool> has_consent(const Call& call, const Registration& registration) {
  KK_LET(const db::Rows rows, call.db.query("SELECT 1 FROM registration_consents WHERE registration_id = ? AND withdrawn_utc IS NULL LIMIT 1", registration.id));
  return !rows.empty();
}

// Who has looked, by role; the city's people have no names here.
base::Result<view::List> views_of(const Call& call, const Registration& registration) {
  const std::string l = base::to_string(call.lang);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT at_utc, role_" + l + ", class FROM registration_views WHERE registration_id = ? ORDER BY id DESC LIMIT 100", {registration.id}));
  view::List out;
  for (const auto& row : rows) {
    const char* what = row.integer(2) == 1 ? "signup.viewed_health" : row.integer(2) == 2 ? "signup.viewed_child" : "signup.viewed_contact";
    out.push_back(view::Object().set("when", base::format_date_time(row.time(0).value_or(base::UtcTime{}), call.lang)).set("role", row.text(1)).set("what", call.say(what)));
  }
  return out;
}

base::Result<std::string> place_in_queue(const Call& call, const Registration& registration) {
  KK_LET(const db::Rows rows, call.db.query("SELECT COUNT(*) FROM registrations r JOIN registrations me ON me.id = ? WHERE r.variant_id = me.variant_id AND r.state = 'waiting' AND "
                                            "(r.queue_rank IS NULL, COALESCE(r.queue_rank, 0), r.created_utc, r.id) < (me.queue_rank IS NULL, COALESCE(me.queue_rank, 0), me.created_utc, me.id)", registration.id));
  return std::to_string(rows[0].integer(0) + 1);
}

base::Result<web::Response> page(Call& call, const Registration& registration) {
  KK_LET(const Session session, load_session(call.db, registration.variant, call.lang, call.now));
  KK_LET(const bool consented, has_consent(call, registration));
  KK_LET(view::List views, views_of(call, registration));
  const Choices may = choices_of(registration, session, consented, call.now);
  view::Object data;
  data.set("activity", session.activity).set("session_name", session.name).set("has_session_name", !session.name.empty());
  data.set("when", base::format_period(session.starts, session.ends, call.lang)).set("place", session.place).set("address", session.address);
  data.set("number", registration.number).set("seats", std::to_string(registration.seats)).set("session_url", session_path(session, call.lang)).set("calendar_url", calendar_path(session, call.lang));
  std::string state_words = call.say(state_key(registration.state));
  if (registration.state == State::waiting) {
    KK_LET(const std::string place, place_in_queue(call, registration));
    state_words += ". " + call.say("signup.queue_place", {{"place", place}});
  }
  data.set("state_words", state_words).set("confirmed", registration.state == State::confirmed).set("filled", registration.state == State::filled).set("waiting", registration.state == State::waiting);
  data.set("over", registration.state == State::expired || registration.state == State::cancelled || registration.state == State::no_seat);
  data.set("cart_url", base::by_lang(call.lang, "/fi/ostoskori", "/sv/varukorg", "/en/cart"));
  data.set("cancel_until", call.say("signup.cancel_until", {{"when", base::format_date_time(session.cancel_until, call.lang)}})).set("too_late", registration.state == State::confirmed && !may.cancel);
  data.set("may_cancel", may.cancel).set("cancel_url", act_path(call.lang, registration.token, Act::cancel)).set("help_email", call.app.city.email);
  data.set("may_answer", may.answer).set("health_url", act_path(call.lang, registration.token, Act::health));
  data.set("may_withdraw", may.withdraw_consent).set("consent_url", act_path(call.lang, registration.token, Act::consent));
  const bool stands = registration.state == State::confirmed;
  data.set("stands", stands).set("nobody_looked", views.empty()).set("views", std::move(views));
  return show(call, "registrations/page", call.say("signup.page_title", {{"activity", session.activity}}), pages_of(registration.token), std::move(data));
}

base::Result<web::Form> tokened_form(const Call& call) {
  KK_LET(web::Form form, own_form(call));
  if (!call.app.guard.valid(call.request, form)) return fail(ErrorKind::denied, "the form's token is not right");
  return form;
}

}  // namespace

base::Result<web::Response> show_registration(Call& call) {
  KK_LET(const Registration registration, load_by_token(call.db, call.arg));
  if (registration.state == State::held) return form_page(call, registration, nullptr, {});
  return page(call, registration);
}

base::Result<web::Response> post_registration(Call& call) {
  KK_LET(const Registration registration, load_by_token(call.db, call.arg));
  if (registration.state == State::held) return post_form(call, registration);
  // A form sent twice: what was sent first stands. One that comes after its hold may find its seats free still.
  KK_LET(const db::Rows filled, call.db.query("SELECT 1 FROM registration_participants WHERE registration_id = ? LIMIT 1", registration.id));
  if (registration.state == State::expired && filled.empty()) return post_form(call, registration);
  return web::see_other(page_path(call.lang, call.arg));
}

// Seats held or waited for are given up; a confirmed sign-up is cancelled until its deadline, and what was paid is asked back.
base::Result<web::Response> post_cancel(Call& call) {
  KK_TRY(tokened_form(call));
  KK_LET(const Registration seen, load_by_token(call.db, call.arg));
  KK_LET(const Session session, load_session(call.db, seen.variant, call.lang, call.now));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const Registration registration, load_by_token(call.db, call.arg, true));
    if (registration.state == State::waiting) return call.db.write("UPDATE registrations SET state = 'cancelled' WHERE id = ? AND state = 'waiting'", registration.id);
    if (registration.state == State::confirmed && call.now < session.cancel_until) {
      KK_TRY(cancel_confirmed(call.db, call.app.instance.public_url, registration, {"family_cancelled"}, call.now));
    }
    KK_TRY(end_hold(call.db, registration, State::cancelled, call.now));
    FAULT("registration.cancelled");
    return {};
  });
  if (!done) return fail(done.error());
  return web::see_other(page_path(call.lang, call.arg));
}

// GDPR Art. 7(3): the answers are destroyed at once, the proof of the consent stays, the organiser learns that there is no answer any more.
base::Result<web::Response> post_consent(Call& call) {
  KK_TRY(tokened_form(call));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const Registration registration, load_by_token(call.db, call.arg, true));
    KK_LET(const db::Done withdrawn, call.db.execute("UPDATE registration_consents SET withdrawn_utc = ? WHERE registration_id = ? AND withdrawn_utc IS NULL", call.now, registration.id));
    if (withdrawn.affected == 0) return {};
    KK_TRY(call.db.write("CALL destroy_health_answers(?, 255, NULL, 'consent withdrawn')", registration.id));
    FAULT("registration.consent");
    return outbox::alert_staff(call.db, "consent_withdrawn", registration.id, registration.number, call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(page_path(call.lang, call.arg));
}

namespace {

base::Result<web::Response> health_page(Call& call, const Registration& registration, const Session& session, const web::Form* typed, const web::Problems& problems) {
  view::Object data;
  view::List participants;
  for (int no = 1; no <= registration.seats; ++no) {
    participants.push_back(view::Object().set("no", std::to_string(no)).set("legend", call.say("signup.participant_no", {{"n", std::to_string(no)}}))
                               .set("health", health_view(call, session, no, typed, problems)));
  }
  data.set("participants", std::move(participants)).set("activity", session.activity).set("action", act_path(call.lang, registration.token, Act::health));
  data.set("page_url", page_path(call.lang, registration.token)).set("health_days", std::to_string(call.app.city.retention.at("health_answers_days")));
  problems.fill(data, call.app.templates, call.lang, {});
  const std::array<std::string, 3> paths = {act_path(base::Lang::fi, registration.token, Act::health), act_path(base::Lang::sv, registration.token, Act::health), act_path(base::Lang::en, registration.token, Act::health)};
  return show(call, "registrations/health", (problems.empty() ? "" : call.say("signup.error_prefix")) + call.say("signup.health_title"), paths, std::move(data));
}

// The sign-up of the address, if its health answers may be changed now. Nothing: they may not.
base::Result<std::optional<Registration>> answerable(Call& call, Session& session) {
  KK_LET(const Registration registration, load_by_token(call.db, call.arg));
  KK_LET(session, load_session(call.db, registration.variant, call.lang, call.now));
  return choices_of(registration, session, false, call.now).answer ? std::optional<Registration>(registration) : std::nullopt;
}

}  // namespace

base::Result<web::Response> show_health(Call& call) {
  Session session;
  KK_LET(const auto registration, answerable(call, session));
  if (!registration) return web::see_other(page_path(call.lang, call.arg));
  return health_page(call, *registration, session, nullptr, {});
}

// One participant's, typed anew: what stood before is destroyed, and nothing typed means nothing stored.
base::Result<web::Response> post_health(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  Session session;
  KK_LET(const auto registration, answerable(call, session));
  if (!registration) return web::see_other(page_path(call.lang, call.arg));
  web::Problems problems;
  const auto no = form.number("participant", 1, registration->seats);
  if (!no) return fail(ErrorKind::invalid, "no such participant");
  bool consents = false;
  if (!call.app.guard.valid(call.request, form)) problems.add("main", "form_old");
  const Answers answers = check_health(form, session, static_cast<int>(*no), call.app.city.health_by_consent, consents, problems);
  if (!problems.empty()) return health_page(call, *registration, session, &form, problems);
  KK_LET(const auto key, call.ring.key(call.db, call.app.anchors, session.unit, crypto::DataClass::health, call.now));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(Registration now_is, load_by_token(call.db, call.arg, true));
    if (now_is.state != State::confirmed) return fail(ErrorKind::conflict, "not confirmed any more");
    now_is.lang = call.lang;
    KK_TRY(call.db.write("UPDATE registration_consents SET withdrawn_utc = ? WHERE registration_id = ? AND participant = ? AND withdrawn_utc IS NULL AND given_utc < ?", call.now, now_is.id, *no, call.now));
    return store_health(call.db, now_is, static_cast<int>(*no), answers, consents, key, call.app.city.consent_version, call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(page_path(call.lang, call.arg));
}

}  // namespace registrations
