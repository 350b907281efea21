// Goal: no single wrong character and no swap of two characters in a code goes unseen.
#include "lib/base/check_code.h"

#include <rapidcheck.h>

#include <utility>

#include "unit/catch.h"

using base::kCodeAlphabet;

namespace {

rc::Gen<std::string> codes(std::size_t length) {
  return rc::gen::container<std::string>(length, rc::gen::elementOf(std::string(kCodeAlphabet)));
}

bool every_slip_is_found(const std::string& code) {
  const std::size_t length = code.size() - 1;
  for (std::size_t place = 0; place < code.size(); ++place) {
    for (const char other : kCodeAlphabet) {
      std::string wrong = code;
      wrong[place] = other;
      if (other != code[place] && base::is_code(wrong, length)) return false;
    }
    for (std::size_t with = place + 1; with < code.size(); ++with) {
      std::string swapped = code;
      std::swap(swapped[place], swapped[with]);
      if (swapped != code && base::is_code(swapped, length)) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("every pair of values next to each other, swapped, is found") {
  // The sum is linear: a swap at places i, i+1 of any code differs from this one by what stands elsewhere
  // alone, which cancels out. So all places and all pairs of values are all cases there are.
  for (std::size_t place = 0; place < 7; ++place) {
    for (const char a : kCodeAlphabet) {
      for (const char b : kCodeAlphabet) {
        if (a == b) continue;
        std::string code = "00000000";
        code[place] = a;
        code[place + 1] = b;
        std::string swapped = base::with_check_character(code);
        std::swap(swapped[place], swapped[place + 1]);
        REQUIRE_FALSE(base::is_code(swapped, 8));
      }
    }
  }
}

TEST_CASE("every wrong character and every swap is found in codes of every length") {
  for (std::size_t length = 1; length <= 30; ++length) {
    REQUIRE(rc::check("slips in codes", [length] {
      const std::string code = base::with_check_character(*codes(length));
      RC_ASSERT(base::is_code(code, length));
      RC_ASSERT(every_slip_is_found(code));
    }));
  }
}

TEST_CASE("a code has its length and only its alphabet") {
  const std::string code = base::with_check_character("K7MQ2XPA");
  CHECK(code == "K7MQ2XPAQ");  // stands in printed orders: never to change
  CHECK(base::is_code(code, 8));
  CHECK_FALSE(base::is_code(code, 9));
  CHECK_FALSE(base::is_code(code, 7));
  CHECK_FALSE(base::is_code("", 0));
  CHECK_FALSE(base::is_code("k7mq2xpaq", 8));
  CHECK_FALSE(base::is_code("K7MQ2XPU", 7));
  CHECK_FALSE(base::is_code(std::string("\0\0\0\0\0\0\0\0\0", 9), 8));
}

TEST_CASE("a ticket's code is read aloud in fours and comes back from a typist or a scanner") {
  const std::string stored = "0h3k9w2mzq7v5t8rnx4c6pjdye";
  const std::string printed = base::print_code(stored);
  CHECK(printed == "0H3K 9W2M ZQ7V 5T8R NX4C 6PJD YE");
  CHECK(base::print_code("") == "");
  CHECK(base::print_code("ABCD") == "ABCD");
  for (const std::string& read : {printed, stored, std::string("oh3k-9w2m-zq7v-5t8r-nx4c-6pjd-ye")}) {
    CHECK(base::print_code(base::normalise_code(read)) == printed);
  }
}

TEST_CASE("what a person types becomes the code that was meant") {
  CHECK(base::normalise_code(" k7mq-2xpa q ") == "K7MQ2XPAQ");
  CHECK(base::normalise_code("oOiIlL") == "001111");
  CHECK(base::normalise_code("") == "");
  CHECK(base::normalise_code("ä1") == "ä1");
}
