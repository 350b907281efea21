// Goal: whatever gift cards pay of a sale, its books stay equal to the cent, its receipt's lines carry exactly their part, and refunds give them back exactly that; a
// benefit pays what has it and nothing else.
#include <rapidcheck.h>

#include "lib/payments/benefit.h"
#include "lib/payments/ledger.h"
#include "lib/payments/refund.h"
#include "unit/catch.h"

using base::Cents;
using payments::Credit;

namespace {

base::City city_of_cards() {
  base::City out;
  out.receivable_account = "1780";
  out.vat_account = "2939";
  out.benefit_ways = {{"sports", {"epassi", "smartum"}}, {"culture", {"epassi"}}};
  return out;
}

orders::Line one_line(int no, std::int64_t cents, int quantity, bool is_card) {
  orders::Line out;
  out.line_no = no;
  out.unit_price = Cents(cents);
  out.quantity = quantity;
  out.product_kind = is_card ? "gift_card" : "goods";
  out.vat_code = is_card ? "voucher" : "standard";
  if (!is_card) out.vat_per_mille = 255;
  else out.vat_reason = "voucher";
  out.ledger_account = is_card ? "2950" : "3000";
  return out;
}

std::vector<orders::Line> some_lines() {
  std::vector<orders::Line> out;
  for (int i = 1, count = *rc::gen::inRange(1, 6); i <= count; ++i) out.push_back(one_line(i, *rc::gen::inRange(1, 4000), *rc::gen::inRange(1, 5), *rc::gen::inRange(0, 4) == 0));
  return out;
}

Cents total_of(const std::vector<orders::Line>& lines) {
  Cents out;
  for (const auto& line : lines) out += line.total();
  return out;
}

}  // namespace

TEST_CASE("what gift cards pay stands on their accounts, and both sides stay equal") {
  CHECK(rc::check("books", [] {
    const auto lines = some_lines();
    const auto most = orders::payable_by_cards(lines).value();
    const Cents cards(*rc::gen::inRange<std::int64_t>(0, most + 1)), first(cards.value() / 3);
    std::vector<gift_cards::Booked> booked;
    for (const auto part : {first, cards - first}) if (part.value() > 0) booked.push_back({"2950", std::to_string(booked.size()), part});
    const auto entries = payments::with_cards(payments::entries_of_sale(lines, city_of_cards()), booked, city_of_cards());
    Cents debit, credit, money, owed;
    for (const auto& entry : entries) {
      debit += entry.debit, credit += entry.credit;
      if (entry.account == "1780") money += entry.debit;
      if (entry.account == "2950") owed += entry.debit;
      RC_ASSERT(entry.debit != entry.credit);
    }
    RC_ASSERT(debit == credit && debit == total_of(lines) && owed == cards && money == total_of(lines) - cards);
  }));
}

TEST_CASE("a receipt's lines carry exactly what gift cards paid, none of it on gift cards") {
  CHECK(rc::check("lines", [] {
    const auto lines = some_lines();
    const Cents cards(*rc::gen::inRange<std::int64_t>(0, orders::payable_by_cards(lines).value() + 1));
    Cents sum;
    const auto receipt = payments::with_cards(payments::lines_of_sale(lines), lines, cards);
    for (std::size_t i = 0; i < receipt.size(); ++i) {
      sum += receipt[i].card_gross;
      RC_ASSERT(receipt[i].card_gross <= receipt[i].gross && receipt[i].card_vat <= receipt[i].vat);
      if (lines[i].product_kind == "gift_card") RC_ASSERT(receipt[i].card_gross.value() == 0);
    }
    RC_ASSERT(sum == cards);
  }));
}

TEST_CASE("refunds in any parts give gift cards back what they paid, and the payment service the rest") {
  CHECK(rc::check("refunds", [] {
    const auto lines = some_lines();
    const Cents cards(*rc::gen::inRange<std::int64_t>(0, orders::payable_by_cards(lines).value() + 1)), online = total_of(lines) - cards;
    Cents to_cards, to_service;
    std::vector<Cents> left;
    for (const auto& line : lines) left.push_back(line.total());
    for (int rounds = *rc::gen::inRange(1, 6); rounds > 0; --rounds) {  // the last one takes what is left
      std::vector<Credit> credits;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const Cents part(rounds == 1 ? left[i].value() : *rc::gen::inRange<std::int64_t>(0, left[i].value() + 1));
        if (part.value() == 0) continue;
        credits.push_back({lines[i].line_no, 0, part});
        left[i] = left[i] - part;
      }
      const Cents of_cards = payments::part_of_cards(credits, lines, cards - to_cards);
      to_cards += of_cards;
      to_service += payments::sum_of(credits) - of_cards;
      RC_ASSERT(to_cards <= cards && to_service <= online);
    }
    RC_ASSERT(to_cards == cards && to_service == online);
  }));
}

TEST_CASE("a benefit pays what has it, all of it, and no delivery") {
  auto swim = one_line(1, 900, 1, false), play = one_line(2, 900, 1, false), post = one_line(3, 590, 1, false);
  swim.benefit = "sports", play.benefit = "culture", post.is_delivery = true;
  const auto city = city_of_cards();
  CHECK(payments::may_pay("epassi", {swim}, city));
  CHECK(payments::may_pay("epassi", {swim, play}, city));
  CHECK_FALSE(payments::may_pay("smartum", {swim, play}, city));
  CHECK_FALSE(payments::may_pay("epassi", {swim, one_line(4, 100, 1, false)}, city));
  CHECK_FALSE(payments::may_pay("epassi", {swim, post}, city));
  CHECK(payments::may_pay("nordea", {post}, city));
  CHECK(payments::is_benefit("smartum", city));
  CHECK_FALSE(payments::is_benefit("nordea", city));
}
