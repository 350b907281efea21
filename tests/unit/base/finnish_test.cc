// Goal: reference numbers, creditor references and business ids agree with the published examples.
#include "lib/base/finnish.h"

#include <rapidcheck.h>

#include "unit/catch.h"

TEST_CASE("reference numbers of the published examples") {
  CHECK(base::make_reference("123456") == "1234561");
  CHECK(base::make_reference("202600001") == "2026000011");
  CHECK(base::make_reference("100001") == "1000012");
  for (const auto* valid : {"1232", "9187445", "3759170", "4940046476", "45667372", "12344", "2348236"}) {
    CHECK(base::is_reference(valid));
  }
  for (const auto* wrong : {"192387192837195", "", "1", "123", "1233", "01232", "12 32", "123456789012345678901", "12a2", "-1232"}) {
    CHECK_FALSE(base::is_reference(wrong));
  }
}

TEST_CASE("a reference number's base has 3 to 19 digits and no leading zero") {
  CHECK_FALSE(base::make_reference("12"));
  CHECK_FALSE(base::make_reference("012"));
  CHECK_FALSE(base::make_reference("12x"));
  CHECK_FALSE(base::make_reference("12345678901234567890"));
  CHECK(base::make_reference("1234567890123456789")->size() == 20);
}

TEST_CASE("a wrong digit in a reference number is found") {
  REQUIRE(rc::check("wrong digits", [] {
    const auto number = *rc::gen::inRange<std::uint64_t>(100, 9'999'999'999'999'999ULL);
    std::string reference = base::make_reference(std::to_string(number)).value();
    const auto place = *rc::gen::inRange<std::size_t>(0, reference.size());
    const char other = *rc::gen::inRange('0', char('9' + 1));
    RC_PRE(other != reference[place]);
    reference[place] = other;
    RC_ASSERT_FALSE(base::is_reference(reference));
  }));
}

TEST_CASE("reference numbers are printed in fives from the right") {
  CHECK(base::print_reference("1234561") == "12 34561");
  CHECK(base::print_reference("2026000011") == "20260 00011");
  CHECK(base::print_reference("1232") == "1232");
}

TEST_CASE("creditor references of the published examples") {
  CHECK(base::print_rf_reference(base::rf_reference("1234561")) == "RF34 1234 561");
  CHECK(base::print_rf_reference(base::rf_reference("2348236")) == "RF33 2348 236");
  CHECK(base::print_rf_reference(base::rf_reference("2026000011")) == "RF63 2026 0000 11");
  CHECK(base::print_rf_reference(base::rf_reference("12344")) == "RF08 1234 4");
  CHECK(base::rf_reference("1232") == "RF111232");
  CHECK(base::reference_of_rf("RF341234561") == "1234561");
  CHECK(base::reference_of_rf("RF340001234561") == "1234561");
  CHECK_FALSE(base::reference_of_rf("RF18539007547034"));
  CHECK_FALSE(base::reference_of_rf("RF351234561"));
  CHECK(base::is_rf_reference("RF0812344"));
  CHECK(base::is_rf_reference("RF18539007547034"));  // ISO 11649's own example has letters or digits
  CHECK_FALSE(base::is_rf_reference("RF0912344"));
  CHECK_FALSE(base::is_rf_reference("RF081234-4"));
  CHECK_FALSE(base::is_rf_reference("RF08"));
  CHECK_FALSE(base::is_rf_reference("FI0812344"));
}

TEST_CASE("every creditor reference that we make is a right one") {
  REQUIRE(rc::check("creditor references", [] {
    const auto number = *rc::gen::inRange<std::uint64_t>(100, 9'999'999'999'999'999ULL);
    RC_ASSERT(base::is_rf_reference(base::rf_reference(base::make_reference(std::to_string(number)).value())));
    RC_ASSERT(base::reference_of_rf(base::rf_reference(base::make_reference(std::to_string(number)).value())) == base::make_reference(std::to_string(number)));
  }));
}

TEST_CASE("business ids: right, wrong, and as people write them") {
  for (const auto* valid : {"1061512-1", "0137323-9", "2122839-7", "2744393-6"}) CHECK(base::is_business_id(valid));
  for (const auto* wrong : {"1061512-2", "10615121", "1061513-1", "0000000-0", "", "1061512-", "106151a-1", "1061512_1", "1061512-x"}) {
    CHECK_FALSE(base::is_business_id(wrong));
  }
  CHECK(base::normalise_business_id("10615121") == "1061512-1");
  CHECK(base::normalise_business_id("FI10615121") == "1061512-1");
  CHECK(base::normalise_business_id(" 1061512 - 1 ") == "1061512-1");
  CHECK(base::normalise_business_id("137323-9") == "0137323-9");
  CHECK_FALSE(base::normalise_business_id("1061512-3"));
  CHECK_FALSE(base::normalise_business_id(""));
}

TEST_CASE("a business id whose remainder is 1 is never given") {
  for (int last = 0; last <= 9; ++last) {
    CHECK_FALSE(base::is_business_id("0000006-" + std::to_string(last)));  // 6 * 2 = 12, remainder 1
  }
}

TEST_CASE("postal codes are five digits") {
  CHECK(base::is_postal_code("00100"));
  for (const auto* wrong : {"", "0010", "001000", "0010a", " 0010", "+0010"}) CHECK_FALSE(base::is_postal_code(wrong));
}
