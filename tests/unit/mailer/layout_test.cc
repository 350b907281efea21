// Goal: plain text is broken where people would break it, and colours reach mail programs that know only #rrggbb.
#include "mailer/layout.h"

#include "unit/catch.h"

TEST_CASE("headings are underlined and set off") {
  CHECK(mailer::lay_out_text("a\n## Säljare\nb\n\n\n\nc\n") == "a\n\nSäljare\n-------\nb\n\nc\n");
}

TEST_CASE("long lines are broken at spaces under their own text") {
  const std::string word = "ääääääääää";  // ten letters
  std::string six = word;
  for (int i = 0; i < 5; ++i) six += " " + word;
  const std::string line = "  " + six + " " + word + " " + word;
  CHECK(mailer::lay_out_text(line) == "  " + six + "\n  " + word + " " + word + "\n");
  CHECK(mailer::lay_out_text("1. " + six + " " + word) == "1. " + six + "\n   " + word + "\n");
}

TEST_CASE("an address stays whole") {
  const std::string url = "https://shop.example/" + std::string(120, 'x');
  CHECK(mailer::lay_out_text(url) == url + "\n");
  CHECK(mailer::lay_out_text("Order page: " + url).find(url) != std::string::npos);
}

TEST_CASE("hsl colours as hex") {
  CHECK(mailer::to_hex_colour("hsl(0 0% 100%)") == "#ffffff");
  CHECK(mailer::to_hex_colour("hsl(0 0% 0%)") == "#000000");
  CHECK(mailer::to_hex_colour("hsl(120 100% 50%)") == "#00ff00");
  CHECK(mailer::to_hex_colour("hsl(240 100% 50%)") == "#0000ff");
  CHECK(mailer::to_hex_colour("hsl(212 63% 45%)") == "#2a6ebb");
  CHECK(mailer::to_hex_colour("#123456") == "#123456");
}
