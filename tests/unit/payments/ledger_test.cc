// Goal: what a sale books is equal to the cent on both sides, and its VAT is the receipt's VAT.
#include "lib/payments/ledger.h"

#include <rapidcheck.h>

#include <array>
#include <map>

#include "unit/catch.h"

using base::Cents;

namespace {

base::City city() {
  base::City out;
  out.receivable_account = "1780";
  out.vat_account = "2939";
  out.unallocated_account = "2990";
  return out;
}

orders::Line line(std::int64_t cents, int quantity, std::string vat_code, std::optional<int> per_mille, std::string account = "3000",
                  std::string cost_centre = "4100") {
  orders::Line out;
  out.unit_price = Cents(cents);
  out.quantity = quantity;
  out.vat_code = std::move(vat_code);
  out.vat_per_mille = per_mille;
  if (!per_mille) out.vat_reason = "exempt";
  out.ledger_account = std::move(account);
  out.cost_centre = std::move(cost_centre);
  return out;
}

struct Sums {
  Cents debit, credit;
};
Sums sums(const std::vector<payments::Entry>& entries) {
  Sums out;
  for (const auto& entry : entries) {
    out.debit += entry.debit;
    out.credit += entry.credit;
  }
  return out;
}

}  // namespace

TEST_CASE("one line of 12 euros with 25.5 % VAT") {
  const auto entries = payments::entries_of_sale({line(1200, 1, "standard", 255)}, city());
  REQUIRE(entries.size() == 3);
  CHECK((entries[0].account == "1780" && entries[0].debit == Cents(1200)));
  CHECK((entries[1].account == "3000" && entries[1].cost_centre == "4100" && entries[1].credit == Cents(956)));
  CHECK((entries[2].account == "2939" && entries[2].vat_code == "standard" && entries[2].credit == Cents(244)));
}

TEST_CASE("three lines of one cent on three accounts share one cent of VAT at most once") {
  const auto entries = payments::entries_of_sale(
      {line(1, 1, "standard", 255, "1"), line(1, 1, "standard", 255, "2"), line(1, 1, "standard", 255, "3")}, city());
  CHECK(sums(entries).debit == Cents(3));
  CHECK(sums(entries).credit == Cents(3));
}

TEST_CASE("exempt and 0 % book no VAT") {
  for (const auto& entry : payments::entries_of_sale({line(500, 2, "exempt_education", std::nullopt), line(300, 1, "zero", 0)}, city())) {
    CHECK(entry.account != "2939");
  }
}

TEST_CASE("money without a receipt waits on its own account") {
  const auto entries = payments::entries_unallocated(Cents(990), city());
  REQUIRE(entries.size() == 2);
  CHECK((entries[0].account == "1780" && entries[0].debit == Cents(990)));
  CHECK((entries[1].account == "2990" && entries[1].credit == Cents(990)));
  CHECK(payments::entries_unallocated(Cents(0), city()).empty());
}

TEST_CASE("whatever is sold: both sides are equal and the VAT is the receipt's") {
  static const std::array<std::pair<const char*, std::optional<int>>, 5> kCodes = {
      {{"standard", 255}, {"reduced", 135}, {"press", 100}, {"zero", 0}, {"exempt_education", std::nullopt}}};
  CHECK(rc::check([] {
    std::vector<orders::Line> lines;
    Cents total;
    const auto count = *rc::gen::inRange(1, 20);
    for (int i = 0; i < count; ++i) {
      const auto& [code, rate] = *rc::gen::elementOf(kCodes);
      lines.push_back(line(*rc::gen::inRange(0, 100'000), *rc::gen::inRange(1, 40), code, rate, std::to_string(*rc::gen::inRange(3000, 3004)),
                           std::to_string(*rc::gen::inRange(1, 3))));
      total += lines.back().total();
    }
    const auto entries = payments::entries_of_sale(lines, city());
    RC_ASSERT(sums(entries).debit == total);
    RC_ASSERT(sums(entries).credit == total);
    std::map<std::string, Cents> vat;
    for (const auto& entry : entries) {
      RC_ASSERT(entry.debit >= Cents(0) && entry.credit >= Cents(0));
      if (entry.account == "2939") vat[entry.vat_code] += entry.credit;
    }
    for (const auto& row : orders::vat_rows(lines)) RC_ASSERT(vat[row.vat_code] == row.vat);
  }));
}
