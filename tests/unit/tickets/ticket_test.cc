// Goal: a ticket lets in on whole days of Finland, also where the clock is turned; a code is found in whatever was typed or scanned, and in nothing else.
#include "lib/tickets/ticket.h"

#include "unit/catch.h"

namespace {

using tickets::Verdict;

base::UtcTime at(const char* text) { return *base::parse_utc(text); }

tickets::Ticket dated(const char* from, const char* until) {
  tickets::Ticket out;
  out.from = at(from);
  out.until = at(until);
  out.uses_max = 1;
  return out;
}

}  // namespace

TEST_CASE("a ticket lets in from the midnight before it begins to the midnight after it ends") {
  const auto concert = dated("2026-12-06T17:00:00Z", "2026-12-06T19:00:00Z");
  CHECK(tickets::verdict_of(concert, at("2026-12-05T21:59:59Z")) == Verdict::wrong_day);
  CHECK(tickets::verdict_of(concert, at("2026-12-05T22:00:00Z")) == Verdict::valid);
  CHECK(tickets::verdict_of(concert, at("2026-12-06T21:59:59Z")) == Verdict::valid);
  CHECK(tickets::verdict_of(concert, at("2026-12-06T22:00:00Z")) == Verdict::wrong_day);
  const auto night = dated("2026-12-06T20:00:00Z", "2026-12-06T22:00:00Z");  // ends at midnight sharp
  CHECK(tickets::verdict_of(night, at("2026-12-06T22:00:00Z")) == Verdict::wrong_day);
}

TEST_CASE("the days on which the clock is turned have 23 and 25 hours") {
  const auto spring = tickets::day_of(at("2027-03-28T12:00:00Z")), autumn = tickets::day_of(at("2027-10-31T12:00:00Z"));
  CHECK(spring.ends - spring.begins == std::chrono::hours(23));
  CHECK(autumn.ends - autumn.begins == std::chrono::hours(25));
}

TEST_CASE("what was paid back is void, and what is used up is used, on whatever day") {
  auto ticket = dated("2026-12-06T17:00:00Z", "2026-12-06T19:00:00Z");
  ticket.uses = 1;
  CHECK(tickets::verdict_of(ticket, at("2027-01-01T00:00:00Z")) == Verdict::used);
  ticket.refunded = true;
  CHECK(tickets::verdict_of(ticket, at("2026-12-06T18:00:00Z")) == Verdict::refunded);
  tickets::Ticket card;
  card.uses = 1000;
  CHECK(tickets::verdict_of(card, at("2027-01-01T00:00:00Z")) == Verdict::valid);
  CHECK(!card.uses_left());
}

TEST_CASE("a code is found in what was typed or scanned") {
  const std::string code = "0h3k9w2mzq7v5t8rnx4c6pjdye";
  for (const char* typed : {"0h3k9w2mzq7v5t8rnx4c6pjdye", "0H3K 9W2M ZQ7V 5T8R NX4C 6PJD YE", "oh3k-9w2mzq7v5t8rnx4c6pjdye", "https://kauppa.example/fi/lippu/0h3k9w2mzq7v5t8rnx4c6pjdye",
                            "HTTPS://KAUPPA.EXAMPLE/SV/BILJETT/0H3K9W2MZQ7V5T8RNX4C6PJDYE/?a=b#c"}) {
    CHECK(tickets::code_in(typed) == code);
  }
  for (const char* typed : {"", "/", "?", "#", "0h3k9w2mzq7v5t8rnx4c6pjdy", "0h3k9w2mzq7v5t8rnx4c6pjdyee", "uh3k9w2mzq7v5t8rnx4c6pjdye", "https://kauppa.example/fi/lippu/", "\xff\xfe"}) {
    CHECK(!tickets::code_in(typed));
  }
}
