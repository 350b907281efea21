// Goal: a telephone number in any usual way of writing becomes one E.164 number, or a problem in words.
#include <rapidcheck.h>

#include "lib/base/contact.h"
#include "unit/catch.h"

using base::PhoneProblem;

namespace {

PhoneProblem problem_of(const std::string& typed) {
  INFO(typed);
  const auto result = base::parse_phone(typed);
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

}  // namespace

TEST_CASE("one Finnish number in all its ways of writing") {
  for (const auto* typed : {"0401234567", "040 123 4567", "040-1234567", "(040) 1234567", "+358401234567", "+358 40 123 4567", "00358401234567",
                            "00358 40 1234567", "+358 (0)40 123 4567", "+358 040 1234567", "00358 (0) 40 1234567", " 040 123 4567 ",
                            "040\u00A0123\u00A04567", "040–123–4567", "040/1234567"}) {
    INFO(typed);
    CHECK(base::parse_phone(typed) == "+358401234567");
  }
}

TEST_CASE("other Finnish and foreign numbers") {
  CHECK(base::parse_phone("02 621 1100") == "+35826211100");
  CHECK(base::parse_phone("019 520 211") == "+35819520211");
  CHECK(base::parse_phone("0457 123 4567") == "+3584571234567");
  CHECK(base::parse_phone("029 555 0100") == "+358295550100");
  CHECK(base::parse_phone("+46 (0)70-123 45 67") == "+46701234567");
  CHECK(base::parse_phone("+1 212 555 0100") == "+12125550100");
  CHECK(base::parse_phone("0046701234567") == "+46701234567");
}

TEST_CASE("nobody is reached at an emergency number") {
  for (const auto* typed : {"112", "1 1 2", "0112", "+358112", "+358 112", "00358112", "116117", "118", "911", "999", "000", "110", "+112"}) {
    CHECK(problem_of(typed) == PhoneProblem::emergency);
  }
}

TEST_CASE("impossible numbers") {
  CHECK(problem_of("") == PhoneProblem::missing);
  CHECK(problem_of("  ") == PhoneProblem::missing);
  CHECK(problem_of("040 123") == PhoneProblem::too_short);
  CHECK(problem_of("0123") == PhoneProblem::too_short);
  CHECK(problem_of("040 123 456 789") == PhoneProblem::too_long);
  CHECK(problem_of("09 1234 1234 1234") == PhoneProblem::too_long);
  CHECK(problem_of("+4612") == PhoneProblem::too_short);
  CHECK(problem_of("+46 1234567890 12345") == PhoneProblem::too_long);
  CHECK(problem_of(std::string(100, '1')) == PhoneProblem::too_long);
  for (const auto* typed : {"40 123 4567", "abc", "040x1234567", "+", "()", "+0401234567", "0000123456", "++358401234567", "040+1234567",
                            "+358 00 40 123456", "०४०१२३४५६७", "040\n1234567", "\xFF"}) {
    CHECK(problem_of(typed) == PhoneProblem::invalid);
  }
}

TEST_CASE("numbers are shown as people write them") {
  CHECK(base::format_phone("+358401234567") == "040 123 4567");
  CHECK(base::format_phone("+3584571234567") == "0457 123 4567");
  CHECK(base::format_phone("+358400123456") == "0400 123 456");
  CHECK(base::format_phone("+35826211100") == "02 621 1100");
  CHECK(base::format_phone("+35819520211") == "019 520 211");
  CHECK(base::format_phone("+358295550100") == "029 555 0100");
  CHECK(base::format_phone("+358912345678") == "09 1234 5678");
  CHECK(base::format_phone("+46701234567") == "+46 701 234 567");
  CHECK(base::format_phone("+12125550100") == "+1 212 555 0100");
  CHECK(base::format_phone("+37251234567") == "+372 5123 4567");
  for (const auto* odd : {"", "+", "112", "040 123 4567", "+0", "+358"}) CHECK(base::format_phone(odd) == odd);
}

TEST_CASE("a number that is shown can be typed again") {
  REQUIRE(rc::check("phones", [] {
    const auto typed = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789+ -()")));
    const auto number = base::parse_phone(typed);
    if (!number) return;
    RC_ASSERT(number->size() >= 7u && number->size() <= 16u);
    RC_ASSERT(base::parse_phone(*number) == *number);
    RC_ASSERT(base::parse_phone(base::format_phone(*number)) == *number);
  }));
}
