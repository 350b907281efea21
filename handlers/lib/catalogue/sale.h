// From when on something is in the shop, and until when it can be bought. Pure rules; the renderer, checkout, sign-ups and the back office share them.
#pragma once

#include <chrono>
#include <optional>

#include "lib/base/time.h"

namespace catalogue {

// Whether a product that isn't a draft is in the shop yet; until then it is as if it were one: no page, in no list, not sold. `from`: nothing, at once.
inline bool is_shown(base::UtcTime now, const std::optional<base::UtcTime>& from) { return !from || now >= *from; }
// The same of a row of products `p`; its parameter is the moment.
inline constexpr const char* kIsShown = "(p.shown_from_utc IS NULL OR p.shown_from_utc <= ?)";

enum class Sale { on, not_yet, ended };

inline Sale sale_at(base::UtcTime now, const std::optional<base::UtcTime>& from, const std::optional<base::UtcTime>& until) {
  if (from && now < *from) return Sale::not_yet;
  if (until && now >= *until) return Sale::ended;
  return Sale::on;
}

// A time can be bought until it begins; a whole day (20 hours or more), until it ends.
inline base::UtcTime last_moment(base::UtcTime starts, base::UtcTime ends) {
  return ends - starts >= std::chrono::hours{20} ? ends : starts;
}

}  // namespace catalogue
