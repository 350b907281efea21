// Goal: one ticket for each unit that is sold by e-mail, valid when the law and the product say.
#include "lib/payments/ticket.h"

#include <set>

#include "unit/catch.h"

namespace {

const base::UtcTime kSold = *base::parse_utc("2026-11-22T12:30:05Z");

orders::Order order_of(orders::Line line) {
  orders::Order out;
  out.lines = {std::move(line)};
  return out;
}

orders::Line pass() {
  orders::Line out;
  out.line_no = 1;
  out.product_kind = "pass";
  out.delivery_kind = "email";
  out.quantity = 1;
  out.days_valid = 30;
  out.withdrawal = orders::Withdrawal::service_14d;
  return out;
}

}  // namespace

TEST_CASE("each unit has its own unguessable code and its holder") {
  auto line = pass();
  line.quantity = 3;
  line.holder_names = {"Aino", "Eino"};
  const auto tickets = payments::tickets_of(order_of(line), kSold);
  REQUIRE(tickets.size() == 3);
  std::set<std::string> codes;
  for (const auto& ticket : tickets) codes.insert(ticket.code);
  CHECK(codes.size() == 3);
  CHECK(tickets[0].code.size() == 26);
  CHECK((tickets[0].holder_name == "Aino" && tickets[1].holder_name == "Eino" && tickets[2].holder_name.empty()));
  CHECK((tickets[0].unit_no == 1 && tickets[2].unit_no == 3));
}

TEST_CASE("only tickets and passes by e-mail") {
  for (const auto& [kind, delivery, count] : {std::tuple("ticket", "email", 1u), {"pass", "email", 1u}, {"goods", "email", 0u},
                                              {"service", "none", 0u}, {"pass", "collect", 0u}, {"", "", 0u}}) {
    auto line = pass();
    line.product_kind = kind;
    line.delivery_kind = delivery;
    CHECK(payments::tickets_of(order_of(line), kSold).size() == count);
  }
}

TEST_CASE("a dated ticket is valid in its time") {
  auto line = pass();
  line.starts = *base::parse_utc("2026-12-06T16:00:00Z");
  line.ends = *base::parse_utc("2026-12-06T18:00:00Z");
  const auto ticket = payments::tickets_of(order_of(line), kSold).at(0);
  CHECK((ticket.valid_from == line.starts && ticket.valid_until == line.ends));
}

TEST_CASE("a pass that begins at once runs for its days, the day of sale being the first") {
  auto line = pass();
  line.begin_now = true;
  const auto ticket = payments::tickets_of(order_of(line), kSold).at(0);
  CHECK(ticket.valid_from == kSold);
  CHECK(ticket.valid_until == base::parse_utc("2026-12-21T21:59:59Z"));  // 21 December, midnight in Finland
}

TEST_CASE("a pass with a right of withdrawal opens on the 15th day unless asked otherwise") {
  for (const auto right : {orders::Withdrawal::service_14d, orders::Withdrawal::digital}) {
    auto line = pass();
    line.withdrawal = right;
    const auto ticket = payments::tickets_of(order_of(line), kSold).at(0);
    CHECK(ticket.valid_from == base::parse_utc("2026-12-06T22:00:00Z"));  // 7 December in Finland
    CHECK(ticket.valid_until == base::parse_utc("2027-01-05T21:59:59Z"));
  }
}

TEST_CASE("a pass without a last day has none") {
  auto line = pass();
  line.days_valid.reset();
  CHECK(!payments::tickets_of(order_of(line), kSold).at(0).valid_until);
}

TEST_CASE("a ticket lets in once, a card as often as was sold, and each knows its price group") {
  auto line = pass();
  CHECK(!payments::tickets_of(order_of(line), kSold).at(0).uses_max);
  line.uses = 10;
  line.price_group = "child";
  const auto card = payments::tickets_of(order_of(line), kSold).at(0);
  CHECK((card.uses_max == 10 && card.price_group == "child"));
  line.product_kind = "ticket";
  CHECK(payments::tickets_of(order_of(line), kSold).at(0).uses_max == 1);
}
