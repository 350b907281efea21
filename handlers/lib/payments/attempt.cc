#include "lib/payments/attempt.h"

#include <array>
#include <utility>

namespace payments {

using suomifi::PaymentStatus;

namespace {

using S = AttemptState;

constexpr std::array<std::pair<AttemptState, const char*>, 8> kNames = {{{S::creating, "creating"},
                                                                         {S::open, "new"},
                                                                         {S::pending, "pending"},
                                                                         {S::ok, "ok"},
                                                                         {S::fail, "fail"},
                                                                         {S::refused, "refused"},
                                                                         {S::unknown, "unknown"},
                                                                         {S::abandoned, "abandoned"}}};

struct Move {
  AttemptState from, on_pending, on_fail, on_ok;  // "new" moves nothing
};
constexpr std::array<Move, 8> kMoves = {{{S::creating, S::pending, S::fail, S::ok},
                                         {S::open, S::pending, S::fail, S::ok},
                                         {S::pending, S::pending, S::fail, S::ok},
                                         {S::ok, S::ok, S::ok, S::ok},
                                         {S::fail, S::fail, S::fail, S::ok},
                                         {S::refused, S::pending, S::fail, S::ok},
                                         {S::unknown, S::pending, S::fail, S::ok},
                                         {S::abandoned, S::pending, S::fail, S::ok}}};

}  // namespace

const char* to_string(AttemptState state) {
  for (const auto& [known, name] : kNames) {
    if (known == state) return name;
  }
  return "unknown";
}

std::optional<AttemptState> parse_attempt_state(std::string_view text) {
  for (const auto& [state, name] : kNames) {
    if (text == name) return state;
  }
  return std::nullopt;
}

AttemptState after_word(AttemptState state, PaymentStatus word) {
  for (const auto& move : kMoves) {
    if (move.from != state) continue;
    switch (word) {
      case PaymentStatus::created: return state;
      case PaymentStatus::pending:
      case PaymentStatus::delayed: return move.on_pending;
      case PaymentStatus::fail: return move.on_fail;
      case PaymentStatus::ok: return move.on_ok;
    }
  }
  return state;
}

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::none: return "none";
    case Outcome::settled: return "settled";
    case Outcome::no_stock: return "no_stock";
    case Outcome::overpaid: return "overpaid";
    case Outcome::needs_review: return "needs_review";
  }
  return "none";
}

OkCase on_ok(std::optional<orders::State> order, bool sum_is_right) {
  if (!order) return OkCase::needs_review;
  switch (*order) {
    case orders::State::pending: return sum_is_right ? OkCase::settle : OkCase::needs_review;
    case orders::State::expired:
    case orders::State::cancelled: return sum_is_right ? OkCase::settle_late : OkCase::needs_review;
    case orders::State::paid:
    case orders::State::paid_no_stock:
    case orders::State::confirmed: return OkCase::overpaid;
  }
  return OkCase::needs_review;
}

bool is_payable(orders::State order) { return order == orders::State::pending; }

}  // namespace payments
