// Campaigns and discount codes: what is coming, on and over; making, changing, copying and ending them. A second editor is told, and loses nothing that was typed.
#include <algorithm>

#include "backoffice/discount_form.h"
#include "backoffice/paging.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr std::size_t kFirstDiscounts = 20, kDiscountsPerPage = 50;  // of each list; of the one that is shown alone

struct DiscountHere {
  Discount was;
  Paths paths;
};

// ERRORS: not_found; denied.
base::Result<DiscountHere> discount_here(const Call& call) {
  if (call.arg == "campaign" || call.arg == "code") {
    Discount fresh;
    fresh.is_code = call.arg == "code";
    return DiscountHere{std::move(fresh), discount_paths(call.arg)};
  }
  KK_LET(auto found, find_discount(call.db, call.lang, call.arg));
  if (!found) return fail(ErrorKind::not_found, "no such campaign or code");
  KK_TRY(call.rights.permit<Right::prices_edit>(found->place));
  return DiscountHere{std::move(*found), discount_paths(call.arg)};
}

std::string day_words(const Call& call, const std::string& iso) { return base::format_date(base::parse_utc(iso + "T12:00").value_or(call.now), call.lang); }

view::Object row_view(const Call& call, const Discount& one) {
  const bool mine = call.rights.on(Right::prices_edit, one.place);
  const std::string uses = one.max_uses ? call.say("discounts.used_of", {{"used", std::to_string(one.used)}, {"most", std::to_string(*one.max_uses)}}) : call.say("discounts.used", {{"used", std::to_string(one.used)}});
  const std::string days = day_words(call, one.from) + " – " + day_words(call, one.until);
  return view::Object()
      .set("mine", mine)
      .set("name", one.name[call.lang])
      .set("url", in(call.lang, discount_paths(one.key())))
      .set("is_code", one.is_code)
      .set("code", one.code)
      .set("amount", amount_words(call, one))
      .set("scope", scope_words(call, one))
      .set("days", one.ended ? call.say("discounts.ended", {{"when", base::format_date_time(*one.ended, call.lang)}}) : days)
      .set("uses", uses)
      .set("money", call.say("discounts.money", {{"sold", base::format_money(one.sold, call.lang)}, {"off", base::format_money(one.off, call.lang)}}));
}

struct DiscountShown {
  FormFields fields;
  bool preview = false;
  Discount typed = {};  // what the preview is of
  view::List differences = {};  // of what somebody has made of it meanwhile, from what was typed
};
base::Result<web::Response> discount_page(const Call& call, const DiscountHere& here, const DiscountShown& shown, const web::Problems& problems) {
  KK_LET(view::Object data, discount_view(call, here.was, shown.fields, problems));
  const bool made = here.was.id != 0;
  const bool over = made && here.was.state(base::helsinki_date_iso(call.now)) == Discount::State::over;
  view::List effects;
  if (shown.preview || made) {
    KK_LET(const auto sentences, effect_words(call, shown.preview ? shown.typed : here.was));
    for (const auto& words : sentences) effects.push_back(view::Object().set("words", words));
  }
  const std::string kind = here.was.is_code ? "code" : "campaign";
  const std::string title = call.say(std::string(made ? "discounts.edit_" : "discounts.new_") + kind);
  const std::string action = in(call.lang, here.paths);
  const std::string key = call.form.has("key") ? call.form.text("key") : crypto::random_token();
  data.set("title", title).set("action", action).set("key", key).set("version", std::to_string(here.was.version)).set("back_url", in(call.lang, discounts_paths()));
  data.set("has_effects", !effects.empty()).set("effects", std::move(effects)).set("editable", !over || !problems.empty()).set("may_end", made && !over).set("made", made);
  data.set("end_url", below(action, "lopeta", "avsluta", "end", call.lang)).set("copy_url", in(call.lang, discount_paths(kind)) + "?copy=" + (made ? here.was.key() : ""));
  data.set("changed_meanwhile", !shown.differences.empty()).set("differences", shown.differences);
  problems.fill(data, call.templates, call.lang, {});
  return staff::show(call, {"backoffice/discount", (problems.empty() ? "" : call.say("checkout.error_prefix")) + title, here.paths}, std::move(data));
}

std::string offered_code() {
  std::string out = crypto::random_code(8);
  return out.substr(0, 4) + "-" + out.substr(4, 4);
}

std::string discount_form_key(const Call& call) { return crypto::as_bytes(crypto::sha256("discount " + call.form.text("key"))).substr(0, 16); }

// The form was sent: it is made or changed in one transaction with the log's row.
base::Status save_discount(const Call& call, const Discount& was, const Discount& one) {
  KK_LET(const auto may, call.rights.permit<Right::prices_edit>(one.place));
  const std::string kind = one.is_code ? "discount_code" : "campaign";
  return call.db.transact([&]() -> base::Status {
    if (was.id != 0) {
      KK_TRY(change_discount(may, call.db, was, one, call.now));
      KK_TRY(keep_discount_edits(call, was, one));
      return log_act(call, staff::Use::change, kind, std::to_string(was.id), "edited");
    }
    KK_LET(const bool made, make_discount(may, call.db, one, {call.person().id, discount_form_key(call)}, call.now));
    if (!made) return {};
    return log_act(call, staff::Use::change, kind, one.scope, "made");
  });
}

