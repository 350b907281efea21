// Courses, camps and events of one's scope: their sessions with their numbers, and opening and closing their sign-up.
#include "backoffice/activity_store.h"
#include "backoffice/edit_history.h"
#include "backoffice/paging.h"
#include "backoffice/session_edit_store.h"
#include "backoffice/variant_page.h"

#include <map>

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kActivityRows = 60;  // sessions, and activities without any; each may have its activity's heading above it

std::string state_words(const Call& call, const SessionRow& session) {
  if (session.state != "open") return call.say("backoffice.session_" + session.state);
  if (session.signup_from > call.now) return call.say("backoffice.session_opens", {{"when", base::format_date_time(session.signup_from, call.lang)}});
  if (session.signup_until <= call.now) return call.say("backoffice.session_over");
  return call.say("backoffice.session_open");
}

view::Object session_view(const Call& call, const SessionRow& session) {
  const int taken = session.seats - session.free;
  const std::string days = base::format_date(session.starts, call.lang) + " – " + base::format_date(session.ends, call.lang);
  return view::Object()
      .set("id", std::to_string(session.variant)).set("session_url", in(call.lang, activities_paths()) + "/" + std::to_string(session.variant)).set("name", session.name.empty() ? base::format_date(session.starts, call.lang) : session.name).set("days", days)
      .set("place", session.place).set("numbers", call.say("backoffice.session_numbers", {{"taken", std::to_string(taken)}, {"seats", std::to_string(session.seats)}}))
      .set("is_short", session.minimum > taken).set("short_words", call.say("backoffice.session_minimum", {{"minimum", std::to_string(session.minimum)}}))
      .set("late", session.state != "cancelled" && ends_too_late(call, session.signup_from, session.ends)).set("is_draft", session.state == "draft").set("state", state_words(call, session)).set("may_close", session.state == "open").set("may_open", session.state == "closed");
}

// Of a session in one's scope. ERRORS: invalid; not_found; denied.
base::Result<web::Response> set_state(Call& call, const char* from, const char* to) {
  const auto id = call.form.number("session", 1, 4294967295);
  if (!id) return fail(ErrorKind::invalid, "no session");
  KK_LET(const auto session, find_session(call.db, call.lang, *id));
  if (!session) return fail(ErrorKind::not_found, "no such session");
  KK_LET(const auto may, call.rights.permit<staff::Right::activities_edit>(session->activity.place));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(set_sign_up(may, call.db, *session, from, to, call.now));
    KK_TRY(keep_edits(call, {"session", std::to_string(*id)}, {{"state", from, to}}));
    return log_act(call, staff::Use::change, "session", std::to_string(*id), to);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, activities_paths());
}

// A row of the list: a session, or an activity that has none.
struct ActivityLine {
  const ActivityRow* activity;
  const SessionRow* session = nullptr;
  std::string key() const { return activity->code + (session == nullptr ? "" : " " + std::to_string(session->variant)); }
};

// lines: of one activity.
view::Object activity_view(const Call& call, const std::vector<ActivityLine>& lines, int drafts, const web::Problems& problems) {
  const ActivityRow& activity = *lines[0].activity;
  const std::string wrong = problems.message(call.templates, call.lang, activity.code);
  const std::string url = call.instance.public_url + std::string(base::by_lang(call.lang, "/fi/tuote/", "/sv/produkt/", "/en/product/")) + activity.slug;
  const bool is_shown = is_in_shop(call, activity.state, activity.shown_from);
  view::List sessions;
  for (const auto& line : lines) {
    if (line.session != nullptr) sessions.push_back(session_view(call, *line.session));
  }
  return view::Object().set("name", activity.name).set("url", url).set("is_shown", is_shown).set("is_published", is_shown && activity.state == "published").set("state", product_state_words(call, activity.state, activity.shown_from))
      .set("may_edit", call.rights.on(staff::Right::catalogue_edit, activity.place)).set("edit_url", in(call.lang, product_paths(activity.code))).set("empty", sessions.empty()).set("sessions", std::move(sessions)).set("product", activity.code).set("is_wrong", !wrong.empty()).set("wrong", wrong)
      .set("has_drafts", drafts > 0).set("drafts_words", call.say("backoffice.drafts", {{"count", std::to_string(drafts)}}))
      .set("new_url", std::string(base::by_lang(call.lang, "/fi/uudet-ryhmat/", "/sv/nya-grupper/", "/en/new-sessions/")) + activity.code)
      .set("form_url", in(call.lang, form_paths(activity.form)));
}

