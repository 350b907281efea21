// The instructor's pages: my sessions, who comes, health answers behind a purpose, one participant in an emergency, diets without names, attendance.
#include <array>

#include "lib/base/contact.h"
#include "opener/participants.h"

namespace opener {

using base::ErrorKind;
using base::fail;
using staff::Use;
using view::List;
using view::Object;

namespace {

constexpr std::array<const char*, 3> kPurposes = {"safety", "first_aid", "planning"};
constexpr std::chrono::hours kGlassBroken{1};
constexpr std::chrono::hours kMarksComeLater{24};  // a phone that found its connection at home
constexpr std::size_t kLeastReason = 10, kMostReason = 200;

std::string id_of(const HeldSession& session) { return std::to_string(session.variant); }
std::string session_path(base::Lang lang, const std::string& id) { return std::string(base::by_lang(lang, "/fi/osallistujat/", "/sv/deltagare/", "/en/participants/")) + id; }
std::string act_path(base::Lang lang, const std::string& id, const char* fi, const char* sv, const char* en) { return session_path(lang, id) + base::by_lang(lang, fi, sv, en); }
std::array<std::string, 3> session_paths(const std::string& id) { return {session_path(base::Lang::fi, id), session_path(base::Lang::sv, id), session_path(base::Lang::en, id)}; }

std::string title_of(const HeldSession& session) { return session.activity + (session.name.empty() ? "" : ": " + session.name); }

// The session of the address, of somebody who may see its unit's. ERRORS: not_found; denied.
base::Result<HeldSession> session_of(const Call& call) {
  if (call.arg.empty() || call.arg.size() > 9 || call.arg.find_first_not_of("0123456789") != std::string::npos) return fail(ErrorKind::not_found, "no such session");
  KK_LET(auto session, find_held_session(call, std::stoll(call.arg)));
  if (!session) return fail(ErrorKind::not_found, "no such session");
  KK_TRY(call.rights.permit<staff::Right::participants_view>(session->place));
  if (!session->mine && !supervises(call, *session)) return fail(ErrorKind::denied, "not on this session");
  return std::move(*session);
}

// The same, of somebody who holds it while its lists are open. ERRORS: denied.
base::Result<HeldSession> held_now(const Call& call) {
  KK_LET(auto session, session_of(call));
  if (!session.mine || !lists_are_open(call, session)) return fail(ErrorKind::denied, "not held by this person now");
  return session;
}

Object head_view(const Call& call, const HeldSession& session) {
  return Object().set("title", title_of(session)).set("when", base::format_period(session.starts, session.ends, call.lang)).set("place", session.where);
}

void fill_head(const Call& call, const HeldSession& session, Object& data) {
  data.merge(head_view(call, session));
  data.set("list_url", session_path(call.lang, id_of(session)));
  const auto destroy_by = session.ends + std::chrono::days(call.city.retention.at("health_answers_days"));
  data.set("destroy_by", call.say("participants.destroy_by", {{"day", base::format_date(destroy_by, call.lang)}}));
}

List answers_view(const OpenedAnswers& answers) {
  List out;
  for (const auto& [question, words] : answers) out.push_back(Object().set("question", question).set("words", words));
  return out;
}

List phone_view(const std::string& phone) {
  return phone.empty() ? List() : List{Object().set("href", "tel:" + phone).set("text", base::format_phone(phone))};
}

std::string age_words(const Call& call, const std::string& birth) {
  if (birth.size() != 10) return {};
  const std::string today = base::helsinki_date_iso(call.now);
  const int age = std::stoi(today.substr(0, 4)) - std::stoi(birth.substr(0, 4)) - (today.substr(5) < birth.substr(5) ? 1 : 0);
  return call.say("participants.age", {{"age", std::to_string(age)}});
}

Object participant_view(const Call& call, const OpenedParticipant& one, bool with_protected) {
  const bool shown = !one.is_protected || with_protected;
  Object out;
  out.set("registration", std::to_string(one.registration)).set("no", std::to_string(one.no)).set("id", std::to_string(one.registration) + "-" + std::to_string(one.no));
  out.set("name", one.first_name + " " + one.last_name).set("age", age_words(call, one.birth));
  out.set("answers", answers_view(one.answers)).set("has_health", one.has_health).set("withdrew", one.withdrew).set("is_protected", one.is_protected);
  out.set("adult_name", shown ? one.adult_name : std::string()).set("adult_phone", phone_view(shown ? one.adult_phone : std::string()));
  out.set("reached", shown && !one.reach_phone.empty()).set("reach_name", shown ? one.reach_name : std::string()).set("reach_phone", phone_view(shown ? one.reach_phone : std::string()));
  out.set("health", answers_view(one.health.value_or(OpenedAnswers{})));
  return out;
}

// The meeting that marks are for: the one now, else the next, else the last.
base::UtcTime meeting_now(const std::vector<base::UtcTime>& meetings, base::UtcTime now) {
  for (const auto meeting : meetings) {
    if (now < meeting + std::chrono::hours(12)) return meeting;
  }
  return meetings.empty() ? base::UtcTime{} : meetings.back();
}

base::Status log_open(const Call& call, const OpenedParticipant& one, const std::string& why, const char* result) {
  return staff::log_use(call.db, {call.person().id, call.request.address, Use::open, "registration", one.number, why, result}, call.now);
}

// Who opens health answers may open so many an hour. ERRORS: conflict.
base::Result<bool> may_open_more(const Call& call, std::size_t count) {
  KK_LET(const db::Rows before, call.db.query("SELECT COUNT(*) FROM use_log WHERE staff_id = ? AND what = 'open' AND at_utc > ?", call.person().id, call.now - std::chrono::hours(1)));
  return before[0].integer(0) + static_cast<std::int64_t>(count) <= call.city.staff_openings_per_hour;
}

// Written down and known outside before anything leaves; then what the families' pages say.
base::Status note_opened(const Call& call, const HeldSession& session, const std::vector<OpenedParticipant>& opened, const std::string& why, crypto::DataClass data_class) {
  KK_TRY(staff::announce_use(call.db, {call.person().id, call.request.address, data_class == crypto::DataClass::health ? Use::open : Use::view, "session", id_of(session), why, std::to_string(opened.size())}, call.now));
  return call.db.transact([&]() -> base::Status {
    KK_TRY(note_views(call, session.place, opened, data_class));
    for (const auto& one : opened) {
      if (data_class == crypto::DataClass::health && one.health) KK_TRY(log_open(call, one, why, "health"));
    }
    return {};
  });
}

struct ListPage {
  web::Problems problems;
  std::string purpose;
};

std::string participants_words(const Call& call, const HeldSession& session) { return call.say(session.participants == 1 ? "participants.count_one" : "participants.count", {{"count", std::to_string(session.participants)}}); }

// A session that one may not open now: its numbers, and why; for who answers for the unit, the glass.
base::Result<web::Response> closed_page(const Call& call, const HeldSession& session, const web::Problems& problems, const std::string& reason) {
  Object data;
  fill_head(call, session, data);
  data.set("count", participants_words(call, session));
  const auto opens = session.starts - std::chrono::days(call.city.signup_lists_days_before);
  data.set("why", !session.mine ? call.say("participants.not_mine") : call.now < session.starts ? call.say("participants.opens", {{"day", base::format_date(opens, call.lang)}}) : call.say("participants.over"));
  const bool may_break = !session.mine && supervises(call, session);
  data.set("may_break", may_break).set("break_url", act_path(call.lang, id_of(session), "/avaa-hatatilassa", "/oppna-i-nodlage", "/break-glass")).set("reason", reason);
  problems.fill(data, call.templates, call.lang, {"reason"});
  return staff::show(call, {"opener/session_closed", title_of(session), session_paths(id_of(session))}, std::move(data));
}

base::Result<web::Response> list_page(Call& call, const HeldSession& session, const ListPage& page) {
  KK_LET(const auto opened, open_participants(call, session, With::names));
  KK_TRY(note_opened(call, session, opened, "list", crypto::DataClass::child));
  KK_LET(const auto meetings, meetings_of(call.db, session.variant));
  const base::UtcTime meeting = meeting_now(meetings, call.now);
  KK_LET(const db::Rows marks, call.db.query("SELECT a.registration_id, a.participant, a.present FROM attendance a JOIN registrations r ON r.id = a.registration_id WHERE r.variant_id = ? AND a.starts_utc = ?", session.variant, meeting));
  Object data;
  fill_head(call, session, data);
  List people;
  std::size_t here = 0;
  for (const auto& one : opened) {
    bool present = false, marked = false;
    for (const auto& mark : marks) {
      if (mark.integer(0) != one.registration || mark.integer(1) != one.no) continue;
      marked = true;
      present = mark.boolean(2);
    }
    here += present ? 1 : 0;
    people.push_back(participant_view(call, one, false).set("present", present).set("absent", marked && !present));
  }
  data.set("here", call.say("participants.here", {{"here", std::to_string(here)}, {"count", std::to_string(opened.size())}}));
  data.set("none", people.empty()).set("participants", std::move(people)).set("meeting", base::format_date_time(meeting, call.lang)).set("starts", base::to_iso(meeting));
  const std::string id = id_of(session);
  data.set("person", std::to_string(call.person().id)).set("mark_url", act_path(call.lang, id, "/lasna", "/narvaro", "/attendance")).set("emergency_url", act_path(call.lang, id, "/hatatilanne", "/nodfall", "/emergency"));
  data.set("health_url", act_path(call.lang, id, "/terveystiedot", "/halsouppgifter", "/health")).set("kitchen_url", act_path(call.lang, id, "/ruoka", "/mat", "/kitchen"));
  List purposes;
  for (const char* purpose : kPurposes) purposes.push_back(Object().set("code", purpose).set("words", call.say(std::string("participants.purpose_") + purpose)).set("chosen", page.purpose == purpose));
  data.set("purposes", std::move(purposes));
  page.problems.fill(data, call.templates, call.lang, {"purpose"});
  return staff::show(call, {"opener/participants", title_of(session), session_paths(id)}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_sessions(Call& call) {
  KK_LET(const auto sessions, find_held_sessions(call));
  List mine, others;
  for (const auto& one : sessions) {
    if (!call.rights.on(staff::Right::participants_view, one.place) || one.cancelled) continue;
    if (!one.mine && !supervises(call, one)) continue;
    Object row = head_view(call, one);
    row.set("url", session_path(call.lang, id_of(one))).set("count", participants_words(call, one)).set("is_open", one.mine && lists_are_open(call, one));
    (one.mine ? mine : others).push_back(std::move(row));
  }
  Object data;
  data.set("none", mine.empty()).set("mine", std::move(mine)).set("has_others", !others.empty()).set("others", std::move(others));
  return staff::show(call, {"opener/sessions", call.say("participants.title"), {"/fi/osallistujat", "/sv/deltagare", "/en/participants"}}, std::move(data));
}

base::Result<web::Response> show_participants(Call& call) {
  KK_LET(const auto session, session_of(call));
  if (!session.mine || !lists_are_open(call, session)) return closed_page(call, session, {}, "");
  return list_page(call, session, {});
}

base::Result<web::Response> post_health_answers(Call& call) {
  KK_LET(const auto session, held_now(call));
  KK_TRY(call.rights.permit<staff::Right::health_open>(session.place));
  ListPage page{{}, call.form.text("purpose")};
  const bool known = std::find(kPurposes.begin(), kPurposes.end(), page.purpose) != kPurposes.end();
  if (!known) page.problems.add("purpose", "purpose_required");
  KK_LET(const db::Rows stored, call.db.query("SELECT COUNT(*) FROM health_answers h JOIN registrations r ON r.id = h.registration_id WHERE r.variant_id = ? AND r.state = 'confirmed'", session.variant));
  KK_LET(const bool more, may_open_more(call, static_cast<std::size_t>(stored[0].integer(0))));
  if (!more) page.problems.add("purpose", "keys_too_many");
  if (!page.problems.empty()) return list_page(call, session, page);
  KK_LET(const auto opened, open_participants(call, session, With::health));
  KK_TRY(note_opened(call, session, opened, page.purpose, crypto::DataClass::health));
  Object data;
  fill_head(call, session, data);
  List people;
  for (const auto& one : opened) {
    if (one.health) people.push_back(participant_view(call, one, false));
  }
  data.set("none", people.empty()).set("participants", std::move(people)).set("purpose", call.say("participants.purpose_" + page.purpose));
  return staff::show(call, {"opener/health", call.say("participants.health_title"), session_paths(id_of(session))}, std::move(data));
}

// One participant with all that is known, protected contacts too.
base::Result<web::Response> post_emergency(Call& call) {
  KK_LET(const auto session, held_now(call));
  KK_TRY(call.rights.permit<staff::Right::health_open>(session.place));
  const auto registration = call.form.number("registration", 1, 9'000'000'000'000'000'000);
  const auto no = call.form.number("participant", 1, 250);
  if (!registration || !no) return fail(ErrorKind::invalid, "no participant");
  KK_LET(auto opened, open_participants(call, session, With::health, *registration));
  std::erase_if(opened, [&](const auto& one) { return one.no != *no; });
  if (opened.empty()) return fail(ErrorKind::not_found, "no such participant");
  if (!opened[0].health) opened[0].health = OpenedAnswers{};
  KK_TRY(note_opened(call, session, opened, "emergency", crypto::DataClass::health));
  Object data;
  fill_head(call, session, data);
  data.merge(participant_view(call, opened[0], true));
  data.set("no_health", opened[0].health->empty());
  return staff::show(call, {"opener/emergency", opened[0].first_name + " " + opened[0].last_name, session_paths(id_of(session))}, std::move(data));
}

// Diets as counts, without names, for each meeting's day.
base::Result<web::Response> post_kitchen(Call& call) {
  KK_LET(const auto session, held_now(call));
  KK_TRY(call.rights.permit<staff::Right::health_open>(session.place));
  KK_LET(const auto opened, open_participants(call, session, With::health));
  KK_TRY(note_opened(call, session, opened, "kitchen", crypto::DataClass::health));
  KK_LET(const auto meetings, meetings_of(call.db, session.variant));
  KK_LET(const db::Rows choices, call.db.run_query(std::string("SELECT code, label_") + base::to_string(call.lang) + " FROM form_choices WHERE form_code = ? AND question_code = 'diet' ORDER BY sort_order", {session.form}));
  Object data;
  fill_head(call, session, data);
  List diets, days;
  for (const auto& choice : choices) {
    const auto count = std::count_if(opened.begin(), opened.end(), [&](const auto& one) { return std::find(one.diets.begin(), one.diets.end(), choice.text(0)) != one.diets.end(); });
    diets.push_back(Object().set("diet", choice.text(1)).set("count", std::to_string(count)));
  }
  for (const auto meeting : meetings) {
    if (meeting + std::chrono::hours(24) > call.now) days.push_back(Object().set("day", base::format_date(meeting, call.lang)).set("count", std::to_string(opened.size())));
  }
  data.set("diets", std::move(diets)).set("days", std::move(days));
  return staff::show(call, {"opener/kitchen", call.say("participants.kitchen_title"), session_paths(id_of(session))}, std::move(data));
}

// A tap. The time of the tap counts, not of its coming: a mark that a lost connection kept back overwrites no newer one.
base::Result<web::Response> post_attendance(Call& call) {
  KK_LET(const auto session, session_of(call));
  if (!session.mine || call.now < session.starts - std::chrono::days(call.city.signup_lists_days_before)) return fail(ErrorKind::denied, "not held by this person now");
  if (call.now >= session.ends + kMarksComeLater) return fail(ErrorKind::conflict, "too late: the device need not keep it");
  const auto registration = call.form.number("registration", 1, 9'000'000'000'000'000'000);
  const auto no = call.form.number("participant", 1, 250);
  const auto starts = base::parse_utc(call.form.text("starts"));
  const auto present = call.form.number("present", 0, 1);
  if (!registration || !no || !starts || !present) return fail(ErrorKind::invalid, "no mark");
  const auto tapped = base::parse_utc(call.form.text("tapped"));
  const base::UtcTime at = tapped && *tapped < call.now ? *tapped : call.now;
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const db::Rows known, call.db.query("SELECT 1 FROM registrations r JOIN registration_participants p ON p.registration_id = r.id JOIN activity_meetings m ON m.variant_id = r.variant_id AND m.starts_utc = ? "
                                               "WHERE r.id = ? AND r.variant_id = ? AND p.no = ? AND r.state = 'confirmed'", *starts, *registration, session.variant, *no));
    if (known.empty()) return fail(ErrorKind::not_found, "no such participant or meeting");
    KK_TRY(call.db.write("INSERT IGNORE INTO attendance (registration_id, participant, starts_utc, present, marked_by, marked_utc) VALUES (?, ?, ?, ?, ?, ?)", *registration, *no, *starts, *present, call.person().id, at));
    return call.db.write("UPDATE attendance SET present = ?, marked_by = ?, marked_utc = ? WHERE registration_id = ? AND participant = ? AND starts_utc = ? AND marked_utc <= ?", *present, call.person().id, at, *registration,
                         *no, *starts, at);
  });
  if (!done) return fail(done.error());
  if (call.form.text("quiet") == "1") return web::plain(200, "marked");
  return web::see_other(session_path(call.lang, id_of(session)) + "#p" + std::to_string(*registration) + "-" + std::to_string(*no));
}

// Who answers for the unit opens a session that somebody else holds: with a reason, for an hour; the data protection officer is told at once.
base::Result<web::Response> post_break_glass(Call& call) {
  KK_LET(const auto session, session_of(call));
  if (!supervises(call, session)) return fail(ErrorKind::denied, "answers for another unit");
  const auto reason = base::clean_text(call.form.text("reason"), kMostReason);
  web::Problems problems;
  if (!reason || reason->size() < kLeastReason) problems.add("reason", "glass_reason_required");
  if (!problems.empty()) return closed_page(call, session, problems, call.form.text("reason"));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("INSERT INTO session_staff (variant_id, staff_id, given_by, given_utc, ends_utc, reason) VALUES (?, ?, ?, ?, ?, ?)", session.variant, call.person().id, call.person().id, call.now,
                         call.now + kGlassBroken, *reason));
    KK_TRY(call.db.write("INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES ('break_glass', LAST_INSERT_ID(), ?, ?)", crypto::random_code(8), call.now));
    return staff::log_use(call.db, {call.person().id, call.request.address, Use::grant, "session", id_of(session), *reason, "break-glass"}, call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(session_path(call.lang, id_of(session)));
}

base::Result<web::Response> to_participants(Call& call) { return web::see_other(session_path(call.lang, call.arg)); }

}  // namespace opener
