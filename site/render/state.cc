#include "render/state.h"

#include <algorithm>

#include "lib/catalogue/sale.h"
#include "render/hash.h"

namespace render {
namespace {

void sooner(std::optional<UtcTime>& next, UtcTime time) {
  if (!next || time < *next) next = time;
}

// What a page says of how many are left.
std::uint64_t said(const std::optional<std::int64_t>& free) {
  if (!free) return 1000;
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(*free, 0, kCountedTo + 1));
}

// When what a session's page says of its sign-up changes by time alone.
void add_sign_up(State& state, const Session& session, UtcTime now) {
  for (const auto time : {session.signup_from, session.signup_until, session.meetings.empty() ? now : session.meetings.back().ends}) {
    if (time > now) sooner(state.next_change, time);
  }
}

// All sessions together: open when one is.
Sale sign_up_of(State& state, UtcTime now) {
  bool open = false;
  for (const auto& offer : state.offers) {
    const Session& session = *offer.variant->session;
    if (session.state != "open") continue;
    if (session.signup_from > now) sooner(state.opens, session.signup_from);
    open = open || (session.signup_from <= now && now < session.signup_until);
  }
  return open ? Sale::on : state.opens ? Sale::not_yet : Sale::ended;
}

void add_offers(State& state, const Product& product, UtcTime now) {
  std::int64_t free = 0;
  bool counted = true;
  for (const auto& variant : product.variants) {
    if (variant.starts && last_moment(variant) <= now) continue;
    if (variant.starts) sooner(state.next_change, last_moment(variant));
    if (variant.session) add_sign_up(state, *variant.session, now);
    state.offers.push_back({&variant, variant.free.value_or(1) <= 0 || (variant.session && variant.session->state != "open")});
    counted = counted && variant.free.has_value();
    free += std::max<std::int64_t>(0, variant.free.value_or(0));
  }
  if (counted && !state.offers.empty()) state.free = free;
}

Sale sale_of(State& state, const Product& product, UtcTime now) {
  if (product.closed) return Sale::closed;
  const auto period = catalogue::sale_at(now, product.sale_from, product.sale_until);
  if (period == catalogue::Sale::ended) return Sale::ended;
  if (state.offers.empty()) return Sale::no_times;
  state.opens = product.sale_from;
  if (period == catalogue::Sale::not_yet) return Sale::not_yet;
  state.opens.reset();
  if (state.offers.front().variant->session) {
    if (const Sale sign_up = sign_up_of(state, now); sign_up != Sale::on) return sign_up;
  }
  if (product.paused) return Sale::paused;
  const bool none = std::all_of(state.offers.begin(), state.offers.end(), [](const auto& o) { return o.sold_out; });
  return none ? Sale::sold_out : Sale::on;
}

void add_prices(State& state, const Product& product) {
  bool first = true;
  const auto take = [&](const Price& price) {
    if (first || price.cents < state.low) state.lowest = &price;
    state.low = first ? price.cents : std::min(state.low, price.cents);
    state.high = first ? price.cents : std::max(state.high, price.cents);
    first = false;
  };
  for (const auto& offer : state.offers) {
    for (const auto* price : prices_of(product, offer.variant->id)) take(*price);
  }
  if (first) {  // nothing coming: say what it costs all the same
    for (const auto& price : product.prices) take(price);
  }
}

}  // namespace

UtcTime last_moment(const Variant& variant) {
  return catalogue::last_moment(*variant.starts, *variant.ends);
}

State state_of(const Product& product, UtcTime now) {
  State state;
  add_offers(state, product, now);
  if (product.sale_from && *product.sale_from > now) sooner(state.next_change, *product.sale_from);
  if (product.sale_until && *product.sale_until > now) sooner(state.next_change, *product.sale_until);
  state.sale = sale_of(state, product, now);
  add_prices(state, product);
  Hash hash;
  hash.add(static_cast<std::uint64_t>(state.sale)).add(said(state.free));
  for (const auto& offer : state.offers) hash.add(static_cast<std::uint64_t>(offer.variant->id)).add(said(offer.variant->free));
  for (const auto& variant : product.variants) {
    if (!variant.session) continue;
    const auto& s = *variant.session;
    // How far a session has come: before, during and after its sign-up, and over.
    hash.add(static_cast<std::uint64_t>((now >= s.signup_from) + (now >= s.signup_until) + (!s.meetings.empty() && now >= s.meetings.back().ends)));
  }
  state.fingerprint = hash.value();
  return state;
}

std::vector<const Price*> prices_of(const Product& product, std::int64_t variant) {
  std::vector<const Price*> own, common;
  for (const auto& price : product.prices) {
    if (price.variant == variant) own.push_back(&price);
    else if (price.variant == 0) common.push_back(&price);
  }
  return own.empty() ? common : own;
}

}  // namespace render
