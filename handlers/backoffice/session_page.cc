// One session: its numbers, who holds it, who has signed up, who waits and why; a message to all, a move, the waiting list's order, calling it off.
#include <algorithm>
#include <set>

#include "backoffice/edit_history.h"
#include "backoffice/inputs.h"
#include "backoffice/paging.h"
#include "backoffice/refund_store.h"
#include "backoffice/session_form.h"
#include "backoffice/session_store.h"
#include "backoffice/variant_page.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kMostMessage = 2000, kLongestSessionReason = 200;
constexpr std::size_t kMostSignUps = 20, kMostWaiting = 20, kMostChoices = 200;  // of a page; choices of another session, of all its rows together
constexpr std::array<const char*, 3> kWords = {"words_fi", "words_sv", "words_en"};

Paths session_paths(std::int64_t variant) {
  const std::string id = "/" + std::to_string(variant);
  const Paths all = activities_paths();
  return {all[0] + id, all[1] + id, all[2] + id};
}

struct Here {
  SessionRow session;
  Edit may;
};
// The session of the address, in one's scope. ERRORS: not_found; denied.
base::Result<Here> here(const Call& call) {
  if (call.arg.empty() || call.arg.size() > 9 || call.arg.find_first_not_of("0123456789") != std::string::npos) return fail(ErrorKind::not_found, "no such session");
  KK_LET(auto session, find_session(call.db, call.lang, std::stoll(call.arg)));
  if (!session) return fail(ErrorKind::not_found, "no such session");
  KK_LET(auto may, call.rights.permit<staff::Right::activities_edit>(session->activity.place));
  return Here{std::move(*session), std::move(may)};
}

std::string id_text(const SignUp& one) { return std::to_string(one.id); }

// What the address names of the list `name`, else its beginning.
std::string after_in(const Call& call, const char* name) {
  const ListPlace place = list_place(call);
  return place.list == name ? place.after : "";
}

List sign_ups_view(const Call& call, const std::vector<SignUp>& all, const web::Problems& problems) {
  List out;
  for (const auto& one : all) {
    const std::string id = std::to_string(one.id), wrong = problems.message(call.templates, call.lang, "to_" + id);
    const std::string state = one.offered && one.state == "held" ? "offered" : one.state;
    out.push_back(Object().set("number", one.number).set("id", id).set("seats", std::to_string(one.seats)).set("state", call.say("backoffice.sign_up_" + state))
                      .set("when", base::format_date_time(one.created, call.lang)).set("stands", one.state == "confirmed").set("reason", row_words_view(call, problems, {"end_" + id, call.say("backoffice.put_reason"), call.form.text("registration") == id && call.form.has("words")})).set("wrong", !wrong.empty()).set("message", wrong));
  }
  return out;
}

// In line after `before` others, with why it was or wasn't offered the seats that are free.
List waiting_view(const Call& call, const std::vector<SignUp>& rows, std::size_t before, const SessionRow& session, const web::Problems& problems) {
  const int free = std::max(0, session.free);
  List out;
  for (const auto& one : rows) {
    const std::size_t in_line = before + out.size() + 1;
    const char* why = session.state != "open" ? "backoffice.waits_closed" : one.seats > free ? "backoffice.waits_too_many" : "backoffice.waits_next";
    const std::string id = std::to_string(one.id);
    out.push_back(Object().set("place", std::to_string(in_line)).set("number", one.number).set("id", id).set("is_first", in_line == 1).set("reason", row_words_view(call, problems, {"put_" + id, call.say("backoffice.put_reason"), call.form.text("registration") == id})).set("seats", std::to_string(one.seats))
                      .set("when", base::format_date_time(one.created, call.lang)).set("why", call.say(why, {{"free", std::to_string(free)}})));
  }
  return out;
}

// Where a family may be moved; `is_wanted`: it was chosen in the form that was sent.
base::Result<List> others_view(const Call& call, const SessionRow& session) {
  KK_LET(const auto all, find_sessions(call.db, call.lang, call.now));
  List out;
  for (const auto& one : all) {
    if (one.activity.product != session.activity.product || one.variant == session.variant || one.state == "cancelled" || one.state == "draft") continue;
    const std::string id = std::to_string(one.variant);
    out.push_back(Object().set("id", id).set("is_wanted", call.form.text("to") == id).set("name", one.name + (one.name.empty() ? "" : ", ") + base::format_date(one.starts, call.lang) + ", " +
                                                                                 call.say("backoffice.session_free", {{"free", std::to_string(std::max(0, one.free))}})));
  }
  return out;
}

