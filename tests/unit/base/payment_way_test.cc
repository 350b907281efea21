// Goal: a receipt names the bank as its customers do, and an id that nobody knew when this was written stays readable.
#include "lib/base/payment_way.h"

#include "unit/catch.h"

TEST_CASE("ids of the payment service become the names that people know") {
  CHECK(base::payment_way("osuuspankki", "Kortti") == "OP");
  CHECK(base::payment_way("saastopankki", "Kortti") == "Säästöpankki");
  CHECK(base::payment_way("spankki", "Kortti") == "S-Pankki");
  CHECK(base::payment_way("creditcard", "Kortti") == "Kortti");
  CHECK(base::payment_way("a-new-bank", "Kortti") == "a-new-bank");
  CHECK(base::payment_way("", "Kortti").empty());
}
