// Gift cards as staff see them: found by a code that somebody shows, never by a person, and stopped. The codes themselves staff can't read.
#pragma once

#include <string>
#include <vector>

#include "backoffice/order_access.h"
#include "lib/gift_cards/gift_card.h"

namespace backoffice {

using StopCard = staff::Permission<staff::Right::refunds_request>;

struct CardMove {
  base::UtcTime at;
  std::string kind, by, words;     // by: who of staff
  base::Cents cents;
  std::int64_t order = 0;          // 0: none, gone, or of others
  std::string number;
};
struct SeenCard {
  gift_cards::Card card;
  std::string product;             // its name
  StopCard may;
  std::vector<CardMove> moves;
};
// ERRORS: not_found; denied: its product is not of one's scope.
base::Result<SeenCard> see_card(const Call& call, std::int64_t id);
// The card of a code that was typed. Nothing: there is none.
base::Result<std::optional<std::int64_t>> find_card(const Call& call, const std::string& typed);

// Within a transaction. It pays no more; what an order holds of it stays held, and what is left stays the city's debt. ERRORS: conflict: it is void already.
struct Stop {
  std::string reason, words;       // lost, fraud, mistake
  std::int64_t staff = 0;
};
base::Status stop_card(const SeenCard& seen, db::Connection& db, const Stop& stop, base::UtcTime now);

}  // namespace backoffice
