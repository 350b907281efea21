// Goal: a payment that we don't know has one number however its id is written, and its facts are read from the journal as far as they are there.
#include "unit/catch.h"

#include "lib/payments/stranger.h"
#include "lib/suomifi/facts.h"

using base::Cents;
using payments::number_of_stranger, payments::parse_stranger;

TEST_CASE("a payment that we don't know has one number, above every row's, however its id is written") {
  const auto number = number_of_stranger("5770642a-9a02-4ca2-8eaa-cc6260a78eb6");
  CHECK(number == number_of_stranger("5770642A-9A02-4CA2-8EAA-CC6260A78EB6"));
  CHECK(number != number_of_stranger("5770642a-9a02-4ca2-8eaa-cc6260a78eb7"));
  CHECK(number >= std::int64_t{1} << 62);
}

TEST_CASE("what the journal knows of such a payment is read, and what is missing or no number stays away") {
  const auto whole = parse_stranger(suomifi::journal_text({{"checkout-transaction-id", "5770642a-9a02-4ca2-8eaa-cc6260a78eb6"}, {"checkout-stamp", "x1"}, {"checkout-reference", "1232"}, {"checkout-provider", "osuuspankki"}, {"checkout-amount", "2700"}}));
  CHECK(whole.transaction_id == "5770642a-9a02-4ca2-8eaa-cc6260a78eb6");
  CHECK(whole.stamp == "x1");
  CHECK(whole.reference == "1232");
  CHECK(whole.provider == "osuuspankki");
  CHECK(whole.amount == Cents(2700));
  for (const char* amount : {"", "x", "27x"}) CHECK_FALSE(parse_stranger(suomifi::journal_text({{"checkout-amount", amount}})).amount.has_value());
  CHECK(parse_stranger("").transaction_id.empty());
}
