// Gift cards of the buyer: those that pay the order, and the page that tells a card's balance. A code is money: it stands in no address and in no log.
#include <algorithm>

#include "checkout/gift_cards.h"
#include "lib/base/check_code.h"
#include "lib/gift_cards/gift_card_store.h"

namespace checkout {

using gift_cards::Card;
using gift_cards::Verdict;

namespace {

// The code's last group, by which people tell their cards apart.
std::string end_of(const std::string& code) { return "… " + code.substr(code.size() - 5); }

// Why it pays nothing: errors.gift_card_<verdict>.
std::string verdict_key(const Card& card, base::UtcTime now) { return std::string("gift_card_") + gift_cards::to_string(gift_cards::verdict_of(card, now)); }

}  // namespace

base::Status choose_cards(db::Connection& db, const std::vector<std::string>& codes, Plan& plan, base::UtcTime now) {
  KK_LET(const auto cards, gift_cards::find_cards(db, codes));
  plan.cards = gift_cards::parts_of(orders::payable_by_cards(plan.lines), cards, now);
  return {};
}

base::Status pay_with_cards(const Call& call, const Basket& basket, Plan& plan, view::Object& data) {
  KK_TRY(choose_cards(call.db, basket.gift_cards, plan, call.now));
  view::List list;
  for (const auto& code : basket.gift_cards) {
    KK_LET(const auto found, gift_cards::find_cards(call.db, {code}));
    if (found.empty()) continue;
    const auto part = std::find_if(plan.cards.begin(), plan.cards.end(), [&](const auto& one) { return one.card == found[0].id; });
    const bool pays = part != plan.cards.end();
    const bool is_valid = gift_cards::verdict_of(found[0], call.now) == Verdict::valid;
    list.push_back(view::Object().set("end", end_of(code)).set("place", std::to_string(list.size() + 1)).set("pays", pays).set("sum", pays ? "−" + base::format_money(part->cents, call.lang) : "")
                       .set("words", pays ? call.say("checkout.gift_card_left", {{"sum", base::format_money(found[0].balance - part->cents, call.lang)}}) : call.say(is_valid ? "errors.gift_card_not_needed" : "errors." + verdict_key(found[0], call.now))));
  }
  data.set("has_gift_cards", !list.empty()).set("gift_cards", std::move(list)).set("takes_gift_cards", orders::payable_by_cards(plan.lines).value() > 0);
  data.set("gift_card_action", gift_card_post_path(call.lang)).set("left_to_pay", base::format_money(plan.to_pay(), call.lang));
  data.set("takes_another", basket.gift_cards.size() < cart::kMaxGiftCards && plan.to_pay().value() > 0);
  return {};
}

base::Status add_gift_card(const Call& call, const Plan& plan, const std::string& typed, Cart& cart, web::Problems& problems) {
  const auto refuse = [&](const std::string& key) { problems.add("gift_card", key); return base::Status(); };
  const auto code = gift_cards::code_in(typed);
  if (!code) return refuse("gift_card_unknown");
  if (std::find(cart.gift_cards.begin(), cart.gift_cards.end(), *code) != cart.gift_cards.end()) return refuse("gift_card_twice");
  if (cart.gift_cards.size() >= cart::kMaxGiftCards) return refuse("gift_card_too_many");
  KK_LET(const auto found, gift_cards::find_cards(call.db, {*code}));
  if (found.empty()) return refuse("gift_card_unknown");
  if (gift_cards::verdict_of(found[0], call.now) != Verdict::valid) return refuse(verdict_key(found[0], call.now));
  if (orders::payable_by_cards(plan.lines).value() == 0) return refuse("gift_card_not_for_cards");
  cart.gift_cards.push_back(*code);
  return {};
}

namespace {

base::Result<web::Response> balance_page(const Call& call, const std::string& typed, const std::optional<Card>& card, const web::Problems& problems) {
  view::Object data;
  const Verdict verdict = card ? gift_cards::verdict_of(*card, call.now) : Verdict::empty;
  const bool is_money = verdict == Verdict::valid || verdict == Verdict::empty;
  data.set("code", typed).set("action", balance_path(call.lang)).set("found", card.has_value());
  data.set("state_class", verdict == Verdict::valid ? "state-success" : "state-warning");
  data.set("balance", card && is_money ? base::format_money(card->balance, call.lang) : "").set("is_money", is_money);
  data.set("state_words", card ? call.say(std::string("gift_card.state_") + gift_cards::to_string(verdict), {{"date", base::format_date(card->valid_until, call.lang)}, {"original", base::format_money(card->original, call.lang)}}) : "");
  problems.fill(data, call.app.templates, call.lang, {"code"});
  const std::string cookie = fill_token(call, data);
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("gift_card.title");
  KK_LET(web::Response out, call.frame.page("checkout/gift_card", call.lang, title, in_all(balance_path), data));
  set_token_cookie(out, cookie);
  return out;
}

}  // namespace

base::Result<web::Response> show_balance(Call& call) { return balance_page(call, "", std::nullopt, {}); }

base::Result<web::Response> post_balance(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  const std::string typed = form.text("code");
  const auto code = gift_cards::code_in(typed);
  web::Problems problems;
  std::vector<Card> found;
  if (code) {
    KK_LET(found, gift_cards::find_cards(call.db, {*code}));
  }
  if (found.empty()) problems.add("code", "gift_card_unknown");
  return balance_page(call, typed, found.empty() ? std::optional<Card>() : found[0], problems);
}

}  // namespace checkout
