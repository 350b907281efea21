// Gates that check tickets by themselves: making one (its token is shown once), seeing when each was last heard, ending one.
#include "backoffice/app.h"
#include "backoffice/gate_store.h"
#include "backoffice/paging.h"
#include "backoffice/product_store.h"
#include "lib/base/contact.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestName = 80, kGatesPerPage = 50;

base::Result<web::Response> gates_page(const Call& call, const web::Problems& problems) {
  KK_LET(auto gates, find_gates(call.db, call.lang));
  KK_LET(const auto units, find_units(call.db, call.lang));
  const auto may_manage = [&](const std::string& unit) { return call.rights.on(staff::Right::gates_manage, {.unit = unit, .categories = {}, .product = "", .reg = ""}); };
  std::erase_if(gates, [&](const auto& one) { return !may_manage(one.unit); });
  const ListPlace place = list_place(call);
  const std::string next = keep_part(gates, place.after, kGatesPerPage, [](const auto& one) { return std::to_string(one.id); });
  List rows, choices;
  for (const auto& one : gates) {
    rows.push_back(Object().set("id", std::to_string(one.id)).set("name", one.name).set("unit", one.unit_name).set("made", base::format_date(one.made, call.lang))
                       .set("heard", one.heard ? call.say("tickets.gate_heard", {{"when", base::format_date_time(*one.heard, call.lang)}}) : call.say("tickets.gate_unheard")));
  }
  for (const auto& one : units) {
    if (may_manage(one.code)) choices.push_back(Object().set("code", one.code).set("name", one.name).set("chosen", call.form.text("unit") == one.code));
  }
  Object data;
  const std::string url = in(call.lang, gates_paths());
  data.set("none", rows.empty()).set("gates", std::move(rows)).set("has_units", !choices.empty()).set("units", std::move(choices)).set("name", call.form.text("name")).set("key", crypto::random_token());
  data.set("make_url", below(url, "uusi", "ny", "new", call.lang)).set("end_url", at_place(below(url, "poista", "ta-bort", "end", call.lang), place));
  data.set("paging", more_view(call, gates_paths(), {"", next}, call.say("tickets.gates_title")));
  problems.fill(data, call.templates, call.lang, {"name", "unit"});
  return staff::show(call, {"backoffice/gates", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("tickets.gates_title"), gates_paths()}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_gates(Call& call) { return gates_page(call, {}); }

base::Result<web::Response> post_make_gate(Call& call) {
  const auto name = base::clean_text(call.form.text("name"), kLongestName);
  const std::string unit = call.form.text("unit");
  web::Problems problems;
  if (!name) problems.add("name", "gate_name_required", {{"max", std::to_string(kLongestName)}});
  if (unit.empty()) problems.add("unit", "gate_unit_required");
  if (!problems.empty()) return gates_page(call, problems);
  const std::string token = call.form.text("key");
  if (!crypto::is_token(token)) return fail(ErrorKind::invalid, "no form's key");
  KK_LET(const MayManage may, call.rights.permit<staff::Right::gates_manage>({.unit = unit, .categories = {}, .product = "", .reg = ""}));
  using How = GateMaking::How;
  const auto how = call.db.transact([&]() -> base::Result<How> {
    KK_LET(const GateMaking making, make_gate(may, call.db, {*name, token}, call.person().id, call.now));
    if (making.how == How::made) KK_TRY(log_act(call, staff::Use::grant, "gate", std::to_string(making.id), "made for " + unit));
    return making.how;
  });
  if (!how) return fail(how.error());
  if (*how == How::name_taken || *how == How::otherwise) {
    problems.add("name", *how == How::otherwise ? "gate_made" : "gate_name_taken");
    KK_LET(auto page, gates_page(call, problems));
    if (*how == How::otherwise) page.status = 409;
    return page;
  }
  Object data;
  data.set("name", *name).set("token", token).set("gates_url", in(call.lang, gates_paths())).set("address", call.instance.staff_url + "/api/gate/use");
  return staff::show(call, {"backoffice/gate_token", call.say("tickets.gate_token_title"), gates_paths()}, std::move(data));
}

base::Result<web::Response> post_end_gate(Call& call) {
  const auto id = call.form.number("gate", 1, 4'294'967'295);
  if (!id) return fail(ErrorKind::invalid, "no gate");
  KK_LET(const auto gate, find_gate(call.db, *id));
  if (!gate) return fail(ErrorKind::not_found, "no such gate");
  KK_LET(const MayManage may, call.rights.permit<staff::Right::gates_manage>({.unit = gate->unit, .categories = {}, .product = "", .reg = ""}));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(end_gate(may, call.db, *id, call.person().id, call.now));
    return log_act(call, staff::Use::grant, "gate", std::to_string(*id), "ended");
  });
  if (!done) return fail(done.error());
  return back_to_list(call, gates_paths());
}

}  // namespace backoffice
