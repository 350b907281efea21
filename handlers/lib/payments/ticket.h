// Tickets and cards: one for each unit that is sold by e-mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/orders/order.h"

namespace payments {

struct Ticket {
  std::string code;  // 128 random bits
  int line_no = 0, unit_no = 0;
  std::int64_t product_id = 0, variant_id = 0;
  std::optional<base::UtcTime> valid_from, valid_until;
  std::string price_group;
  std::optional<int> uses_max;  // nothing: as often as its holder likes
  std::string holder_name;
  std::string name, detail;  // of the line, for the mail
};

// For lines of kind ticket and pass with delivery by e-mail. A dated ticket is valid in its time. A card without a date is
// valid from the sale for days_valid calendar days (the first is the day of sale in Finland; to the last second of the
// last); where the buyer has a 14-day right and did not ask to begin at once, from the 15th day after the sale
// (KSL 6:14). A ticket lets in once, a card as often as the line says.
std::vector<Ticket> tickets_of(const orders::Order& order, base::UtcTime sold);

}  // namespace payments
