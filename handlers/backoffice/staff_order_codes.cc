// A discount code and gift cards on the form of an order that staff make. What they do, checkout says, as for a visitor; here they are only read. The code of a gift card
// is money: it is looked up at the door, and behind it there is the card's id, which opens nothing. So a card is used only by whoever typed its code, on that form.
#include <algorithm>
#include <set>

#include "backoffice/staff_order_form.h"
#include "lib/cart/cart.h"
#include "lib/catalogue/discount.h"
#include "lib/gift_cards/gift_card_store.h"

namespace backoffice {

using nlohmann::json;

base::Result<std::vector<KeptCard>> cards_of(const Call& call, const std::string& contents) {
  const json in = json::parse(contents, nullptr, false);
  std::vector<KeptCard> out;
  if (!in.is_object()) return out;  // an order is made of it: nothing is left to change
  for (const auto id : in.value("cards", std::vector<std::int64_t>())) {
    KK_LET(auto card, gift_cards::load_card(call.db, id));
    if (card) out.push_back({std::move(*card)});
  }
  return out;
}

base::Result<std::vector<KeptCard>> posted_cards(const Call& call, const std::string& key) {
  std::set<std::string> named;
  for (const auto& [name, value] : call.form.pairs()) {
    if (name == "card") named.insert(value);
  }
  const auto row = load_staff_order(call, key);
  if (!row && row.error().kind == base::ErrorKind::not_found) return std::vector<KeptCard>();  // nothing was asked yet
  if (!row) return base::fail(row.error());
  KK_LET(auto out, cards_of(call, row->contents));
  for (auto& one : out) one.chosen = named.contains(std::to_string(one.card.id));
  return out;
}

base::Status take_codes(const Call& call, const OrderForm& form, json& contents, web::Problems& problems) {
  const std::string typed = form.typed.text("discount_code"), plain = catalogue::plain_code(typed);
  if (!typed.empty() && plain.empty()) problems.add("discount_code", "code_unknown");
  contents["code"] = plain;
  std::vector<std::int64_t> cards;
  for (const auto& one : form.cards) {
    if (one.chosen) cards.push_back(one.card.id);
  }
  const auto done = [&] { contents["cards"] = cards; return base::Status(); };
  const auto refuse = [&](const std::string& key) { problems.add("gift_card", key); return done(); };
  const std::string typed_card = form.typed.text("gift_card");
  if (typed_card.empty()) return done();
  const auto code = gift_cards::code_in(typed_card);
  if (!code) return refuse("gift_card_unknown");
  KK_LET(const auto found, gift_cards::find_cards(call.db, {*code}));
  if (found.empty()) return refuse("gift_card_unknown");
  if (std::find(cards.begin(), cards.end(), found[0].id) != cards.end()) return refuse("gift_card_twice");
  if (cards.size() >= cart::kMaxGiftCards) return refuse("gift_card_too_many");
  const auto verdict = gift_cards::verdict_of(found[0], call.now);
  if (verdict != gift_cards::Verdict::valid) return refuse(std::string("gift_card_") + gift_cards::to_string(verdict));
  cards.push_back(found[0].id);
  return done();
}

void add_code_obstacles(const Call& call, const json& answer, web::Problems& problems) {
  const auto& code = answer.at("code");
  const std::string fault = code.is_null() ? "" : code.at("fault").get<std::string>();
  if (!fault.empty()) {
    const auto from = base::parse_utc(code.at("from_utc").get<std::string>());
    problems.add("discount_code", std::string("code_") + fault, {{"date", from ? base::format_date(*from, call.lang) : ""}, {"sum", base::format_money(base::Cents(code.at("minimum_cents").get<std::int64_t>()), call.lang)}});
  }
  for (const std::string why : answer.at("cards")) {
    if (!why.empty()) problems.add("card", std::string("gift_card_") + why);
  }
}

view::List codes_view(const Call& call, const OrderForm& form, const web::Problems& problems) {
  web::Fields fields(call.templates, call.lang, &form.typed, problems);
  fields.text({.id = "discount_code", .label = call.say("checkout.code_label"), .hint = "", .required = false, .is_short = true});
  std::vector<web::Fields::Choice> kept;
  for (const auto& one : form.cards) {
    const std::string id = std::to_string(one.card.id), n = std::to_string(kept.size() + 1);
    const auto verdict = gift_cards::verdict_of(one.card, call.now);
    const std::string words = verdict == gift_cards::Verdict::valid ? call.say("sales.chosen_card", {{"n", n}, {"sum", base::format_money(one.card.balance, call.lang)}})
                                                                    : call.say("sales.chosen_card_wrong", {{"n", n}, {"why", call.say(std::string("errors.gift_card_") + gift_cards::to_string(verdict))}});
    kept.push_back({"card_" + id, "card", id, words, "", "", one.chosen});
  }
  if (!kept.empty()) fields.choices({.id = "card", .label = call.say("sales.chosen_cards"), .hint = "", .required = true, .many = true}, kept);
  fields.text({.id = "gift_card", .label = call.say(kept.empty() ? "checkout.gift_card_code" : "checkout.gift_card_another"), .hint = call.say("sales.gift_card_typed_hint"), .required = false, .is_short = true});
  return fields.take();
}

}  // namespace backoffice