// A problem is of an activity: its field is the code.
base::Result<web::Response> activities_page(const Call& call, const web::Problems& problems) {
  KK_LET(const auto activities, find_activities(call.db, call.lang, call.now));
  KK_LET(const auto sessions, find_sessions(call.db, call.lang, call.now));
  std::vector<ActivityLine> lines;
  std::map<std::int64_t, int> drafts;  // by activity: also of those that stand on other pages
  for (const auto& activity : activities) {
    if (!call.rights.on(staff::Right::activities_edit, activity.place)) continue;
    const auto before = lines.size();
    for (const auto& one : sessions) {
      if (one.activity.product != activity.product) continue;
      lines.push_back({&activity, &one});
      drafts[activity.product] += one.state == "draft" ? 1 : 0;
    }
    if (lines.size() == before) lines.push_back({&activity});
  }
  const ListPlace place = list_place(call);
  const std::string next = keep_part(lines, place.after, kActivityRows, [](const auto& line) { return line.key(); });
  view::List list;
  for (auto at = lines.begin(); at != lines.end();) {
    const auto end = std::find_if(at, lines.end(), [&](const auto& line) { return line.activity != at->activity; });
    list.push_back(activity_view(call, {at, end}, drafts[at->activity->product], problems));
    at = end;
  }
  view::Object data;
  const std::string here = in(call.lang, activities_paths());
  data.set("may_make", call.rights.any(staff::Right::catalogue_edit)).set("make_url", in(call.lang, new_product_paths()) + "?kind=activity");
  const auto url = [&](const char* fi, const char* sv, const char* en) { return at_place(below(here, fi, sv, en, call.lang), place); };
  data.set("close_url", url("sulje", "stang", "close")).set("open_url", url("avaa", "oppna", "open")).set("publish_url", url("julkaise", "publicera", "publish")).set("drop_url", url("hylkaa", "forkasta", "drop"));
  data.set("paging", more_view(call, activities_paths(), {"", next}, call.say("backoffice.activities_title"))).set("season_url", in(call.lang, season_paths())).set("forms_url", in(call.lang, forms_paths()));
  data.set("none", list.empty()).set("activities", std::move(list));
  problems.fill(data, call.templates, call.lang, {});
  return staff::show(call, {"backoffice/activities", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.activities_title"), activities_paths()}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_activities(Call& call) { return activities_page(call, {}); }

// One draft, or all of an activity.
base::Result<web::Response> post_publish(Call& call) {
  KK_LET(const auto activity, find_activity(call.db, call.lang, call.form.text("product")));
  if (!activity) return fail(ErrorKind::not_found, "no such activity");
  KK_LET(const auto may, call.rights.permit<staff::Right::activities_edit>(activity->place));
  const auto variant = call.form.number("session", 1, 4294967295).value_or(0);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const auto published, publish_drafts(may, call.db, activity->product, variant, call.now));
    for (const auto one : published) KK_TRY(keep_edits(call, {"session", std::to_string(one)}, {{"state", "draft", "open"}}));
    return log_act(call, staff::Use::change, "activity", activity->code, std::to_string(published.size()) + " drafts published");
  });
  if (done) return back_to_list(call, activities_paths());
  if (done.error().kind != ErrorKind::conflict) return fail(done.error());
  web::Problems problems;
  problems.add(activity->code, "session_price_required");
  return activities_page(call, problems);
}

base::Result<web::Response> post_drop_draft(Call& call) {
  const auto id = call.form.number("session", 1, 4294967295);
  if (!id) return fail(ErrorKind::invalid, "no session");
  KK_LET(const auto session, find_session(call.db, call.lang, *id));
  if (!session) return fail(ErrorKind::not_found, "no such session");
  KK_LET(const auto may, call.rights.permit<staff::Right::activities_edit>(session->activity.place));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(drop_draft(may, call.db, *id));
    KK_TRY(keep_edits(call, {"session", std::to_string(*id)}, {{"state", "draft", "cancelled"}}));
    return log_act(call, staff::Use::change, "session", std::to_string(*id), "draft dropped");
  });
  if (!done) return fail(done.error());
  return back_to_list(call, activities_paths());
}

base::Result<web::Response> post_close_session(Call& call) { return set_state(call, "open", "closed"); }
base::Result<web::Response> post_open_session(Call& call) { return set_state(call, "closed", "open"); }

}  // namespace backoffice
