#include "checkout/staff_order.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "checkout/order_make.h"
#include "lib/base/log.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/outbox/outbox.h"
#include "lib/web/serve.h"

namespace checkout {

using base::ErrorKind;
using nlohmann::json;

namespace {

struct Wanted {  // a row
  std::string key, channel, contents, answer;
  base::Lang lang = base::Lang::fi;
  bool confirmed = false;
};

struct Contents {
  Cart cart;
  Details details;                  // without the ways of delivery
  std::vector<std::string> ways;    // by line
  std::vector<std::int64_t> cards;  // gift cards that pay: backoffice found them by their codes, which it kept nowhere
};

// Written by backoffice; the shape is checked all the same.
std::optional<Contents> parse_contents(const std::string& text) {
  try {
    const json in = json::parse(text);
    Contents out;
    for (const auto& one : in.at("lines")) {
      const int quantity = one.at("quantity");
      if (quantity < 1 || quantity > kMaxQuantity) return std::nullopt;
      const CartLine line{one.at("variant"), one.at("group"), quantity, base::Cents(0), 0};
      if (!out.cart.add(line)) return std::nullopt;
      out.ways.push_back(one.at("way"));
      if (const std::vector<std::string> holders = one.at("holders"); !holders.empty()) out.details.holders[line.key()] = holders;
    }
    if (out.cart.lines.size() != out.ways.size()) return std::nullopt;  // two of a kind
    out.cart.code = in.value("code", "");
    out.cards = in.value("cards", std::vector<std::int64_t>());
    if (catalogue::plain_code(out.cart.code) != out.cart.code || out.cards.size() > cart::kMaxGiftCards || std::set(out.cards.begin(), out.cards.end()).size() != out.cards.size()) return std::nullopt;
    const auto& b = in.at("buyer");
    out.details.contact = {b.at("first_name"), b.at("last_name"), b.at("street_address"), b.at("postal_code"), b.at("town"), "FI", b.at("phone"), b.at("email"), "", ""};
    return out;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

const char* to_string(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::none: return "";
    case Obstacle::gone: return "gone";
    case Obstacle::not_held: return "gone";
    case Obstacle::closed: return "closed";
    case Obstacle::not_yet: return "not_yet";
    case Obstacle::ended: return "ended";
    case Obstacle::sold_out: return "sold_out";
    case Obstacle::too_few: return "too_few";
    case Obstacle::over_limit: return "over_limit";
  }
  return "gone";
}

// Lines that may choose among the same ways go the same way: that of the first.
void choose_ways(const Basket& basket, Contents& contents) {
  contents.details.checked = true;
  for (const auto& choice : delivery_choices(basket)) {
    const std::string& wanted = contents.ways[choice.lines[0]];
    contents.details.delivery[choice_key(choice)] = choice.ways.size() == 1 ? choice.ways[0].code : wanted;
  }
}

bool is_posted(const Plan& plan) {
  return std::any_of(plan.lines.begin(), plan.lines.end(), [](const auto& line) { return line.delivery_kind == "post"; });
}

json number_or_null(const std::optional<int>& number) { return number ? json(*number) : json(nullptr); }

json plan_json(const Plan& plan) {
  json lines = json::array(), vat = json::array();
  for (const auto& line : plan.lines) {
    lines.push_back({{"name", line.name}, {"detail", line.detail}, {"quantity", line.quantity}, {"unit_cents", line.unit_price.value()}, {"total_cents", line.total().value()}, {"is_delivery", line.is_delivery},
                     {"way", line.is_delivery ? "" : line.delivery_name}, {"way_detail", line.delivery_detail}, {"holders", line.holder_names}});
    if (!line.normal_price) continue;
    lines.back()["normal_cents"] = line.normal_price->value();
    lines.back()["reduction"] = line.reduction;
  }
  for (const auto& row : orders::vat_rows(plan.lines)) vat.push_back({{"per_mille", number_or_null(row.per_mille)}, {"reason", row.reason}, {"gross_cents", row.gross.value()}, {"vat_cents", row.vat.value()}});
  return {{"lines", std::move(lines)}, {"vat", std::move(vat)}, {"total_cents", plan.total.value()}};
}

// Whether the buyer has something to do on the order's page before it is paid: to pay, or to say what may begin at once.
bool needs_buyer(const Plan& plan) {
  return plan.to_pay() > base::Cents(0) || (plan.total > base::Cents(0) && std::any_of(plan.lines.begin(), plan.lines.end(), orders::may_begin_at_once));
}

json code_json(const BasketCode& code) {
  const std::string from = code.fault == catalogue::CodeFault::not_yet ? base::to_iso(base::helsinki_to_utc(std::chrono::year_month_day{code.from}, std::chrono::hours{12})) : "";
  return {{"fault", catalogue::to_string(code.fault)}, {"from_utc", from}, {"minimum_cents", code.minimum.value()}};
}

// The order that could be made now, and what is told of it or of what stands in its way.
struct Quote {
  json answer;
  std::optional<Plan> plan;
  orders::Contact contact;
};

// The plan's `cards`, as for a visitor (gift_cards::parts_of): what each pays; and into the answer why one can't. One for which the others leave nothing pays nothing.
base::Result<json> pay_by_found(const StaffOrders& shop, const std::vector<std::int64_t>& ids, Plan& plan, json& answer, base::UtcTime now) {
  std::vector<gift_cards::Card> cards;
  const base::Cents payable = orders::payable_by_cards(plan.lines);
  for (const auto id : ids) {
    KK_LET(const auto card, gift_cards::load_card(shop.db, id));
    const auto verdict = card ? gift_cards::verdict_of(*card, now) : gift_cards::Verdict::voided;
    const bool only_cards = payable.value() == 0 && plan.total > base::Cents(0);
    answer["cards"].push_back(verdict != gift_cards::Verdict::valid ? gift_cards::to_string(verdict) : only_cards ? "not_for_cards" : "");
    if (card) cards.push_back(*card);
  }
  plan.cards = gift_cards::parts_of(payable, cards, now);
  json pays = json::array();
  for (const auto& card : cards) {
    const auto part = std::find_if(plan.cards.begin(), plan.cards.end(), [&](const auto& one) { return one.card == card.id; });
    const base::Cents cents = part == plan.cards.end() ? base::Cents(0) : part->cents;
    pays.push_back({{"cents", cents.value()}, {"left_cents", (card.balance - cents).value()}});
  }
  return pays;
}

bool has_refused_card(const json& answer) {
  return std::any_of(answer["cards"].begin(), answer["cards"].end(), [](const json& why) { return why != ""; });
}

base::Result<Quote> quote(const StaffOrders& shop, const Wanted& wanted, base::UtcTime now) {
  Quote out;
  out.answer = {{"lines", json::array()}, {"code", nullptr}, {"cards", json::array()}, {"problem", ""}, {"order", nullptr}};
  auto contents = parse_contents(wanted.contents);
  if (!contents) {
    out.answer["problem"] = "unreadable";
    return out;
  }
  KK_LET(const Basket basket, load_basket(shop.db, shop.book, contents->cart, wanted.lang, now));
  for (const auto& line : basket.lines) out.answer["lines"].push_back({{"obstacle", to_string(line.obstacle)}, {"left", line.left}});
  if (basket.too_large) out.answer["problem"] = "too_large";
  if (!basket.code.code.empty()) out.answer["code"] = code_json(basket.code);
  if (!basket.orderable()) return out;
  choose_ways(basket, *contents);
  if (!details_fit(contents->details, basket)) {
    out.answer["problem"] = "ways";
    return out;
  }
  Plan plan = make_plan(basket, contents->details, wanted.lang);
  out.contact = contents->details.contact;
  if (plan.total > base::kMaxOrderTotal) out.answer["problem"] = "too_large";
  else if (is_posted(plan) && out.contact.street_address.empty()) out.answer["problem"] = "address";
  KK_LET(json pays, pay_by_found(shop, contents->cards, plan, out.answer, now));
  if (out.answer["problem"] != "" || has_refused_card(out.answer)) return out;
  // Nothing is paid that could be paid back: what is free of charge begins at once.
  for (auto& line : plan.lines) line.begin_now = plan.total.value() == 0 && !line.is_delivery && line.withdrawal == orders::Withdrawal::service_14d;
  auto& order = out.answer["order"] = plan_json(plan);
  order["cards"] = std::move(pays);
  order["discount"] = basket.code.off > base::Cents(0) ? json{{"name", basket.code.name}, {"off_cents", basket.code.off.value()}} : json(nullptr);
  order["to_pay_cents"] = plan.to_pay().value();
  order["needs_buyer"] = needs_buyer(plan);
  out.plan = std::move(plan);
  return out;
}

// Unless staff have changed it meanwhile.
base::Status tell(const StaffOrders& shop, const Wanted& wanted, const json& answer, base::UtcTime now) {
  KK_LET(const db::Done told, shop.db.execute("UPDATE staff_orders SET state = 'quoted', answer = ?, changed_utc = ? WHERE form_key = ? AND state = ? AND BINARY contents = BINARY ?", answer.dump(), now, wanted.key,
                                              wanted.confirmed ? "confirmed" : "asked", wanted.contents));
  static_cast<void>(told);
  return {};
}

// A ticket for a time is held no longer than it could be bought.
int staff_hold_minutes(const StaffOrders& shop, const Plan& plan, base::UtcTime now) {
  auto until = now + std::chrono::hours{shop.city.staff_hold_hours};
  for (const auto& line : plan.lines) {
    if (line.starts) until = std::min(until, catalogue::last_moment(*line.starts, *line.ends));
  }
  return std::max(shop.city.hold_minutes, static_cast<int>((until - now) / std::chrono::minutes{1}));
}

// Belongs to the order's transaction: the wish is fulfilled, its words go, and the buyer gets the link.
base::Status fulfil_wish(const StaffOrders& shop, const Wanted& wanted, const Plan& plan, base::UtcTime now) {
  KK_TRY(orders::journal(shop.db, std::nullopt, "made_by_staff", wanted.channel, now));
  KK_TRY(shop.db.run_write_rows(1, db::statement("UPDATE staff_orders SET state = 'made', order_id = @order_id, contents = '', answer = '', changed_utc = ? WHERE form_key = ? AND state = 'confirmed'", now, wanted.key)));
  KK_LET(const db::Rows rows, shop.db.query("SELECT id, number, token, first_name, email, hold_until_utc FROM orders WHERE id = @order_id"));
  const auto& row = rows.at(0);
  if (row.text(4).empty() || !needs_buyer(plan)) return {};  // what is free of charge, or paid by gift cards at once, is confirmed by its own mail
  const json data = {{"case_code", crypto::random_code(8)}, {"order_number", row.text(1)}, {"order_url", shop.public_url + orders::order_path(wanted.lang, row.text(2))}, {"first_name", row.text(3)},
                     {"total_cents", plan.total.value()}, {"to_pay_cents", plan.to_pay().value()}, {"until_utc", base::to_iso(row.time(5).value_or(now))}};
  return outbox::insert(shop.db, {"pay_link", wanted.lang, row.text(4), data.dump(), row.integer(0)}, now);
}

base::Status make(const StaffOrders& shop, const Wanted& wanted, Quote quoted, base::UtcTime now) {
  NewOrder order{crypto::as_bytes(crypto::sha256("staff_order.1 " + wanted.key)).substr(0, 16), crypto::as_bytes(crypto::sha256(wanted.contents)), wanted.lang, 0, staff_hold_minutes(shop, *quoted.plan, now)};
  order.also = [&] { return fulfil_wish(shop, wanted, *quoted.plan, now); };
  KK_LET(const auto outcome, make_order(shop.db, order, quoted.contact, *quoted.plan, now));
  if (std::holds_alternative<Made>(outcome)) return {};
  KK_LET(Quote again, quote(shop, wanted, now));
  again.answer["changed"] = true;
  return tell(shop, wanted, again.answer, now);
}

base::Status answer_one(const StaffOrders& shop, const Wanted& wanted, base::UtcTime now) {
  KK_LET(Quote quoted, quote(shop, wanted, now));
  if (!wanted.confirmed) return tell(shop, wanted, quoted.answer, now);
  json confirmed = json::parse(wanted.answer, nullptr, false);
  if (confirmed.is_object()) confirmed.erase("changed");
  if (quoted.plan && confirmed == quoted.answer) return make(shop, wanted, std::move(quoted), now);
  quoted.answer["changed"] = true;  // what was confirmed is not so any more: it is asked anew
  return tell(shop, wanted, quoted.answer, now);
}

constexpr int kLookMs = 200, kLaterMs = 2000;

}  // namespace

base::Status answer_staff_orders(const StaffOrders& shop, base::UtcTime now) {
  KK_LET(const db::Rows rows, shop.db.query("SELECT form_key, channel, contents, answer, lang, state = 'confirmed' FROM staff_orders WHERE state IN ('asked', 'confirmed') ORDER BY changed_utc LIMIT 50"));
  for (const auto& row : rows) {
    const Wanted wanted{row.text(0), row.text(1), row.text(2), row.text(3), base::parse_lang(row.text(4)).value_or(base::Lang::fi), row.boolean(5)};
    const auto done = answer_one(shop, wanted, now);
    if (done) continue;
    if (done.error().kind == ErrorKind::unavailable) return done;
    base::log_error("staff_order_failed", {{"detail", done.error().detail}});
  }
  return {};
}

base::Status answer_until_stopped(const base::Instance& instance, const base::City& city, const db::Config& database) {
  web::catch_stop_signals();
  base::log_info("sweeping");
  const base::Clock clock(instance.state);
  db::Connection db(database);
  OfferBook book;
  bool checked = false;
  int wait = 0;
  while (!web::stop_requested(wait)) {
    base::Status done;
    if (!checked) done = db.check_durability();
    if (!done && done.error().kind != ErrorKind::unavailable) return done;
    checked = static_cast<bool>(done);
    if (checked) done = answer_staff_orders({db, book, city, instance.public_url}, clock.now());
    if (!done) base::log_error("sweep_failed", {{"part", "staff_orders"}, {"detail", done.error().detail}});
    wait = done ? kLookMs : kLaterMs;
  }
  base::log_info("stopped");
  return {};
}

}  // namespace checkout