base::Status set_session_history(const Call& call, std::int64_t variant, Object& data) {
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  const auto name = [&](const std::string& field) { return field == "state" ? call.say("products.field_state") : session_label(call, lists.groups, field); };
  const auto value = [&](const std::string& field, const std::string& text) {
    if (field == "state") return call.say("backoffice.session_" + text);
    const auto noon = field.starts_with("from_") ? base::parse_helsinki(text + "T12:00") : std::nullopt;
    if (noon) return base::format_date(*noon, call.lang);
    return field.starts_with("price_") || field.starts_with("next_") ? sum_words(call, text) : text;
  };
  return set_history(call, {{"session", std::to_string(variant)}, session_paths(variant), {name, value}}, data);
}

base::Result<web::Response> session_page(const Call& call, const SessionRow& session, const web::Problems& problems) {
  KK_LET(const auto holders, find_holders(call.db, session.variant, call.now));
  KK_LET(const auto pool, find_pool(call.db, session, call.now));
  KK_LET(auto signed_up, find_sign_ups(call.db, session.variant));
  KK_LET(auto waiting, find_waiting(call.db, session.variant));
  KK_LET(List others, others_view(call, session));
  int confirmed = 0;
  for (const auto& one : signed_up) confirmed += one.state == "confirmed" ? one.seats : 0;
  // Each row has all the other sessions to choose from.
  const std::string next_signed = keep_part(signed_up, after_in(call, "signed"), std::clamp<std::size_t>(kMostChoices / (others.size() + 1), 1, kMostSignUps), id_text);
  const bool somebody_waits = !waiting.empty();
  const auto last = std::find_if(waiting.begin(), waiting.end(), [&](const auto& one) { return id_text(one) == after_in(call, "waiting"); });
  const std::size_t before = last == waiting.end() ? 0 : static_cast<std::size_t>(last - waiting.begin()) + 1;
  const std::string next_waiting = keep_part(waiting, after_in(call, "waiting"), kMostWaiting, id_text);
  Object data;
  data.set("name", session.activity.name).set("session_name", session.name).set("when", base::format_period(session.starts, session.ends, call.lang)).set("place", session.place);
  data.set("numbers", call.say("backoffice.session_numbers", {{"taken", std::to_string(session.seats - session.free)}, {"seats", std::to_string(session.seats)}}));
  data.set("confirmed", call.say("backoffice.session_confirmed", {{"count", std::to_string(confirmed)}}));
  data.set("is_short", session.minimum > confirmed).set("short_words", call.say("backoffice.session_minimum", {{"minimum", std::to_string(session.minimum)}}));
  data.set("state", call.say("backoffice.session_" + session.state)).set("late", session.state != "cancelled" && ends_too_late(call, session.signup_from, session.ends)).set("called_off", session.state == "cancelled").set("standing", session.state != "cancelled");
  List of_holders, of_pool;
  for (const auto& one : holders) of_holders.push_back(Object().set("id", std::to_string(one.id)).set("name", one.name).set("for_an_hour", one.for_an_hour));
  for (const auto& one : pool) of_pool.push_back(Object().set("id", std::to_string(one.id)).set("name", one.name));
  data.set("no_holders", of_holders.empty()).set("holders", std::move(of_holders)).set("has_pool", !of_pool.empty()).set("pool", std::move(of_pool));
  data.set("none", signed_up.empty()).set("sign_ups", sign_ups_view(call, signed_up, problems)).set("has_others", !others.empty()).set("others", std::move(others));
  data.set("somebody_waits", somebody_waits).set("waiting", waiting_view(call, waiting, before, session, problems)).set("rule_words", call.say(call.city.families_that_fit_first ? "backoffice.queue_fit" : "backoffice.queue_strict"));
  for (const char* field : kWords) data.set(field, call.form.text(field));
  data.set("reason", call.form.text("reason"));
  const Paths paths = session_paths(session.variant);
  data.set("signed_more", more_view(call, paths, {"signed", next_signed}, call.say("backoffice.signed_title"))).set("waiting_more", more_view(call, paths, {"waiting", next_waiting}, call.say("backoffice.waiting_title")));
  const std::string url = in(call.lang, paths);
  data.set("give_url", below(url, "ohjaaja", "ledare", "instructor", call.lang)).set("take_url", below(url, "ohjaaja-pois", "ledare-bort", "instructor-out", call.lang));
  const ListPlace place = list_place(call);
  data.set("cancel_url", at_place(below(url, "peru-ilmoittautuminen", "annullera-anmalan", "cancel-sign-up", call.lang), place)).set("move_url", at_place(below(url, "siirra", "flytta", "move", call.lang), place)).set("first_url", at_place(below(url, "jonon-alkuun", "forst-i-kon", "first-in-line", call.lang), place));
  data.set("key", crypto::random_token()).set("message_url", below(url, "viesti", "meddelande", "message", call.lang)).set("call_off_url", below(url, "peru", "stall-in", "call-off", call.lang)).set("back_url", in(call.lang, activities_paths())).set("edit_url", below(url, "muokkaa", "redigera", "edit", call.lang));
  KK_TRY(set_session_history(call, session.variant, data));
  problems.fill(data, call.templates, call.lang, {"words_fi", "words_sv", "words_en", "reason", "staff"});
  return staff::show(call, {"backoffice/session", (problems.empty() ? "" : call.say("checkout.error_prefix")) + session.activity.name, session_paths(session.variant)}, std::move(data));
}

