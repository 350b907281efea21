// Goal: whatever parts a payment is paid back in, each credit is whole in itself and all of them are the sale to the cent.
#include "lib/payments/refund.h"

#include <rapidcheck.h>

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "lib/base/share.h"
#include "unit/catch.h"

using base::Cents;
using payments::Credit;

namespace {

base::City books() {
  base::City out;
  out.receivable_account = "1780";
  out.vat_account = "2939";
  out.unallocated_account = "2990";
  return out;
}

std::vector<orders::Line> random_lines() {
  std::vector<orders::Line> out;
  const int count = *rc::gen::inRange(1, 7);
  for (int i = 1; i <= count; ++i) {
    orders::Line line;
    line.line_no = i;
    line.quantity = *rc::gen::inRange(1, 5);
    line.unit_price = Cents(*rc::gen::inRange(1, 3000));
    const int rate = *rc::gen::inRange(0, 4);
    line.vat_code = std::to_string(rate);
    if (rate != 3) line.vat_per_mille = std::array{255, 135, 0}[static_cast<std::size_t>(rate)];
    else line.vat_reason = "exempt";
    line.ledger_account = std::to_string(*rc::gen::inRange(3000, 3003));
    line.cost_centre = std::to_string(*rc::gen::inRange(1, 3));
    out.push_back(line);
  }
  return out;
}

// Up to what is left of each line; at least one cent.
std::vector<Credit> random_part(const std::vector<orders::Line>& lines, const std::vector<Credit>& before) {
  std::vector<Credit> out;
  for (const auto& line : lines) {
    const std::int64_t left = (line.total() - payments::credited(before, line.line_no)).value();
    if (left == 0 || *rc::gen::inRange(0, 3) == 0) continue;
    out.push_back({line.line_no, 0, Cents(*rc::gen::inRange<std::int64_t>(1, left + 1))});
  }
  return out;
}

std::vector<Credit> all_that_is_left(const std::vector<orders::Line>& lines, const std::vector<Credit>& before) {
  std::vector<Credit> out;
  for (const auto& line : lines) {
    const Cents left = line.total() - payments::credited(before, line.line_no);
    if (left > Cents(0)) out.push_back({line.line_no, 0, left});
  }
  return out;
}

Cents sum(const std::vector<payments::Entry>& entries, Cents payments::Entry::*side) {
  Cents out;
  for (const auto& entry : entries) out += entry.*side;
  return out;
}

}  // namespace

TEST_CASE("what is shared out is the sum again, and each part within a cent of its share") {
  REQUIRE(rc::check([] {
    const auto weights = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100000)));
    std::vector<Cents> of;
    std::int64_t whole = 0;
    for (const int one : weights) {
      of.emplace_back(one);
      whole += one;
    }
    const std::int64_t wanted = whole == 0 ? 0 : *rc::gen::inRange<std::int64_t>(0, whole + 1);
    const auto parts = base::share_out(Cents(wanted), of);
    std::int64_t all = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      all += parts[i].value();
      RC_ASSERT(parts[i] <= of[i]);
      if (whole > 0) RC_ASSERT(std::abs(parts[i].value() * whole - wanted * of[i].value()) < whole);
    }
    RC_ASSERT(all == wanted);
  }));
}

TEST_CASE("parts of a payment: each balances, and all of them undo the sale") {
  REQUIRE(rc::check([] {
    const auto lines = random_lines();
    const auto city = books();
    std::vector<Credit> before;
    std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> accounts;
    Cents vat, gross;
    for (const auto& one : payments::entries_of_sale(lines, city)) accounts[{one.account, one.cost_centre, one.vat_code}] += (one.debit - one.credit).value();
    for (const auto& one : payments::lines_of_sale(lines)) {
      vat += one.vat;
      gross += one.gross;
    }
    Cents whole;
    for (const auto& line : lines) whole += line.total();
    for (int parts = 0; payments::sum_of(before) != whole; ++parts) {
      const auto now = parts < 20 ? random_part(lines, before) : all_that_is_left(lines, before);
      if (now.empty()) continue;
      const payments::Refunded refunded{lines, before, now};
      const auto entries = payments::entries_of_refund(refunded, city);
      RC_ASSERT(sum(entries, &payments::Entry::debit) == sum(entries, &payments::Entry::credit));
      Cents of_rates, of_vat;
      for (const auto& row : payments::credited_vat(refunded)) {
        RC_ASSERT(row.gross > Cents(0));
        RC_ASSERT(row.vat >= Cents(0));
        of_rates += row.gross;
        of_vat += row.vat;
      }
      RC_ASSERT(of_rates == payments::sum_of(now));
      for (const auto& one : entries) accounts[{one.account, one.cost_centre, one.vat_code}] += (one.debit - one.credit).value();
      Cents of_lines;
      for (const auto& one : payments::lines_of_refund(refunded)) {
        vat += one.vat;
        gross += one.gross;
        of_lines += one.vat;
      }
      RC_ASSERT(of_lines == of_vat * -1);
      before.insert(before.end(), now.begin(), now.end());
    }
    RC_ASSERT(gross == Cents(0));
    RC_ASSERT(vat == Cents(0));
    for (const auto& [key, left] : accounts) RC_ASSERT(left == 0);
  }));
}

TEST_CASE("a sum comes back over what is left, and the last cents bring the units") {
  orders::Line mug, ticket;
  mug.line_no = 1;
  mug.quantity = 2;
  mug.unit_price = Cents(1200);
  ticket.line_no = 2;
  ticket.quantity = 1;
  ticket.unit_price = Cents(600);
  const std::vector<orders::Line> lines = {mug, ticket};
  const auto first = payments::credits_of_sum(Cents(1000), lines, {});
  REQUIRE(first.size() == 2);
  CHECK((first[0].cents == Cents(800) && first[0].quantity == 0 && first[1].cents == Cents(200)));
  const auto rest = payments::credits_of_sum(Cents(2000), lines, first);
  REQUIRE(rest.size() == 2);
  CHECK((rest[0].cents == Cents(1600) && rest[0].quantity == 2 && rest[1].cents == Cents(400) && rest[1].quantity == 1));
  CHECK(payments::credits_of_sum(Cents(2001), lines, first).empty());
}

TEST_CASE("a credit receipt names the receipt that it credits, at its VAT") {
  orders::Order order;
  orders::Line mug;
  mug.line_no = 1;
  mug.quantity = 2;
  mug.unit_price = Cents(1200);
  mug.vat_code = "standard";
  mug.vat_per_mille = 255;
  mug.name = "Muki";
  order.lines = {mug};
  const std::vector<Credit> before, now = {{1, 1, Cents(1200)}};
  const auto content = nlohmann::json::parse(payments::credit_content(order, {"2026-000007", base::UtcTime{}}, {order.lines, before, now}, books()));
  CHECK(content["credits"]["number"] == "2026-000007");
  CHECK(content["total_cents"] == -1200);
  CHECK(content["lines"][0]["quantity"] == -1);
  CHECK(content["vat"][0]["vat_cents"] == -244);
  CHECK(content["vat"][0]["base_cents"] == -956);
}
