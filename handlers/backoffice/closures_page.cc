// Closing the sale of a product, a unit or the whole shop at once, with a reason that residents read; what is closed now; reopening.
#include <algorithm>

#include "backoffice/closure_store.h"
#include "backoffice/paging.h"
#include "lib/base/contact.h"
#include "lib/catalogue/closure_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr std::size_t kMostClosureReason = 200, kClosuresPerPage = 50;
constexpr const char* kReadyReasons[] = {"technical", "prices", "stocktaking"};
constexpr const char* kReasonFields[] = {"reason_fi", "reason_sv", "reason_en"};
const staff::Place kShop;

std::string typed_product(const Call& call) {
  return call.form.has("product") ? call.form.text("product") : query_of(call).text("product");
}

view::List standing(const Call& call, const std::vector<ClosureRow>& closures) {
  view::List out;
  for (const auto& one : closures) {
    const std::string name = one.name.empty() ? call.say("backoffice.scope_shop") : one.name;
    out.push_back(view::Object().set("id", std::to_string(one.id)).set("name", name).set("reason", one.reason[call.lang]).set("may_reopen", call.rights.on(Right::catalogue_edit, one.place)).set("of_product", one.of_product)
                      .set("by", call.say("backoffice.closure_by", {{"who", one.closed_by}, {"when", base::format_date_time(one.closed, call.lang)}})));
  }
  return out;
}

base::Result<web::Response> closures_page(const Call& call, const web::Problems& problems) {
  KK_LET(auto closures, find_closures(call.db, call.lang));
  const ListPlace place = list_place(call);
  const std::string next = keep_part(closures, place.after, kClosuresPerPage, [](const auto& one) { return std::to_string(one.id); });
  KK_LET(const auto units, units_to_close(call.db, call.lang));
  const std::string scope = call.form.text("scope"), ready = call.form.has("ready") ? call.form.text("ready") : kReadyReasons[0];
  view::List wide, reasons;
  if (call.rights.on(Right::catalogue_edit, kShop)) wide.push_back(view::Object().set("value", catalogue::kWholeShop).set("name", call.say("backoffice.scope_shop")).set("chosen", scope == catalogue::kWholeShop));
  for (const auto& unit : units) {
    const std::string value = catalogue::unit_scope(unit.code);
    if (call.rights.on(Right::catalogue_edit, unit.place)) wide.push_back(view::Object().set("value", value).set("name", call.say("backoffice.scope_unit", {{"name", unit.name}})).set("chosen", scope == value));
  }
  for (const char* one : kReadyReasons) reasons.push_back(view::Object().set("value", one).set("name", call.say(std::string("backoffice.closure_") + one)).set("chosen", ready == one));
  view::Object data;
  const std::string here = in(call.lang, closures_paths());
  data.set("none", closures.empty()).set("standing", standing(call, closures)).set("may_wide", !wide.empty()).set("wide", std::move(wide)).set("reasons", std::move(reasons)).set("own_chosen", ready == "own");
  data.set("close_url", here).set("close_wide_url", below(here, "laaja", "bred", "wide", call.lang)).set("reopen_url", at_place(below(here, "avaa", "oppna", "reopen", call.lang), place));
  data.set("paging", more_view(call, closures_paths(), {"", next}, call.say("backoffice.closures_now")));
  data.set("reopen_wide_url", at_place(below(here, "avaa-laaja", "oppna-bred", "reopen-wide", call.lang), place)).set("typed_product", typed_product(call));
  for (const char* field : kReasonFields) data.set(field, call.form.text(field));
  problems.fill(data, call.templates, call.lang, {"product", "scope", "reason_fi", "reason_sv", "reason_en"});
  return staff::show(call, {"backoffice/closures", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.closures_title"), closures_paths()}, std::move(data));
}

// A ready reason, or the person's own words in each language.
base::Texts reason_of(const Call& call, web::Problems& problems) {
  base::Texts out;
  const std::string ready = call.form.text("ready");
  const bool is_ready = std::find(std::begin(kReadyReasons), std::end(kReadyReasons), ready) != std::end(kReadyReasons);
  for (const auto lang : base::kLangs) {
    if (is_ready) {
      out[lang] = call.templates.say(lang, "backoffice.closure_" + ready, {});
      continue;
    }
    const char* field = kReasonFields[base::index(lang)];
    const auto words = base::clean_text(call.form.text(field), kMostClosureReason);
    if (words) out[lang] = *words;
    else if (words.error() == base::TextProblem::too_long) problems.add(field, "closure_reason_long", {{"max", std::to_string(kMostClosureReason)}});
    else problems.add(field, "closure_reason_required");
  }
  return out;
}

base::Result<web::Response> close(Call& call, const std::string& scope, const staff::Place& place, web::Problems problems) {
  const base::Texts reason = reason_of(call, problems);
  if (!problems.empty()) return closures_page(call, problems);
  KK_LET(const auto may, call.rights.permit<Right::catalogue_edit>(place));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(close_sale(may, call.db, scope, reason, call.person().id, call.now));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "sale", scope, reason[base::Lang::fi], "closed"}, call.now);
  });
  // Closed already: by a colleague in the same minute, or by a run whose COMMIT was lost on the way. The list says by whom.
  if (!done && done.error().kind != ErrorKind::conflict) return fail(done.error());
  return web::see_other(in(call.lang, closures_paths()));
}

base::Result<web::Response> reopen(Call& call, bool of_product) {
  const auto id = call.form.number("closure", 1, 4'294'967'295);
  KK_LET(const auto closures, find_closures(call.db, call.lang));
  const auto found = std::find_if(closures.begin(), closures.end(), [&](const auto& one) { return id && one.id == *id && one.of_product == of_product; });
  if (found == closures.end()) return back_to_list(call, closures_paths());  // open by now
  KK_LET(const auto may, call.rights.permit<Right::catalogue_edit>(found->place));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(reopen_sale(may, call.db, *found, call.person().id, call.now));
    return log_act(call, staff::Use::change, "sale", found->scope, "reopened");
  });
  if (!done && done.error().kind != ErrorKind::conflict) return fail(done.error());
  return back_to_list(call, closures_paths());
}

}  // namespace

base::Result<web::Response> show_closures(Call& call) { return closures_page(call, {}); }

base::Result<web::Response> post_close_product(Call& call) {
  web::Problems problems;
  const std::string code = call.form.text("product");
  KK_LET(const auto product, product_to_close(call.db, call.lang, code));
  if (!product) problems.add("product", code.empty() ? "closure_product_required" : "closure_product_unknown");
  return close(call, catalogue::product_scope(code), product ? product->place : kShop, std::move(problems));
}

base::Result<web::Response> post_close_wide(Call& call) {
  const std::string scope = call.form.text("scope");
  KK_LET(const auto units, units_to_close(call.db, call.lang));
  const auto unit = std::find_if(units.begin(), units.end(), [&](const auto& one) { return catalogue::unit_scope(one.code) == scope; });
  web::Problems problems;
  if (scope != catalogue::kWholeShop && unit == units.end()) problems.add("scope", "closure_scope_required");
  return close(call, scope, unit == units.end() ? kShop : unit->place, std::move(problems));
}

base::Result<web::Response> post_reopen_product(Call& call) { return reopen(call, true); }
base::Result<web::Response> post_reopen_wide(Call& call) { return reopen(call, false); }

}  // namespace backoffice
