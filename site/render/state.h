// What can be bought of a product at a moment, and when that answer changes by time alone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "render/model.h"

namespace render {

enum class Sale { on, not_yet, ended, closed, paused, sold_out, no_times };  // closed: for good; paused: by staff, for a reason

struct Offer {  // a variant that is shown
  const Variant* variant = nullptr;
  bool sold_out = false;
};

struct State {
  Sale sale = Sale::on;
  std::vector<Offer> offers;            // past times are not among them
  std::optional<std::int64_t> free;     // all that is left, when everything is counted
  std::optional<UtcTime> opens;         // not yet: when
  std::optional<UtcTime> next_change;   // when sale begins or ends, or a time passes
  Cents low, high;                      // prices over the offers
  const Price* lowest = nullptr;        // the one of `low`
  std::uint64_t fingerprint = 0;        // of all of it that a page says
};

// The moment after which a dated variant is no longer sold. REQUIRES: it has a time.
UtcTime last_moment(const Variant& variant);

State state_of(const Product& product, UtcTime now);

// The prices of one variant: its own, or the product's.
std::vector<const Price*> prices_of(const Product& product, std::int64_t variant);

// Numbers up to this are said ("12 left"); above it a product is simply available, so that not every sale of a
// well-stocked product makes its pages anew.
inline constexpr std::int64_t kCountedTo = 20;
inline constexpr std::int64_t kFew = 5;

}  // namespace render
