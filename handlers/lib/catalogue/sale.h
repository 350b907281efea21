// Until when something can be bought. Pure rules; the renderer and checkout share them.
#pragma once

#include <chrono>
#include <optional>

#include "lib/base/time.h"

namespace catalogue {

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
