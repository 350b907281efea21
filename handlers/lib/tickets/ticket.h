// A ticket or a card in use: what its own page, a desk and a gate say of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/time.h"

namespace tickets {

struct Use {
  base::UtcTime at;
  std::string place;
};

struct Ticket {
  std::int64_t id = 0, product_id = 0;
  std::string code, holder;
  std::optional<base::UtcTime> from, until;
  std::optional<int> uses_max;  // nothing: as often as its holder likes
  int uses = 0;
  bool refunded = false;
  std::optional<base::UtcTime> called_off;  // since when it is known that its time isn't held
  std::optional<Use> last_use;
  std::string product_code, unit, category;
  // In the reader's language; empty where there is nothing to say.
  std::string name, variant, price_group, proof;  // proof: what the holder shows for the price

  std::optional<int> uses_left() const { return uses_max ? std::optional<int>(*uses_max - uses) : std::nullopt; }
};

// What it is at a moment. It lets in on whole days of Finland: from the day on which it begins to that on which it ends, for
// doors open before a concert does.
enum class Verdict { valid, used, wrong_day, refunded, called_off };
const char* to_string(Verdict verdict);
Verdict verdict_of(const Ticket& ticket, base::UtcTime now);
bool lets_in_yet(const Ticket& ticket, base::UtcTime now);  // today, or on a day to come

// The day of Finland around a moment: a ticket lets in when it begins before `ends` and doesn't end before `begins`.
struct Day {
  base::UtcTime begins, ends;
};
Day day_of(base::UtcTime now);

// "su 29.11.2026 klo 18.00–20.00" for what is on at a time; the last day, or the first, of a card. Empty: always.
struct Validity {
  std::string period, from, until;  // a period, or days
};
Validity validity_of(const Ticket& ticket, base::Lang lang);

// The code in what was typed or scanned: itself, in groups, in capitals or not, or the address of the ticket's page. Nothing: it is none.
std::optional<std::string> code_in(std::string_view typed);

}  // namespace tickets