// The page with what is wrong beside the family's own field. ERRORS: not_found: no sign-up that stands in this session.
base::Result<web::Response> of_sign_up(const Call& call, const SessionRow& session, std::int64_t registration, const web::Problems& problems) {
  KK_LET(const auto signed_up, find_sign_ups(call.db, session.variant));
  if (std::none_of(signed_up.begin(), signed_up.end(), [&](const auto& one) { return one.id == registration && one.state == "confirmed"; })) return fail(ErrorKind::not_found, "not of this session");
  return session_page(call, session, problems);
}

// Does it, writes it down where it was not done before, and shows the session as it is then.
template <typename Act>
base::Result<web::Response> act(const Call& call, const SessionRow& session, staff::Use what, const std::string& result, Act&& change) {
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const bool now, change());
    return now ? log_act(call, what, "session", std::to_string(session.variant), result) : base::Status();
  });
  if (!done) return fail(done.error());
  return back_to_list(call, session_paths(session.variant));
}

}  // namespace

base::Result<web::Response> show_session(Call& call) {
  KK_LET(const Here at, here(call));
  return session_page(call, at.session, {});
}

base::Result<web::Response> post_give_session(Call& call) {
  KK_LET(const Here at, here(call));
  const auto person = call.form.number("staff", 1, 4'294'967'295);
  if (!person) {
    web::Problems problems;
    problems.add("staff", "holder_required");
    return session_page(call, at.session, problems);
  }
  return act(call, at.session, staff::Use::grant, "held by " + std::to_string(*person), [&] { return give_session(at.may, call.db, at.session, *person, call.person().id, call.now); });
}

base::Result<web::Response> post_take_session(Call& call) {
  KK_LET(const Here at, here(call));
  const auto holder = call.form.number("holder", 1, 4'294'967'295);
  if (!holder) return fail(ErrorKind::invalid, "nobody");
  return act(call, at.session, staff::Use::grant, "taken back " + std::to_string(*holder), [&] { return take_session(at.may, call.db, at.session, *holder, call.now); });
}

base::Result<web::Response> post_move(Call& call) {
  KK_LET(const Here at, here(call));
  const auto registration = call.form.number("registration", 1, 9'000'000'000'000'000'000);
  const auto to = call.form.number("to", 1, 4'294'967'295);
  if (!registration) return fail(ErrorKind::invalid, "no sign-up");
  const std::string field = "to_" + std::to_string(*registration);
  web::Problems problems;
  KK_LET(const auto target, find_session(call.db, call.lang, to.value_or(0)));
  if (!target || target->activity.product != at.session.activity.product || target->state == "cancelled" || target->state == "draft") problems.add(field, "move_to_required");
  if (!problems.empty()) return of_sign_up(call, at.session, *registration, problems);
  const auto done = act(call, at.session, staff::Use::change, "moved to " + std::to_string(*to), [&]() -> base::Result<bool> {
    KK_LET(const auto one, registrations::load_by_id(call.db, *registration, true));
    if (one.variant == *to) return false;  // by a run whose COMMIT was lost on the way
    if (one.variant != at.session.variant) return fail(ErrorKind::not_found, "not of this session");
    KK_LET(const bool moved, registrations::move_to(call.db, call.instance.public_url, one, *to, call.now));
    if (!moved) return fail(ErrorKind::conflict, "full");
    return true;
  });
  if (done || done.error().kind != ErrorKind::conflict) return done;
  problems.add(field, "move_to_full");
  return of_sign_up(call, at.session, *registration, problems);
}

// For a family that can't any more, or that asks by phone: as its own page does it. What was paid waits among the refunds.
base::Result<web::Response> post_cancel_sign_up(Call& call) {
  KK_LET(const Here at, here(call));
  const auto registration = call.form.number("registration", 1, 9'000'000'000'000'000'000);
  if (!registration) return fail(ErrorKind::invalid, "no sign-up");
  web::Problems problems;
  const std::string reason = staff_words(call, problems, {"end_" + std::to_string(*registration), kLongestSessionReason});
  if (!problems.empty()) return of_sign_up(call, at.session, *registration, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const auto one, registrations::load_by_id(call.db, *registration, true));
    if (one.variant != at.session.variant) return fail(ErrorKind::not_found, "not of this session");
    KK_LET(const bool cancelled, registrations::cancel_confirmed(call.db, call.instance.public_url, one, {"family_cancelled", call.person().id, reason}, call.now));
    if (!cancelled) return one.state == registrations::State::cancelled ? base::Status() : fail(ErrorKind::conflict, "it does not stand");
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "registration", std::to_string(one.id), reason, "cancelled"}, call.now);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, session_paths(at.session.variant));
}

