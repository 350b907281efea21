// Goal: what people are called and how they are reached is taken as they write it; what could do harm is not.
#include "lib/base/contact.h"

#include <rapidcheck.h>

#include "lib/base/utf8.h"
#include "unit/catch.h"

using base::TextProblem;

namespace {

TextProblem problem_of(const tl::expected<std::string, TextProblem>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

}  // namespace

TEST_CASE("a text is trimmed and its white space made single") {
  CHECK(base::clean_text("  Kauppakatu \t 1\u00A0 A\n2 ", 50) == "Kauppakatu 1 A 2");
  CHECK(problem_of(base::clean_text(" \u3000 ", 5)) == TextProblem::missing);
  CHECK(base::clean_text("äöåÄÖ", 5) == "äöåÄÖ");
  CHECK(problem_of(base::clean_text("äöåÄÖx", 5)) == TextProblem::too_long);
}

TEST_CASE("control characters, turned writing and broken UTF-8 are refused") {
  for (const auto* wrong : {"a\x1B" "b", "a\x7F", "a\u0085", "a\u009B", "a\u202Eb", "a\u2066b", "a\xE4", "\uFEFF x", "a\uFFFF", "a\U000E0041"}) {
    CHECK(problem_of(base::clean_text(wrong, 50)) == TextProblem::invalid);
  }
  CHECK(problem_of(base::clean_text(std::string_view("a\0b", 3), 50)) == TextProblem::invalid);
}

TEST_CASE("cleaning is done once: a cleaned text stays as it is") {
  REQUIRE(rc::check("clean twice", [](const std::string& bytes) {
    const auto once = base::clean_text(bytes, 40);
    if (!once) return;
    RC_ASSERT(base::is_utf8(*once));
    RC_ASSERT(base::clean_text(*once, 40) == *once);
    for (const char c : *once) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }));
}

TEST_CASE("names of people") {
  for (const auto* name : {"Maija", "Åsa-Märta", "O'Neill", "O’Neill", "von der Leyen", "Nguyễn Thị", "Александр", "محمد", "李", "Ж",
                           "J. R. R.", "Salo, Matti", "Äijälä", "Ægir Þór", "Jean‑Luc", "X 2"}) {
    CHECK(base::parse_name(name) == name);
  }
  for (const auto* wrong : {"12345", "-", "<b>", "a@b.fi", "Maija=1", "Maija\"", "Matti 😀", "a;b", "a/b", "a\\b", "€", "a×b", "‹a›", "()"}) {
    CHECK(problem_of(base::parse_name(wrong)) == TextProblem::invalid);
  }
  CHECK(problem_of(base::parse_name("  ")) == TextProblem::missing);
  CHECK(base::parse_name(std::string(50, 'a')));
  CHECK(problem_of(base::parse_name(std::string(51, 'a'))) == TextProblem::too_long);
}

TEST_CASE("e-mail addresses are stored as mail servers take them") {
  CHECK(base::parse_email(" Maija.Meikalainen+kauppa@Example.FI ") == "Maija.Meikalainen+kauppa@example.fi");
  CHECK(base::parse_email("a@xn--ksity-gra4k.fi") == "a@xn--ksity-gra4k.fi");
  CHECK(base::parse_email("a@KÄSITYÖ.fi") == "a@xn--ksity-gra4k.fi");
  CHECK(base::parse_email("o'brien_{1}@a-b.co.uk") == "o'brien_{1}@a-b.co.uk");
}

TEST_CASE("what is no e-mail address is refused") {
  CHECK(problem_of(base::parse_email("")) == TextProblem::missing);
  for (const std::string wrong :
       {"a", "@", "a@", "@b.fi", "a@b", "a@b@c.fi", "a b@c.fi", "a@b .fi", ".a@b.fi", "a.@b.fi", "a..b@c.fi", "a@-b.fi", "a@b-.fi",
        "a@b..fi", "a@b.fi.", "a@.b.fi", "a@1.2.3.4", "a@[1.2.3.4]", "\"a\"@b.fi", "a,b@c.fi", "<a@b.fi>", "a@b.fi\r\nBcc: x@y.fi",
        "a@b.fi,c@d.fi", "ä@b.fi", "a@b_c.fi", "a@xn--\xC3\xA4.fi", "a@xn--zzzz99.fi", "a@b.fi\n", "a\u202E@b.fi"}) {
    if (wrong == "a@b.fi\n") {
      CHECK(base::parse_email(wrong) == "a@b.fi");  // a line end at the very end is white space
    } else {
      INFO(wrong);
      CHECK(problem_of(base::parse_email(wrong)) == TextProblem::invalid);
    }
  }
  CHECK(problem_of(base::parse_email(std::string(65, 'a') + "@b.fi")) == TextProblem::invalid);
}

TEST_CASE("an e-mail address has at most 200 bytes, also once its domain is converted") {
  const std::string domain = std::string(60, 'b') + "." + std::string(60, 'b') + ".fi";
  CHECK(base::parse_email(std::string(64, 'a') + "@" + domain));
  CHECK(problem_of(base::parse_email(std::string(64, 'a') + "@" + std::string(12, 'c') + "." + domain)) == TextProblem::too_long);
  CHECK(problem_of(base::parse_email(std::string(5000, 'a'))) == TextProblem::too_long);
}

TEST_CASE("an accepted address ends no header line and is taken again as it is") {
  REQUIRE(rc::check("addresses", [] {
    const auto typed = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab.@- \n\r,;<>\"\xC3\xA4")));
    const auto address = base::parse_email(typed);
    if (!address) return;
    RC_ASSERT(address->find_first_of("\r\n ,;<>\"") == std::string::npos);
    RC_ASSERT(base::parse_email(*address) == *address);
  }));
}

TEST_CASE("the commonest mistyped domains get a suggestion") {
  CHECK(base::email_suggestion("m@gmial.com") == "m@gmail.com");
  CHECK(base::email_suggestion("m@gmail.con") == "m@gmail.com");
  CHECK(base::email_suggestion("m@gmai.com") == "m@gmail.com");
  CHECK(base::email_suggestion("m@hotmial.com") == "m@hotmail.com");
  CHECK(base::email_suggestion("m@hotmaill.fi") == "m@hotmail.fi");
  CHECK(base::email_suggestion("m@outlok.com") == "m@outlook.com");
  for (const auto* right : {"m@gmail.com", "m@hotmail.fi", "m@mail.com", "m@ymail.com", "m@pori.fi", "m", ""}) {
    CHECK_FALSE(base::email_suggestion(right));
  }
}
