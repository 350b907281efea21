#include "lib/gift_cards/gift_card.h"

#include <algorithm>

#include "lib/base/check_code.h"
#include "lib/crypto/crypto.h"

namespace gift_cards {

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::empty: return "empty";
    case Verdict::expired: return "expired";
    case Verdict::voided: return "voided";
  }
  return "voided";
}

Verdict verdict_of(const Card& card, base::UtcTime now) {
  if (card.voided) return Verdict::voided;
  if (card.valid_until < now) return Verdict::expired;
  return card.balance > base::Cents(0) ? Verdict::valid : Verdict::empty;
}

std::optional<std::string> code_in(std::string_view typed) {
  std::string code = base::normalise_code(typed);
  return base::is_code(code, kCodeLength) ? std::optional<std::string>(std::move(code)) : std::nullopt;
}

std::string hash_of(const std::string& code) { return crypto::as_bytes(crypto::sha256("gift card " + code)); }

base::Cents sum_of(const std::vector<Part>& parts) {
  base::Cents out;
  for (const auto& part : parts) out += part.cents;
  return out;
}

std::vector<Part> parts_of(base::Cents sum, const std::vector<Card>& cards, base::UtcTime now) {
  std::vector<Part> out;
  for (const auto& card : cards) {
    const base::Cents part = std::min(card.balance, sum - sum_of(out));
    if (verdict_of(card, now) == Verdict::valid && part > base::Cents(0)) out.push_back({card.id, part});
  }
  return out;
}

base::UtcTime end_of_validity(base::UtcTime sold, int years) {
  // The 29th of February has no day in other years: the 28th then.
  auto day = base::helsinki_day(sold) + std::chrono::years(years);
  if (!day.ok()) day = day.year() / day.month() / std::chrono::last;
  const std::chrono::year_month_day next = std::chrono::sys_days(day) + std::chrono::days(1);
  return base::helsinki_to_utc(next, std::chrono::minutes(0)) - std::chrono::seconds(1);
}

}  // namespace gift_cards