base::Result<web::Response> post_put_first(Call& call) {
  KK_LET(const Here at, here(call));
  const auto registration = call.form.number("registration", 1, 9'000'000'000'000'000'000);
  if (!registration) return fail(ErrorKind::invalid, "no sign-up");
  web::Problems problems;
  const std::string reason = staff_words(call, problems, {"put_" + std::to_string(*registration), kLongestSessionReason});
  if (!problems.empty()) return session_page(call, at.session, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(put_first(at.may, call.db, at.session, *registration));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "registration", std::to_string(*registration), reason, "first in line"}, call.now);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, session_paths(at.session.variant));
}

// A mail to each family that is in, in its language; once, however often its form is sent.
base::Result<web::Response> post_message(Call& call) {
  KK_LET(const Here at, here(call));
  if (!crypto::is_token(call.form.text("key"))) return fail(ErrorKind::invalid, "no form's key");
  KK_LET(const auto signed_up, find_sign_ups(call.db, at.session.variant));
  std::set<base::Lang> wanted;
  for (const auto& one : signed_up) {
    if (one.state == "confirmed" && !one.email.empty()) wanted.insert(one.lang);
  }
  web::Problems problems;
  if (wanted.empty()) problems.add("words_fi", "message_nobody");
  for (const auto lang : wanted) {
    const std::string words = call.form.text(kWords[base::index(lang)]);
    if (words.empty()) problems.add(kWords[base::index(lang)], "message_required");
    if (words.size() > kMostMessage) problems.add(kWords[base::index(lang)], "message_too_long", {{"max", std::to_string(kMostMessage)}});
  }
  if (!problems.empty()) return session_page(call, at.session, problems);
  const std::string key = form_key(call);
  const auto done = call.db.transact([&]() -> base::Status {
    bool sent = false;
    for (const auto& one : signed_up) {
      if (one.state != "confirmed") continue;
      KK_LET(const auto registration, registrations::load_by_id(call.db, one.id));
      KK_LET(const bool is_first, registrations::mail_once(call.db, call.instance.public_url, registration, {"message", {}, {}, call.form.text(kWords[base::index(one.lang)])}, key, call.now));
      sent |= is_first;
    }
    return sent ? log_act(call, staff::Use::change, "session", std::to_string(at.session.variant), "message") : base::Status();
  });
  if (!done) return fail(done.error());
  return back_to_list(call, session_paths(at.session.variant));
}

base::Result<web::Response> post_call_off(Call& call) {
  KK_LET(const Here at, here(call));
  web::Problems problems;
  const std::string reason = staff_words(call, problems, {"reason", kLongestSessionReason, "reason"});
  if (!problems.empty()) return session_page(call, at.session, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const int told, registrations::call_off(call.db, call.instance.public_url, at.session.variant, call.person().id, call.now));
    KK_TRY(keep_edits(call, {"session", std::to_string(at.session.variant)}, {{"state", at.session.state, "cancelled"}}));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "session", std::to_string(at.session.variant), reason, "called off " + std::to_string(told)}, call.now);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, session_paths(at.session.variant));
}

base::Result<web::Response> to_session(Call& call) { return web::see_other(in(call.lang, activities_paths()) + "/" + call.arg); }

}  // namespace backoffice
