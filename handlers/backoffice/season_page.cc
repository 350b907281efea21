// Copying a season: all sessions of an activity, or of a unit's activities, that begin within some days, to later days; as drafts, which nobody sees until they
// have been checked and published.
#include <algorithm>

#include "backoffice/session_edit_store.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr std::size_t kMostCopied = 500;
constexpr int kMostDaysOn = 1100;

struct Season {
  std::vector<ActivityRow> activities;  // of the scope that was chosen, and of one's own
  base::UtcTime from{}, until{};
  std::optional<std::chrono::sys_days> first;  // to which the earliest is moved
  int weeks = 0;                               // else so many weeks later
};

std::vector<ActivityRow> own(const Call& call, std::vector<ActivityRow> all) {
  std::erase_if(all, [&](const auto& one) { return !call.rights.on(Right::activities_edit, one.place); });
  return all;
}

base::Result<web::Response> season_page(const Call& call, const std::vector<ActivityRow>& activities, const web::Form& typed, const web::Problems& problems) {
  view::List options;
  const std::string chosen = typed.text("what");
  KK_LET(const auto units, find_units(call.db, call.lang));
  for (const auto& unit : units) {
    const std::string value = "unit:" + unit.code;
    const bool has = std::any_of(activities.begin(), activities.end(), [&](const auto& one) { return one.place.unit == unit.code; });
    if (has) options.push_back(view::Object().set("value", value).set("name", call.say("backoffice.scope_unit", {{"name", unit.name}})).set("chosen", chosen == value));
  }
  for (const auto& one : activities) options.push_back(view::Object().set("value", one.code).set("name", one.name).set("chosen", chosen == one.code));
  web::Fields days(call.templates, call.lang, &typed, problems), to(call.templates, call.lang, &typed, problems);
  const std::string hint = call.say("backoffice.day_hint");
  days.text({.id = "from", .label = call.say("backoffice.season_from"), .hint = hint, .inputmode = "decimal", .is_short = true});
  days.text({.id = "until", .label = call.say("backoffice.season_until"), .hint = hint, .inputmode = "decimal", .is_short = true});
  to.text({.id = "weeks", .label = call.say("backoffice.season_weeks"), .hint = call.say("backoffice.season_weeks_hint"), .inputmode = "numeric", .required = false, .is_short = true});
  to.text({.id = "first", .label = call.say("backoffice.season_first"), .hint = call.say("backoffice.season_first_hint"), .inputmode = "decimal", .required = false, .is_short = true});
  view::Object data;
  data.set("options", std::move(options)).set("days", days.take()).set("to", to.take()).set("once", typed.text("once")).set("action", in(call.lang, season_paths())).set("back_url", in(call.lang, activities_paths()));
  problems.fill(data, call.templates, call.lang, {"what"});
  return staff::show(call, {"backoffice/season", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.season_title"), season_paths()}, std::move(data));
}

Season check_season(const Call& call, const std::vector<ActivityRow>& activities, web::Problems& problems) {
  Season out;
  const std::string what = call.form.text("what");
  std::copy_if(activities.begin(), activities.end(), std::back_inserter(out.activities), [&](const auto& one) { return what == one.code || what == "unit:" + one.place.unit; });
  if (out.activities.empty()) problems.add("what", "season_what");
  const auto from = check_day(call, "from", problems), until = check_day(call, "until", problems);
  if (from && until && *until < *from) problems.add("until", "season_until");
  if (from) out.from = base::helsinki_to_utc(*from, std::chrono::minutes{0});
  if (until) out.until = base::helsinki_to_utc(*until + std::chrono::days{1}, std::chrono::minutes{0});
  const bool has_weeks = !call.form.text("weeks").empty(), has_first = !call.form.text("first").empty();
  if (has_weeks == has_first) problems.add("weeks", "season_one_of");
  else if (has_weeks) out.weeks = check_number(call, "weeks", 1, 156, problems).value_or(0);
  else out.first = check_day(call, "first", problems);
  return out;
}

struct Found {
  std::vector<std::pair<ActivityRow, EditedSession>> sessions;
  std::optional<base::UtcTime> earliest;
};
base::Result<Found> sessions_in(const Call& call, const Season& season) {
  Found out;
  for (const auto& activity : season.activities) {
    KK_LET(const auto ids, sessions_between(call.db, activity.product, season.from, season.until));
    for (const auto id : ids) {
      KK_LET(auto one, load_edited(call, id));
      if (one.typed.session.meetings.empty()) continue;
      const auto starts = one.typed.session.meetings.front().starts;
      if (!out.earliest || starts < *out.earliest) out.earliest = starts;
      out.sessions.emplace_back(activity, std::move(one));
    }
  }
  return out;
}

base::Status copy_all(const Call& call, const Found& found, int days, const std::string& once) {
  KK_LET(const bool known, is_made(call.db, once));
  if (known) return {};  // a form sent twice copies once
  int n = 0;
  for (const auto& [activity, session] : found.sessions) {
    KK_LET(const auto may, call.rights.permit<Right::activities_edit>(activity.place));
    KK_TRY(make_session(may, call.db, {activity.product, true, once + "." + std::to_string(++n)}, moved(session.typed, days), call.now));
  }
  return log_act(call, staff::Use::change, "season", call.form.text("what").substr(0, 60), std::to_string(n) + " drafts made");
}

}  // namespace

base::Result<web::Response> show_season(Call& call) {
  KK_LET(auto all, find_activities(call.db, call.lang, call.now));
  return season_page(call, own(call, std::move(all)), web::Form::from_pairs({{"once", crypto::random_token()}, {"weeks", "52"}}), {});
}

base::Result<web::Response> post_season(Call& call) {
  const std::string once = call.form.text("once");
  if (!crypto::is_token(once)) return fail(ErrorKind::invalid, "the form is not whole");
  KK_LET(auto all, find_activities(call.db, call.lang, call.now));
  const auto activities = own(call, std::move(all));
  web::Problems problems;
  const Season season = check_season(call, activities, problems);
  if (!problems.empty()) return season_page(call, activities, call.form, problems);
  KK_LET(const Found found, sessions_in(call, season));
  if (found.sessions.empty()) problems.add("from", "season_none");
  if (found.sessions.size() > kMostCopied) problems.add("from", "sessions_count", {{"max", std::to_string(kMostCopied)}});
  const int days = !problems.empty() ? 0 : season.first ? static_cast<int>((*season.first - std::chrono::sys_days{base::helsinki_day(*found.earliest)}).count()) : 7 * season.weeks;
  if (problems.empty() && (days < 1 || days > kMostDaysOn)) problems.add("first", "season_later");
  if (!problems.empty()) return season_page(call, activities, call.form, problems);
  const auto done = call.db.transact([&] { return copy_all(call, found, days, once); });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, activities_paths()));
}

}  // namespace backoffice
