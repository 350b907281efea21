// Gift cards at the desk: somebody shows a code, staff see what is on the card and what became of it, and stop it where it is lost or misused.
#include "backoffice/gift_card_store.h"
#include "lib/base/check_code.h"
#include "lib/base/contact.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using view::List;
using view::Object;

namespace {

constexpr std::array<const char*, 3> kStopReasons = {"lost", "fraud", "mistake"};
constexpr std::size_t kLongestStopWords = 200;

Paths card_paths(const std::string& id) {
  const Paths at = gift_cards_paths();
  return {at[0] + "/" + id, at[1] + "/" + id, at[2] + "/" + id};
}

base::Result<web::Response> finder_page(const Call& call, const std::string& typed, const web::Problems& problems) {
  Object data;
  data.set("typed", typed).set("action", in(call.lang, gift_cards_paths()));
  problems.fill(data, call.templates, call.lang, {"code"});
  return staff::show(call, {"backoffice/gift_cards", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.gift_cards_title"), gift_cards_paths()}, std::move(data));
}

List moves_view(const Call& call, const SeenCard& seen) {
  List out;
  for (const auto& one : seen.moves) {
    const bool moves_money = one.cents.value() != 0;
    out.push_back(Object().set("when", base::format_date_time(one.at, call.lang)).set("what", call.say("sales.card_move_" + one.kind)).set("moves_money", moves_money)
                      .set("sum", moves_money ? (one.cents < base::Cents(0) ? "−" : "+") + base::format_money(one.cents < base::Cents(0) ? one.cents * -1 : one.cents, call.lang) : "")
                      .set("has_order", one.order != 0).set("number", one.number.empty() ? "" : base::print_code(one.number)).set("url", in(call.lang, order_paths_of(std::to_string(one.order))))
                      .set("has_by", !one.by.empty()).set("by", one.by).set("has_words", !one.words.empty()).set("words", one.words));
  }
  return out;
}

base::Result<web::Response> card_page(const Call& call, const SeenCard& seen, const web::Problems& problems) {
  const auto& card = seen.card;
  const auto verdict = gift_cards::verdict_of(card, call.now);
  Object data;
  data.set("balance", base::format_money(card.balance, call.lang)).set("original", base::format_money(card.original, call.lang)).set("product", seen.product);
  data.set("state_class", verdict == gift_cards::Verdict::valid ? "state-success" : "state-warning").set("state", call.say(std::string("sales.card_") + gift_cards::to_string(verdict)));
  data.set("issued", base::format_date(card.issued, call.lang)).set("valid_until", base::format_date(card.valid_until, call.lang));
  data.set("account", card.ledger_account + (card.cost_centre.empty() ? "" : " / " + card.cost_centre));
  data.set("is_stopped", card.voided.has_value()).set("stopped_words", card.voided ? call.say("sales.card_stopped_" + card.void_reason, {{"when", base::format_date_time(*card.voided, call.lang)}}) : "");
  List reasons;
  for (const char* reason : kStopReasons) reasons.push_back(Object().set("value", reason).set("name", call.say(std::string("sales.stop_") + reason)).set("chosen", call.form.text("reason") == reason));
  data.set("moves", moves_view(call, seen)).set("reasons", std::move(reasons)).set("words", call.form.text("words"));
  data.set("action", below(in(call.lang, card_paths(call.arg)), "mitatoi", "ogiltigforklara", "void", call.lang)).set("back_url", in(call.lang, gift_cards_paths()));
  problems.fill(data, call.templates, call.lang, {"reason", "words"});
  return staff::show(call, {"backoffice/gift_card", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.gift_card_title"), card_paths(call.arg)}, std::move(data));
}

base::Result<SeenCard> card_here(const Call& call) {
  KK_LET(const std::int64_t id, id_of(call.arg));
  return see_card(call, id);
}

}  // namespace

base::Result<web::Response> show_gift_cards(Call& call) { return finder_page(call, "", {}); }

base::Result<web::Response> post_find_gift_card(Call& call) {
  const std::string typed = call.form.text("code");
  KK_LET(const auto found, find_card(call, typed));
  if (!found) {
    web::Problems problems;
    problems.add("code", "gift_card_unknown");
    return finder_page(call, typed, problems);
  }
  KK_LET(const auto seen, see_card(call, *found));
  const std::string id = std::to_string(seen.card.id);
  KK_TRY(call.db.transact([&] { return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::view, "gift_card", id, "", "found"}, call.now); }));
  return web::see_other(in(call.lang, card_paths(id)));
}

base::Result<web::Response> show_gift_card(Call& call) {
  KK_LET(const auto seen, card_here(call));
  return card_page(call, seen, {});
}

base::Result<web::Response> post_stop_gift_card(Call& call) {
  KK_LET(const auto seen, card_here(call));
  web::Problems problems;
  const auto words = base::clean_text(call.form.text("words"), kLongestStopWords);
  const Stop stop{call.form.text("reason"), words.value_or(""), call.person().id};
  if (std::find(kStopReasons.begin(), kStopReasons.end(), stop.reason) == kStopReasons.end()) problems.add("reason", "reason_choose");
  if (!words) problems.add("words", "reason_required");
  if (!problems.empty()) return card_page(call, seen, problems);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(stop_card(seen, call.db, stop, call.now));
    return staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::change, "gift_card", call.arg, stop.words, "void " + stop.reason}, call.now);
  });
  // Void already, by a colleague or a run whose COMMIT was lost: the page says why.
  if (!done && done.error().kind != ErrorKind::conflict) return fail(done.error());
  return web::see_other(in(call.lang, card_paths(call.arg)));
}

}  // namespace backoffice
