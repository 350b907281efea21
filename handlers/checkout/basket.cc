#include "checkout/basket.h"

#include <algorithm>
#include <map>

#include "lib/catalogue/discount_store.h"
#include "lib/catalogue/sale.h"

namespace checkout {

namespace {

// A place on an activity is got by signing up, whose own rules said who may and until when; its seats are taken already.
Obstacle obstacle_of_seats(const BasketLine& line, const Holds& holds, base::UtcTime now) {
  const auto held = holds.find(line.cart.registration);
  if (line.offer->kind != "activity" || held == holds.end()) return Obstacle::gone;
  return held->second.variant == line.cart.variant && registrations::can_be_ordered(held->second, now) ? Obstacle::none : Obstacle::not_held;
}

Obstacle obstacle_of(const BasketLine& line, int of_variant, int of_product, const Holds& holds, base::UtcTime now) {
  if (line.offer == nullptr || !line.offer->is_in_shop(now) || line.price == nullptr) return Obstacle::gone;
  if (line.offer->kind == "activity" || line.cart.registration != 0) return obstacle_of_seats(line, holds, now);
  if (!line.offer->closed.empty()) return Obstacle::closed;
  switch (catalogue::sale_at(now, line.offer->sale_from, line.offer->sale_until)) {
    case catalogue::Sale::not_yet: return Obstacle::not_yet;
    case catalogue::Sale::ended: return Obstacle::ended;
    case catalogue::Sale::on: break;
  }
  if (line.offer->starts && now >= catalogue::last_moment(*line.offer->starts, *line.offer->ends)) return Obstacle::ended;
  if (line.offer->free && *line.offer->free == 0) return Obstacle::sold_out;
  if (line.offer->free && of_variant > *line.offer->free) return Obstacle::too_few;
  if (of_product > line.offer->max_per_order) return Obstacle::over_limit;
  return Obstacle::none;
}

}  // namespace

base::Cents BasketLine::total() const {
  base::Cents out;
  for (const auto& part : parts) out += part.price * part.quantity;
  return out;
}

bool Basket::all_minor_value() const {
  return std::all_of(lines.begin(), lines.end(), [](const auto& line) { return line.offer != nullptr && line.offer->minor_value; });
}

bool Basket::all_statutory() const {
  return !lines.empty() &&
         std::all_of(lines.begin(), lines.end(), [](const auto& line) { return line.offer != nullptr && !line.offer->consumer_contract; });
}

Basket make_basket(const Cart& cart, Offers offers, base::UtcTime now, const Holds& holds) {
  Basket out;
  out.offers = std::move(offers);
  out.cart_id = cart.id;
  out.code.code = cart.code;
  out.gift_cards = cart.gift_cards;
  std::map<std::int64_t, int> by_variant, by_product;
  for (const auto& line : cart.lines) {
    BasketLine made;
    made.cart = line;
    if (const auto offer = out.offers.find(line.variant); offer != out.offers.end()) {
      made.offer = &offer->second;
      if (const auto price = offer->second.prices.find(line.group); price != offer->second.prices.end()) made.price = &price->second;
      by_variant[line.variant] += line.quantity;
      by_product[offer->second.product] += line.quantity;
    }
    out.lines.push_back(made);
  }
  for (auto& line : out.lines) {
    const auto product = line.offer == nullptr ? 0 : line.offer->product;
    line.obstacle = obstacle_of(line, by_variant[line.cart.variant], by_product[product], holds, now);
    if (const auto held = holds.find(line.cart.registration); held != holds.end()) {
      line.held_until = held->second.hold_until;
      line.signup_token = held->second.token;
    }
    if (line.obstacle == Obstacle::too_few) line.left = *line.offer->free;
    if (line.obstacle == Obstacle::over_limit) line.left = line.offer->max_per_order;
    line.price_changed = line.price != nullptr && line.price->cents != line.cart.seen;
    out.has_obstacle |= line.obstacle != Obstacle::none;
    out.price_changed |= line.price_changed;
    if (line.price != nullptr) line.parts = {{line.cart.quantity, line.price->cents}};
    out.products += line.total();
  }
  out.too_large = out.products > base::kMaxOrderTotal;
  return out;
}

void apply_code(Basket& basket, const std::optional<catalogue::DiscountCode>& found, base::Lang lang, base::UtcTime now) {
  BasketCode& code = basket.code;
  code.fault = catalogue::CodeFault::unknown;
  if (!found) return;
  code.id = found->id;
  code.version = found->version;
  code.name = found->name[lang];
  code.minimum = found->minimum;
  code.from = found->from;
  code.until = found->until;
  std::vector<catalogue::Units> units;
  std::vector<BasketLine*> lines;
  for (auto& line : basket.lines) {
    if (line.price == nullptr) continue;
    const bool in_scope = found->products.contains(line.offer->product) && (found->group.empty() || found->group == line.cart.group);
    units.push_back({line.price->cents, line.cart.quantity, in_scope});
    lines.push_back(&line);
  }
  code.fault = catalogue::fault_of(*found, catalogue::Day{base::helsinki_day(now)}, units);
  if (code.fault != catalogue::CodeFault::none) return;
  auto parts = catalogue::take_off(*found, units);
  const base::Cents before = basket.products;
  basket.products = {};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i]->parts = std::move(parts[i]);
    basket.products += lines[i]->total();
  }
  code.off = before - basket.products;
  basket.too_large = basket.products > base::kMaxOrderTotal;
}

base::Result<Basket> load_basket(db::Connection& db, OfferBook& book, const Cart& cart, base::Lang lang, base::UtcTime now, Asked asked) {
  KK_LET(Offers offers, book.load(db, variants_of(cart), lang, now, asked));
  std::vector<std::int64_t> signups;
  for (const auto& line : cart.lines) {
    if (line.registration != 0) signups.push_back(line.registration);
  }
  KK_LET(const Holds holds, registrations::load_all(db, signups));
  Basket out = make_basket(cart, std::move(offers), now, holds);
  if (cart.code.empty() || cart.lines.empty()) return out;
  std::vector<std::int64_t> products;
  for (const auto& [variant, offer] : out.offers) products.push_back(offer.product);
  if (products.empty()) return out;
  KK_LET(const auto found, catalogue::find_code(db, cart.code, products));
  apply_code(out, found, lang, now);
  return out;
}

Cart with_shown_prices(const Basket& basket) {
  Cart out;
  out.id = basket.cart_id;
  out.code = basket.code.code;
  out.gift_cards = basket.gift_cards;
  for (const auto& line : basket.lines) {
    out.lines.push_back(line.cart);
    if (line.price != nullptr) out.lines.back().seen = line.price->cents;
  }
  return out;
}

std::vector<DeliveryChoice> delivery_choices(const Basket& basket) {
  std::vector<DeliveryChoice> out;
  for (std::size_t i = 0; i < basket.lines.size(); ++i) {
    if (basket.lines[i].offer == nullptr) continue;
    const auto& ways = basket.lines[i].offer->deliveries;
    const auto same = std::find_if(out.begin(), out.end(), [&](const DeliveryChoice& choice) {
      return std::equal(choice.ways.begin(), choice.ways.end(), ways.begin(), ways.end(),
                        [](const auto& a, const auto& b) { return a.code == b.code; });
    });
    if (same == out.end()) out.push_back({ways, {i}});
    else same->lines.push_back(i);
  }
  return out;
}

}  // namespace checkout
