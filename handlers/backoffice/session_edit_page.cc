// Changing a session. What families were promised is kept: nobody loses a seat, no age limit moves under those who are in, and a new time or place is
// mailed to them. A second editor is told, and loses nothing that was typed.
#include <algorithm>
#include <charconv>

#include "backoffice/activity_store.h"
#include "backoffice/edit_history.h"
#include "backoffice/session_edit_store.h"
#include "backoffice/variant_page.h"
#include "lib/catalogue/promises.h"
#include "lib/registrations/registration_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

Paths edit_paths(std::int64_t variant) {
  const std::string id = std::to_string(variant);
  return {"/fi/kurssit/" + id + "/muokkaa", "/sv/kurser/" + id + "/redigera", "/en/activities/" + id + "/edit"};
}

struct Editing {
  SessionRow row;
  EditSessions may;
  OwnPrices prices;
};
// ERRORS: not_found; denied.
base::Result<Editing> editing(const Call& call) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(call.arg.data(), call.arg.data() + call.arg.size(), id);
  if (error != std::errc() || end != call.arg.data() + call.arg.size()) return fail(ErrorKind::not_found, "no such session");
  KK_LET(auto row, find_session(call.db, call.lang, id));
  if (!row) return fail(ErrorKind::not_found, "no such session");
  KK_LET(auto may, call.rights.permit<Right::activities_edit>(row->activity.place));
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  const bool may_price = call.rights.on(Right::prices_edit, row->activity.place);
  return Editing{std::move(*row), std::move(may), {lists.groups, may_price}};
}

// What somebody else has made of it meanwhile, where that is something else than what was typed.
view::List meanwhile(const Call& call, const Editing& at, const TypedSession& stored, const TypedSession& typed) {
  view::List out;
  for (const auto& [field, value] : differing(to_pairs(stored, call.lang), to_pairs(typed, call.lang))) {
    out.push_back(view::Object().set("name", session_label(call, at.prices.groups, field)).set("value", value.empty() ? "–" : value));
  }
  return out;
}

struct EditShown {
  const EditedSession& was;
  const web::Form& typed;
  const TypedSession* wish = nullptr;  // what was typed, where somebody has changed it meanwhile
};
base::Result<web::Response> edit_page(const Call& call, const Editing& at, const EditShown& shown, const web::Problems& problems) {
  view::Object data;
  set_session_fields(call, shown.typed, problems, data);
  set_own_prices(call, at.prices, fields_of(shown.typed), problems, data);
  web::Fields meetings(call.templates, call.lang, &shown.typed, problems);
  meetings.text({.id = "meetings", .label = call.say("backoffice.session_meetings"), .hint = call.say("backoffice.meetings_hint"), .is_long = true});
  web::Fields tell(call.templates, call.lang, &shown.typed, problems);
  if (shown.was.confirmed > 0) tell.tick("tell", call.say(shown.was.confirmed == 1 ? "backoffice.session_tell_one" : "backoffice.session_tell", {{"count", std::to_string(shown.was.confirmed)}}), call.say("backoffice.session_tell_hint"));
  data.set("meetings", meetings.take()).set("tell", tell.take()).set("version", std::to_string(shown.was.version));
  data.set("changed_meanwhile", shown.wish != nullptr).set("differences", shown.wish != nullptr ? meanwhile(call, at, shown.was.typed, *shown.wish) : view::List());
  data.set("late", ends_too_late(call, at.row.signup_from, at.row.ends));
  data.set("has_sign_ups", shown.was.sign_ups > 0).set("sign_ups_words", call.say(shown.was.taken == 1 ? "backoffice.session_fixed_one" : "backoffice.session_fixed", {{"taken", std::to_string(shown.was.taken)}}));
  data.set("name", at.row.activity.name).set("session_name", at.row.name).set("action", in(call.lang, edit_paths(at.row.variant))).set("back_url", in(call.lang, activities_paths()) + "/" + std::to_string(at.row.variant));
  problems.fill(data, call.templates, call.lang, {});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.session_edit_title");
  return staff::show(call, {"backoffice/session_edit", title, edit_paths(at.row.variant)}, std::move(data));
}

// What must stay for those who have signed up.
void check_promises(const EditedSession& was, const TypedSession& typed, base::UtcTime now, web::Problems& problems) {
  if (typed.seats < was.taken) problems.add("seats", was.taken == 1 ? "session_seats_taken_one" : "session_seats_taken", {{"taken", std::to_string(was.taken)}});
  for (const auto& fault : catalogue::broken_by(was.typed.session, typed.session, {was.sign_ups, now})) {
    const std::string_view field = fault.field;
    if (field == "meetings") problems.add("meetings", "session_past_meetings");
    if (field == "age_min") problems.add("age_min", "session_ages_fixed");
    if (field == "cancel_until") problems.add("cancel_until_day", "session_cancel_earlier");
  }
}

