// Goal: a code is found in whatever was typed and in nothing else; cards pay in their order, each at most its balance, and end with the last second of a day of Finland.
#include "lib/gift_cards/gift_card.h"

#include <rapidcheck.h>

#include "lib/base/check_code.h"
#include "lib/crypto/crypto.h"
#include "unit/catch.h"

namespace {

using base::Cents;
using gift_cards::Verdict;

base::UtcTime moment(const char* text) { return *base::parse_utc(text); }

gift_cards::Card worth(std::int64_t id, std::int64_t cents, const char* until = "2030-01-01T00:00:00Z") {
  gift_cards::Card out;
  out.id = id;
  out.original = out.balance = Cents(cents);
  out.valid_until = moment(until);
  return out;
}

const base::UtcTime kCardNow = moment("2026-12-01T12:00:00Z");

}  // namespace

TEST_CASE("a gift card's code is found however it was typed, and no other is") {
  const std::string code = crypto::random_code(gift_cards::kCodeLength);
  CHECK(gift_cards::code_in(code) == code);
  CHECK(gift_cards::code_in(" " + base::print_code(code) + " ") == code);
  std::string wrong = code;
  wrong[3] = wrong[3] == 'A' ? 'B' : 'A';
  CHECK(gift_cards::code_in("aaaa") == std::nullopt);
  CHECK(gift_cards::code_in("") == std::nullopt);
  CHECK(gift_cards::code_in(wrong) == std::nullopt);
  CHECK(gift_cards::hash_of(code).size() == 32);
  CHECK(gift_cards::hash_of(code) != gift_cards::hash_of(wrong));
}

TEST_CASE("a card is void before it is over, and over before it is empty") {
  auto card = worth(1, 0, "2026-11-30T21:59:59Z");
  CHECK(gift_cards::verdict_of(card, kCardNow) == Verdict::expired);
  CHECK(gift_cards::verdict_of(card, card.valid_until) == Verdict::empty);
  card.voided = kCardNow;
  CHECK(gift_cards::verdict_of(card, kCardNow) == Verdict::voided);
}

TEST_CASE("cards pay in their order, and those that are not valid nothing") {
  const auto parts = gift_cards::parts_of(Cents(1500), {worth(7, 1000), worth(9, 0), worth(5, 400, "2026-01-01T00:00:00Z"), worth(3, 900), worth(4, 100)}, kCardNow);
  REQUIRE(parts.size() == 2);
  CHECK((parts[0].card == 7 && parts[0].cents == Cents(1000)));
  CHECK((parts[1].card == 3 && parts[1].cents == Cents(500)));
}

TEST_CASE("cards never pay more than the sum, nor more than they have") {
  CHECK(rc::check("parts", [] {
    std::vector<gift_cards::Card> cards;
    Cents all;
    for (int i = 1, count = *rc::gen::inRange(0, 6); i <= count; ++i) cards.push_back(worth(i, *rc::gen::inRange(0, 3000))), all += cards.back().balance;
    const Cents sum(*rc::gen::inRange(0, 9000));
    const auto parts = gift_cards::parts_of(sum, cards, kCardNow);
    RC_ASSERT(gift_cards::sum_of(parts) == std::min(sum, all));
    for (const auto& part : parts) RC_ASSERT(part.cents > Cents(0) && part.cents <= cards[static_cast<std::size_t>(part.card - 1)].balance);
  }));
}

TEST_CASE("a card ends with the last second of the day, in summer and in winter, and on no 29th of February that isn't") {
  CHECK(gift_cards::end_of_validity(moment("2026-11-28T22:30:00Z"), 3) == moment("2029-11-29T21:59:59Z"));  // the 29th in Finland
  CHECK(gift_cards::end_of_validity(moment("2026-06-01T10:00:00Z"), 1) == moment("2027-06-01T20:59:59Z"));
  CHECK(gift_cards::end_of_validity(moment("2028-02-29T10:00:00Z"), 3) == moment("2031-02-28T21:59:59Z"));
}
