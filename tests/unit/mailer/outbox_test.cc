// Goal: a mail that cannot be sent now is tried again at growing pauses for three days, not for ever; and it goes in
// clear text to this machine only.
#include "mailer/outbox.h"

#include "mailer/smtp.h"
#include "mailer/work.h"
#include "unit/catch.h"

using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE("pauses grow and end within three days") {
  CHECK(mailer::pause_after(1) == minutes{1});
  CHECK(mailer::pause_after(2) == minutes{5});
  CHECK(mailer::pause_after(3) == minutes{15});
  CHECK(mailer::pause_after(4) == hours{1});
  CHECK(mailer::pause_after(5) == hours{4});
  minutes all{0};
  std::int64_t tries = 1;
  for (; mailer::pause_after(tries); ++tries) all += *mailer::pause_after(tries);
  CHECK(all > hours{68});
  CHECK(all <= hours{72});
  CHECK_FALSE(mailer::pause_after(tries + 1000));
}

TEST_CASE("only this machine is loopback") {
  CHECK(mailer::is_loopback("localhost"));
  CHECK(mailer::is_loopback("127.0.0.1"));
  CHECK(mailer::is_loopback("[::1]"));
  for (const char* far : {"localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", "mail.example.org", ""}) {
    CHECK_FALSE(mailer::is_loopback(far));
  }
}

TEST_CASE("the Message-ID's right side is the shop's host") {
  CHECK(mailer::host_of("https://shop.example:8443") == "shop.example");
  CHECK(mailer::host_of("http://localhost") == "localhost");
  CHECK(mailer::host_of("http://[::1]:8080") == "[::1]");
}
