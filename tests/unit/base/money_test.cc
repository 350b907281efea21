// Goal: sums and VAT are exact to the cent and printed as each language does.
#include "lib/base/money.h"

#include <rapidcheck.h>

#include "unit/catch.h"

using base::Cents;
using base::Lang;

TEST_CASE("VAT in a gross sum, rounded half up") {
  CHECK(base::vat_in_gross(Cents(4500), 135) == Cents(535));
  CHECK(base::vat_in_gross(Cents(1200), 255) == Cents(244));
  CHECK(base::vat_in_gross(Cents(1000), 100) == Cents(91));
  CHECK(base::vat_in_gross(Cents(999), 255) == Cents(203));
  CHECK(base::vat_in_gross(Cents(250), 135) == Cents(30));
  CHECK(base::vat_in_gross(Cents(1), 255) == Cents(0));
  CHECK(base::vat_in_gross(Cents(11), 100) == Cents(1));
  CHECK(base::vat_in_gross(Cents(0), 255) == Cents(0));
  CHECK(base::vat_in_gross(Cents(4500), 0) == Cents(0));
  CHECK(base::vat_in_gross(Cents(3), 1000) == Cents(2));  // exactly half a cent goes up
}

TEST_CASE("VAT is never more than half a cent from the exact value") {
  REQUIRE(rc::check("VAT", [] {
    const auto gross = *rc::gen::inRange<std::int64_t>(0, 99'999'999);
    const int rate = *rc::gen::inRange(0, 1001);
    const std::int64_t vat = base::vat_in_gross(Cents(gross), rate).value();
    // Twice the distance from the exact value, in parts of 1 / (1000 + rate) cent: half a cent is 1000 + rate.
    const std::int64_t off = 2 * (vat * (1000 + rate) - gross * rate);
    RC_ASSERT(off > -(1000 + rate) && off <= 1000 + rate);
    RC_ASSERT(vat >= 0 && vat <= gross);
  }));
}

TEST_CASE("sums in three languages") {
  CHECK(base::format_money(Cents(104500), Lang::fi) == "1\u00A0045,00\u00A0€");
  CHECK(base::format_money(Cents(104500), Lang::sv) == "1\u00A0045,00\u00A0€");
  CHECK(base::format_money(Cents(104500), Lang::en) == "€1,045.00");
  CHECK(base::format_money(Cents(5), Lang::fi) == "0,05\u00A0€");
  CHECK(base::format_money(Cents(-4550), Lang::fi) == "−45,50\u00A0€");
  CHECK(base::format_money(Cents(-4550), Lang::en) == "-€45.50");
  CHECK(base::format_money(Cents(123456789), Lang::en) == "€1,234,567.89");
  CHECK(base::format_money(Cents(0), Lang::en) == "€0.00");
  CHECK(base::plain_decimal(Cents(4500)) == "45.00");
  CHECK(base::plain_decimal(Cents(-7)) == "-0.07");
}

TEST_CASE("percentages without a trailing zero") {
  CHECK(base::format_per_mille(255, Lang::fi) == "25,5\u00A0%");
  CHECK(base::format_per_mille(255, Lang::en) == "25.5%");
  CHECK(base::format_per_mille(100, Lang::sv) == "10\u00A0%");
  CHECK(base::format_per_mille(0, Lang::en) == "0%");
}

TEST_CASE("what a person types as a price") {
  for (const char* typed : {"12,50", "12.5", " 12,50 €", "12.50€", "1 2,50"}) CHECK(base::parse_money(typed) == Cents(1250));
  CHECK(base::parse_money("0") == Cents(0));
  CHECK(base::parse_money("45") == Cents(4500));
  CHECK(base::parse_money("999999,98") == base::kMaxOrderTotal);
  for (const char* typed : {"", "€", ",50", "12,", "12,505", "1.000,00", "-5", "12e1", "999999,99", "99999999999999999999", "kaksi"}) CHECK(!base::parse_money(typed));
}
