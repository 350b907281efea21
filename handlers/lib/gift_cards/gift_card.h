// A gift card: a multi-purpose voucher whose code is money. Who has the code has the card; nothing of it names a person. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/money.h"
#include "lib/base/time.h"

namespace gift_cards {

// 80 random bits and a check character (crypto::random_code).
inline constexpr std::size_t kCodeLength = 16;

struct Card {
  std::int64_t id = 0, product_id = 0;
  std::string unit;
  base::Cents original, balance;
  base::UtcTime issued, valid_until;
  std::optional<base::UtcTime> voided;
  std::string void_reason;  // empty: it is not voided
  std::string ledger_account, cost_centre;
};

enum class Verdict { valid, empty, expired, voided };
const char* to_string(Verdict verdict);
Verdict verdict_of(const Card& card, base::UtcTime now);

// The code in what was typed: in groups, in small letters, with O for 0. Nothing: it is none.
std::optional<std::string> code_in(std::string_view typed);
// What the database knows a code by: 32 bytes.
std::string hash_of(const std::string& code);

// What a card pays of a sum.
struct Part {
  std::int64_t card = 0;
  base::Cents cents;
};
base::Cents sum_of(const std::vector<Part>& parts);
// A sum on the account of cards of one sale: what the ledger debits when it is spent.
struct Booked {
  std::string ledger_account, cost_centre;
  base::Cents cents;
};
// Each of the cards that are valid pays what it can of what is left, in their order.
std::vector<Part> parts_of(base::Cents sum, const std::vector<Card>& cards, base::UtcTime now);

// The last second of the day on which it ends: so many years after the day of its sale.
base::UtcTime end_of_validity(base::UtcTime sold, int years);

}  // namespace gift_cards
