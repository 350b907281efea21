// Goal: whatever the payment service says in whatever order, `ok` wins for ever, `fail` never takes money away, and the
// same word again changes nothing.
#include "lib/payments/attempt.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>

#include "unit/catch.h"

using payments::AttemptState;
using suomifi::PaymentStatus;

namespace {

constexpr std::array kStates = {AttemptState::creating, AttemptState::open,    AttemptState::pending, AttemptState::ok,
                                AttemptState::fail,     AttemptState::refused, AttemptState::unknown, AttemptState::abandoned};
constexpr std::array kWords = {PaymentStatus::created, PaymentStatus::pending, PaymentStatus::delayed, PaymentStatus::fail, PaymentStatus::ok};

AttemptState after_all(AttemptState state, const std::vector<PaymentStatus>& words) {
  for (const auto word : words) state = payments::after_word(state, word);
  return state;
}

std::vector<PaymentStatus> some_words() {
  const auto count = *rc::gen::inRange<std::size_t>(0, 6);
  return *rc::gen::container<std::vector<PaymentStatus>>(count, rc::gen::elementOf(kWords));
}

}  // namespace

TEST_CASE("every state has a name of its own and is read back") {
  for (const auto state : kStates) CHECK(payments::parse_attempt_state(payments::to_string(state)) == state);
  CHECK(std::string(payments::to_string(AttemptState::open)) == "new");
  CHECK(!payments::parse_attempt_state("paid"));
}

TEST_CASE("over all orders of up to five words: ok wins for ever") {
  CHECK(rc::check([] {
    const auto words = some_words();
    const auto end = after_all(AttemptState::open, words);
    const bool paid = std::find(words.begin(), words.end(), PaymentStatus::ok) != words.end();
    RC_ASSERT((end == AttemptState::ok) == paid);
  }));
}

TEST_CASE("over all orders of up to five words: the order of arrival does not matter") {
  CHECK(rc::check([] {
    auto words = some_words();
    const auto from = *rc::gen::elementOf(kStates);
    const auto end = after_all(from, words);
    std::sort(words.begin(), words.end());
    do {
      RC_ASSERT(after_all(from, words) == end);
    } while (std::next_permutation(words.begin(), words.end()));
  }));
}

TEST_CASE("a word said again changes nothing") {
  for (const auto state : kStates) {
    for (const auto word : kWords) {
      const auto once = payments::after_word(state, word);
      CHECK(payments::after_word(once, word) == once);
    }
  }
}

TEST_CASE("the table, word by word") {
  CHECK(payments::after_word(AttemptState::open, PaymentStatus::pending) == AttemptState::pending);
  CHECK(payments::after_word(AttemptState::open, PaymentStatus::delayed) == AttemptState::pending);
  CHECK(payments::after_word(AttemptState::pending, PaymentStatus::fail) == AttemptState::fail);
  CHECK(payments::after_word(AttemptState::fail, PaymentStatus::pending) == AttemptState::fail);
  CHECK(payments::after_word(AttemptState::fail, PaymentStatus::ok) == AttemptState::ok);
  for (const auto state : kStates) {
    CHECK(payments::after_word(state, PaymentStatus::ok) == AttemptState::ok);
    CHECK(payments::after_word(state, PaymentStatus::created) == state);
  }
}

TEST_CASE("what a first ok means for the order") {
  using orders::State;
  using payments::OkCase;
  CHECK(payments::on_ok(State::pending, true) == OkCase::settle);
  CHECK(payments::on_ok(State::expired, true) == OkCase::settle_late);
  CHECK(payments::on_ok(State::cancelled, true) == OkCase::settle_late);
  CHECK(payments::on_ok(State::paid, true) == OkCase::overpaid);
  CHECK(payments::on_ok(State::paid_no_stock, true) == OkCase::overpaid);
  CHECK(payments::on_ok(std::nullopt, true) == OkCase::needs_review);
  for (const auto state : {State::pending, State::confirmed, State::paid, State::paid_no_stock, State::cancelled, State::expired}) {
    const bool paid = state == State::confirmed || state == State::paid || state == State::paid_no_stock;
    CHECK(payments::on_ok(state, false) == (paid ? OkCase::overpaid : OkCase::needs_review));
    CHECK(payments::is_payable(state) == (state == State::pending));
  }
}
