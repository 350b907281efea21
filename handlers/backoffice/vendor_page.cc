// The vendor's group is off. One person asks for hours with a reason, another opens them; they end by themselves or by anybody of the two's right.
#include "backoffice/app.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr std::chrono::hours kRequestHolds{24};
constexpr std::size_t kMostReason = 200;

base::Result<web::Response> vendor_page(const Call& call, const web::Problems& problems) {
  KK_LET(const db::Rows rows, call.db.query("SELECT v.id, v.asked_by, a.name, v.asked_utc, v.hours, v.reason, b.name, v.ends_utc, v.closed_utc FROM staff_vendor_openings v JOIN staff a ON a.id = v.asked_by "
                                            "LEFT JOIN staff b ON b.id = v.approved_by ORDER BY v.id DESC LIMIT 20"));
  view::List list;
  bool is_open = false;
  for (const auto& row : rows) {
    const bool closed = !row.is_null(8), approved = !row.is_null(6);
    const auto ends = row.time(7);
    const bool open = approved && !closed && ends && *ends > call.now;
    const bool asked = !approved && !closed && row.time(3).value_or(call.now) > call.now - kRequestHolds;
    is_open = is_open || open;
    const char* state = open ? "backoffice.vendor_is_open" : asked ? "backoffice.vendor_asked" : "backoffice.vendor_over";
    list.push_back(view::Object().set("id", std::to_string(row.integer(0))).set("asked_by", row.text(2)).set("asked", base::format_date_time(row.time(3).value_or(call.now), call.lang))
                       .set("hours", std::to_string(row.integer(4))).set("reason", row.text(5)).set("approved_by", row.text(6)).set("is_approved", approved)
                       .set("state", call.say(state, {{"until", ends ? base::format_date_time(*ends, call.lang) : ""}})).set("may_open", asked && row.integer(1) != call.person().id)
                       .set("may_close", open || asked));
  }
  view::Object data;
  const std::string here = in(call.lang, vendor_paths());
  data.set("ask_url", below(here, "pyynto", "begaran", "request", call.lang)).set("open_url", below(here, "avaa", "oppna", "open", call.lang)).set("close_url", below(here, "sulje", "stang", "close", call.lang));
  data.set("is_open", is_open).set("none", list.empty()).set("openings", std::move(list));
  data.set("typed_hours", call.form.has("hours") ? call.form.text("hours") : "2").set("typed_reason", call.form.text("reason"));
  problems.fill(data, call.templates, call.lang, {"hours", "reason"});
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.vendor_title");
  return staff::show(call, {"backoffice/vendor", title, vendor_paths()}, std::move(data));
}

base::Result<std::int64_t> opening_of(const Call& call) {
  const auto id = call.form.number("opening", 1, 4294967295);
  if (!id) return fail(ErrorKind::invalid, "no opening");
  return *id;
}

}  // namespace

base::Result<web::Response> show_vendor(Call& call) {
  KK_TRY(call.rights.permit<Right::vendor_open>({}));
  return vendor_page(call, {});
}

base::Result<web::Response> post_vendor_ask(Call& call) {
  KK_TRY(call.rights.permit<Right::vendor_open>({}));
  const auto hours = call.form.number("hours", 1, 12);
  const std::string reason = call.form.text("reason");
  web::Problems problems;
  if (!hours) problems.add("hours", "vendor_hours_invalid");
  if (reason.empty() || reason.size() > kMostReason) problems.add("reason", reason.empty() ? "vendor_reason_required" : "vendor_reason_too_long");
  if (!problems.empty()) return vendor_page(call, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("INSERT INTO staff_vendor_openings (asked_by, asked_utc, hours, reason) VALUES (?, ?, ?, ?)", call.person().id, call.now, *hours, reason));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::grant, "vendor", "", reason, "asked"}, call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, vendor_paths()));
}

base::Result<web::Response> post_vendor_approve(Call& call) {
  KK_TRY(call.rights.permit<Right::vendor_open>({}));
  KK_LET(const std::int64_t id, opening_of(call));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const db::Done opened, call.db.execute("UPDATE staff_vendor_openings SET approved_by = ?, approved_utc = ?, ends_utc = TIMESTAMPADD(HOUR, hours, ?) WHERE id = ? AND approved_by IS NULL "
                                                  "AND closed_utc IS NULL AND asked_by <> ? AND asked_utc > ?", call.person().id, call.now, call.now, id, call.person().id, call.now - kRequestHolds));
    if (opened.affected != 1) return fail(ErrorKind::conflict, "not to be opened by this person now");
    return log_act(call, staff::Use::grant, "vendor", std::to_string(id), "opened");
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, vendor_paths()));
}

base::Result<web::Response> post_vendor_close(Call& call) {
  KK_TRY(call.rights.permit<Right::vendor_open>({}));
  KK_LET(const std::int64_t id, opening_of(call));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("UPDATE staff_vendor_openings SET closed_utc = ? WHERE id = ? AND closed_utc IS NULL", call.now, id));
    return log_act(call, staff::Use::grant, "vendor", std::to_string(id), "closed");
  });
  if (!done) return fail(done.error());
  return web::see_other(in(call.lang, vendor_paths()));
}

}  // namespace backoffice
