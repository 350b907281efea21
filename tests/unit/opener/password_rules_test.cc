// Goal: a long password of any kind is taken, a short or easily guessed one is not, and nobody is told how to compose one.
#include "opener/password_rules.h"

#include <chrono>
#include <fstream>

#include "unit/catch.h"

namespace {

std::string problem(const std::string& password, const std::vector<std::string>& about = {"liisa"}) {
  static const auto rules = [] {
    base::City city;
    city.town = {"Esimerkkilä", "Exempelby", "Sampleton"};
    return opener::PasswordRules::load(KK_SITE "/passwords/common.txt", city);
  }();
  REQUIRE(rules);
  const char* found = rules->problem(password, about);
  return found == nullptr ? "" : found;
}

}  // namespace

TEST_CASE("12 to 128 characters, counted as people do") {
  CHECK(problem("yksitoista.") == "password_short");
  CHECK(problem("äöåäöåäöåäö") == "password_short");
  CHECK(problem("kaksitoista.") == "");
  CHECK(problem("sininen ovi aukeaa hitaasti") == "");
  CHECK(problem(std::string("vihreä talo") + std::string(117, 'q')) == "");
  CHECK(problem(std::string("vihreä talo") + std::string(118, 'q')) == "password_long");
}

TEST_CASE("what is guessed first is refused, whatever its case and blanks") {
  for (const char* common : {"password12345", "Password 1234!", "salasanasalasana", "qwertyuiop123", "QWERTYUIOPasdf", "123456789012", "aaaaaaaaaaaaaaa", "abcabcabcabc",
                             "Kuntakauppa2026", "suomi suomi 2026", "liisa1234567", "1qaz2wsx3edc", "------------", "q1w2e3r4t5y6", "sonyericsson", "Entertainment", "leavemealone"}) {
    CHECK(problem(common) == "password_common");
  }
}

TEST_CASE("one class of characters is enough, and so are blanks and letters of any alphabet") {
  for (const char* good : {"kirjahyllynpaalla", "714092635818", "läntinen rautatie", "Лошадь на мосту", "correct horse battery"}) CHECK(problem(good) == "");
}

TEST_CASE("nobody's own name or city is a password, and no password takes long to judge") {
  CHECK(problem("liisa.virtanen1", {"liisa.virtanen", "Liisa Virtanen"}) == "password_common");
  CHECK(problem("Virtanen-Liisa", {"liisa.virtanen", "Liisa Virtanen"}) == "password_common");
  CHECK(problem("Esimerkkilä2026") == "password_common");
  const auto begun = std::chrono::steady_clock::now();
  problem(std::string(128, 'q') + "x");
  CHECK(problem("abcdefgh1234" + std::string(116, 'z')) == "password_common");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
}

TEST_CASE("every password of the list is refused and a missing list stops the start") {
  std::ifstream file(KK_SITE "/passwords/common.txt");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    INFO(line);
    CHECK(problem(line, {"somebody-else"}) == "password_common");
  }
  CHECK(count >= 250);
  CHECK_FALSE(opener::PasswordRules::load("/nowhere/common.txt", base::City()));
}