// It was not saved: the page with what was typed, and why. Where somebody has changed it meanwhile it says what differs, and saving again decides.
base::Result<web::Response> conflict_page(const Call& call, const DiscountHere& sent, const Discount& typed) {
  web::Problems problems;
  DiscountShown shown{typed_discount(call.form)};
  KK_LET(const db::Rows taken, call.db.query("SELECT 1 FROM discount_codes WHERE code = ? AND id <> ? AND form_key <> ?", typed.code, typed.id, discount_form_key(call)));
  if (!taken.empty()) problems.add("code", "discount_code_taken");
  else if (typed.id == 0) problems.add("percent", "discount_made");
  if (!problems.empty()) return discount_page(call, sent, shown, problems);
  KK_LET(const DiscountHere now, discount_here(call));
  if (now.was.state(base::helsinki_date_iso(call.now)) == Discount::State::over) {
    problems.add("until", "discount_over");
    return discount_page(call, now, shown, problems);
  }
  KK_LET(shown.differences, discount_differences(call, now.was, typed));
  if (shown.differences.empty()) return web::see_other(in(call.lang, discounts_paths()));  // a form that was sent twice
  return discount_page(call, now, shown, problems);
}

}  // namespace

base::Result<web::Response> show_discounts(Call& call) {
  KK_LET(const auto all, find_discounts(call.db, call.lang));
  const std::string today = base::helsinki_date_iso(call.now);
  const ListPlace place = list_place(call);
  view::List groups;
  for (const auto& [state, key] : {std::pair{Discount::State::on, "on"}, {Discount::State::coming, "coming"}, {Discount::State::over, "over"}}) {
    if (!place.shows(key)) continue;
    std::vector<Discount> own;
    std::copy_if(all.begin(), all.end(), std::back_inserter(own), [&](const auto& one) { return one.state(today) == state && call.rights.on(Right::prices_edit, one.place); });
    const std::string next = keep_part(own, place.list.empty() ? "" : place.after, place.list.empty() ? kFirstDiscounts : kDiscountsPerPage, [](const auto& one) { return one.key(); });
    view::List rows;
    for (const auto& one : own) rows.push_back(row_view(call, one));
    const bool none = rows.empty();
    const std::string title = call.say(std::string("discounts.") + key);
    groups.push_back(view::Object().set("id", key).set("title", title).set("paging", more_view(call, discounts_paths(), {key, next}, title)).set("none", none).set("rows", std::move(rows)));
  }
  view::Object data;
  data.set("groups", std::move(groups)).set("campaign_url", in(call.lang, discount_paths("campaign"))).set("code_url", in(call.lang, discount_paths("code")));
  return staff::show(call, {"backoffice/discounts", call.say("discounts.discounts_title"), discounts_paths()}, std::move(data));
}

base::Result<web::Response> show_discount(Call& call) {
  KK_LET(const DiscountHere here, discount_here(call));
  DiscountShown shown{fields_of(here.was, call.lang)};
  const std::string copied = query_of(call).text("copy");
  if (here.was.id == 0 && !copied.empty()) {
    KK_LET(auto one, find_discount(call.db, call.lang, copied));
    if (one && one->is_code == here.was.is_code && call.rights.on(Right::prices_edit, one->place)) {
      one->from.clear(), one->until.clear(), one->code.clear();
      shown.fields = fields_of(*one, call.lang);
    }
  }
  if (here.was.id == 0 && here.was.is_code) shown.fields.set("code", offered_code());
  return discount_page(call, here, shown, {});
}

base::Result<web::Response> post_discount(Call& call) {
  KK_LET(DiscountHere here, discount_here(call));
  const auto version = call.form.number("version", 0, 4'294'967'295);
  if (!version) return fail(ErrorKind::invalid, "no version");
  here.was.version = static_cast<int>(*version);  // as it was when the page was opened
  web::Problems problems;
  KK_LET(const Discount typed, check_discount(call, here.was, problems));
  const DiscountShown shown{typed_discount(call.form), problems.empty(), typed};
  if (!problems.empty() || call.form.has("preview")) return discount_page(call, here, shown, problems);
  if (const auto saved = save_discount(call, here.was, typed); !saved) {
    if (saved.error().kind != ErrorKind::conflict) return fail(saved.error());
    return conflict_page(call, here, typed);
  }
  return web::see_other(in(call.lang, discounts_paths()));
}

base::Result<web::Response> post_end_discount(Call& call) {
  KK_LET(const DiscountHere here, discount_here(call));
  if (here.was.id == 0) return fail(ErrorKind::not_found, "nothing to end");
  KK_LET(const auto may, call.rights.permit<Right::prices_edit>(here.was.place));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(end_discount(may, call.db, here.was, call.now));
    KK_TRY(keep_discount_end(call, here.was));
    return log_act(call, staff::Use::change, here.was.is_code ? "discount_code" : "campaign", std::to_string(here.was.id), "ended");
  });
  if (!done && done.error().kind != ErrorKind::conflict) return fail(done.error());  // over by now: the list says so
  return web::see_other(in(call.lang, discounts_paths()));
}

}  // namespace backoffice
