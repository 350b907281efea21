// What a register's responsible person approves: who has rights on the register, for a year at a time. Never one's own.
#include "backoffice/paging.h"
#include "backoffice/people_store.h"

#include <map>

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr std::chrono::hours kYear{24 * 365};
constexpr std::size_t kFirstApprovals = 20, kApprovalsPerPage = 50;  // of each list; of the one that is shown alone

struct Target {
  staff::Permission<Right::register_approve> may;
  Membership membership;
  std::string reg;
};

bool mine(const Call& call, const std::string& reg) { return call.rights.on(Right::register_approve, {.unit = "", .categories = {}, .product = "", .reg = reg}); }

base::Result<Target> target(const Call& call) {
  const auto id = call.form.number("membership", 1, 4294967295);
  const std::string reg = call.form.text("register");
  KK_LET(auto may, call.rights.permit<Right::register_approve>({.unit = "", .categories = {}, .product = "", .reg = reg}));
  KK_LET(const auto all, all_memberships(call.db, call.now));
  for (const auto& one : all) {
    if (!id || one.id != *id) continue;
    if (one.staff_id == call.person().id) return fail(ErrorKind::denied, "nobody approves their own rights");
    for (const auto& known : one.registers) {
      if (known.reg == reg) return Target{std::move(may), one, reg};
    }
  }
  return fail(ErrorKind::not_found, "no such membership on this register");
}

}  // namespace

base::Result<web::Response> show_approvals(Call& call) {
  KK_LET(const auto all, all_memberships(call.db, call.now));
  struct Row {
    std::string key;
    view::Object shown;
  };
  std::map<std::string, std::vector<Row>> lists;
  for (const auto& one : all) {
    for (const auto& reg : one.registers) {
      if (!mine(call, reg.reg)) continue;
      view::Object row = membership_view(call, one);
      row.set("register", reg.reg).set("register_name", call.say("backoffice.register_" + reg.reg)).set("until", reg.ends ? base::format_date(*reg.ends, call.lang) : "");
      row.set("is_approved", reg.ends.has_value()).set("is_self", one.staff_id == call.person().id);
      lists[!reg.ends ? "waiting" : *reg.ends < call.now + kReview ? "review" : "standing"].push_back({std::to_string(one.id) + " " + reg.reg, std::move(row)});
    }
  }
  const ListPlace place = list_place(call);
  view::Object data;
  for (const std::string name : {"waiting", "review", "standing"}) {
    auto rows = place.shows(name) ? std::move(lists[name]) : std::vector<Row>();
    const std::string next = keep_part(rows, place.list.empty() ? "" : place.after, place.list.empty() ? kFirstApprovals : kApprovalsPerPage, [](const auto& row) { return row.key; });
    view::List list;
    for (auto& row : rows) list.push_back(std::move(row.shown));
    data.set("shows_" + name, name == "waiting" ? place.shows(name) : !list.empty()).set("none_" + name, list.empty()).set(name, std::move(list)).set(name + "_more", more_view(call, approvals_paths(), {name, next}, call.say("backoffice.approvals_" + name)));
  }
  const std::string here = in(call.lang, approvals_paths());
  data.set("approve_url", at_place(below(here, "hyvaksy", "godkann", "approve", call.lang), place)).set("take_back_url", at_place(below(here, "peru", "aterkalla", "take-back", call.lang), place));
  return staff::show(call, {"backoffice/approvals", call.say("backoffice.approvals_title"), approvals_paths()}, std::move(data));
}

base::Result<web::Response> post_approve(Call& call) {
  KK_LET(const Target of, target(call));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) VALUES (?, ?, ?, ?, ?)", of.membership.id,
                         of.may.place().reg, call.person().id, call.now, call.now + kYear));
    return log_act(call, staff::Use::grant, "staff", std::to_string(of.membership.staff_id), "approved " + of.reg);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, approvals_paths());
}

base::Result<web::Response> post_take_back(Call& call) {
  KK_LET(const Target of, target(call));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("UPDATE staff_register_approvals SET ended_utc = ? WHERE membership_id = ? AND register_name = ? AND ended_utc IS NULL", call.now, of.membership.id, of.may.place().reg));
    return log_act(call, staff::Use::grant, "staff", std::to_string(of.membership.staff_id), "taken back " + of.reg);
  });
  if (!done) return fail(done.error());
  return back_to_list(call, approvals_paths());
}

}  // namespace backoffice