base::Status tell_families(const Call& call, std::int64_t variant, const TypedSession& typed) {
  KK_LET(const db::Rows rows, call.db.query("SELECT id FROM registrations WHERE variant_id = ? AND state = 'confirmed' ORDER BY id", variant));
  for (const auto& row : rows) {
    KK_LET(const auto one, registrations::load_by_id(call.db, row.integer(0)));
    std::string times;
    for (const auto& meeting : typed.session.meetings) times += "\n" + base::format_period(meeting.starts, meeting.ends, one.lang);
    const std::string words = call.templates.say(one.lang, "backoffice.session_moved_mail", {{"place", typed.session.place[one.lang]}, {"address", typed.session.address}}) + times;
    KK_TRY(registrations::mail_about(call.db, call.instance.public_url, one, {"message", {}, {}, words}, call.now));
  }
  return {};
}

struct Outcome {
  EditedSession was;
  web::Problems problems;
  bool changed_meanwhile = false;
};
// Within a transaction. What is wrong with it, if anything; else it is done.
base::Result<Outcome> change_it(const Call& call, const Editing& at, const TypedSession& typed, std::int64_t version) {
  KK_TRY(hold_activity(call.db, at.row.activity.product));
  KK_LET(EditedSession was, load_edited(call, at.row.variant, true));
  Outcome out{std::move(was), {}, false};
  if (out.was.state == "cancelled") return fail(ErrorKind::conflict, "it is called off");
  if (out.was.version != version) {
    out.changed_meanwhile = !(to_pairs(out.was.typed, call.lang) == to_pairs(typed, call.lang));  // the same: a form that was sent twice
    return out;
  }
  check_promises(out.was, typed, call.now, out.problems);
  const bool tell = out.was.confirmed > 0 && catalogue::moves(out.was.typed.session, typed.session);
  if (tell && !call.form.ticked("tell")) out.problems.add("tell", "session_tell_first");
  if (!out.problems.empty()) return out;
  KK_LET(const bool done, change_session(at.may, call.db, out.was, version, typed, call.now));
  if (!done) return fail(ErrorKind::broken, "its version was locked");
  KK_TRY(keep_edits(call, {"session", std::to_string(at.row.variant)}, edits_of(to_pairs(out.was.typed, base::Lang::fi), to_pairs(typed, base::Lang::fi))));
  if (tell) KK_TRY(tell_families(call, at.row.variant, typed));
  KK_TRY(log_act(call, staff::Use::change, "session", std::to_string(at.row.variant), std::string(tell ? "edited, families told" : "edited") + (typed.prices == out.was.typed.prices ? "" : ", prices")));
  return out;
}

}  // namespace

base::Result<web::Response> show_edit_session(Call& call) {
  KK_LET(const Editing at, editing(call));
  KK_LET(const EditedSession was, load_edited(call, at.row.variant));
  if (was.state == "cancelled") return web::see_other(in(call.lang, activities_paths()) + "/" + std::to_string(at.row.variant));
  return edit_page(call, at, {was, web::Form::from_pairs(to_pairs(was.typed, call.lang))}, {});
}

base::Result<web::Response> post_edit_session(Call& call) {
  KK_LET(const Editing at, editing(call));
  const auto version = call.form.number("version", 1, 4'294'967'295);
  if (!version) return fail(ErrorKind::invalid, "no version");
  web::Problems problems;
  TypedSession typed = check_session(call, problems);
  typed.session.meetings = check_meetings(call, problems);
  KK_LET(EditedSession was, load_edited(call, at.row.variant));
  KK_LET(typed.prices, check_prices(call, {was.product, at.row.activity.state == "published", at.prices, was.typed.prices}, problems));
  if (problems.empty()) check_times(typed, problems);
  if (!problems.empty()) {
    was.version = *version;  // as it was when the page was opened
    return edit_page(call, at, {was, call.form}, problems);
  }
  KK_LET(const Outcome outcome, call.db.transact([&] { return change_it(call, at, typed, *version); }));
  if (!outcome.problems.empty() || outcome.changed_meanwhile) return edit_page(call, at, {outcome.was, call.form, outcome.changed_meanwhile ? &typed : nullptr}, outcome.problems);
  return web::see_other(in(call.lang, activities_paths()) + "/" + std::to_string(at.row.variant));
}

}  // namespace backoffice
