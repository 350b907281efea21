// Goal: a version keeps a product whole, says where two differ, and puts together what two people changed.
#include "lib/catalogue/product_json.h"

#include "lib/catalogue/rules.h"
#include "lib/catalogue/slots.h"
#include "unit/catch.h"

using base::Cents;
using catalogue::Product;

namespace {

Product plate() {
  Product p;
  p.code = "plate", p.kind = "ticket", p.category = "all", p.unit = "culture", p.vat = "standard", p.withdrawal = "digital", p.cost_centre = "41 \"00\"", p.ledger_account = "3000", p.state = "published";
  p.max_per_order = 5, p.order = -3, p.days_valid = 30, p.topical = true, p.consumer_contract = false;
  p.shown_from = base::parse_utc("2026-12-01 07:00:00.000"), p.sale_from = base::parse_utc("2027-01-01 06:00:00.000");
  p.name = {{"Lautanen", "Fat", "Plate"}}, p.summary = {{"Yksi", "", "One"}}, p.description = {{"### A\n\nb </script>", "", ""}};
  p.deliveries = {"post", "email"};
  p.prices = {{"adult", Cents(1250), "2027-06-01", Cents(1400)}, {"child", Cents(0)}};
  p.image = std::string("\0\x01\xFF\x80", 4) + std::string(28, 'x');
  p.variants.resize(2);
  p.variants[0].code = "10", p.variants[0].starts = base::parse_utc("2027-03-01 16:00:00.000"), p.variants[0].ends = base::parse_utc("2027-03-01 17:00:00.000");
  p.variants[1].code = "2", p.variants[1].name = {{"Iso", "Stor", "Large"}}, p.variants[1].active = false, p.variants[1].prices = {{"adult", Cents(99)}};
  return p;
}

}  // namespace

TEST_CASE("what is kept comes back, in its order") {
  const Product p = plate();
  const Product back = catalogue::from_json(catalogue::to_json(p)).value();
  CHECK(catalogue::to_json(back) == catalogue::to_json(p));
  CHECK(back.variants == p.variants);
  CHECK(back.prices == p.prices);
  CHECK(back.deliveries == p.deliveries);
  CHECK(back.image == p.image);
  CHECK(back.name == p.name);
  CHECK(back.shown_from == p.shown_from);
  CHECK(back.sale_from == p.sale_from);
  CHECK(catalogue::differences(p, back).empty());
  for (const char* broken : {"", "{}", "[]", "null", "{\"code\": 1}"}) CHECK(!catalogue::from_json(broken));
}

TEST_CASE("where two differ") {
  const Product one = plate();
  Product other = one;
  other.summary[base::Lang::fi] = "Kaksi";
  other.summary[base::Lang::en] = "";
  other.prices[0].cents = Cents(1300);
  other.deliveries = {"post"};
  std::string paths;
  for (const auto& difference : catalogue::differences(one, other)) paths += difference.path + "=" + difference.one + ">" + difference.other + " ";
  CHECK(paths == "/deliveries/email=true> /prices/adult/cents=1250>1300 /summary/en=One> /summary/fi=Yksi>Kaksi ");
}

TEST_CASE("two people's changes are put together, and where both changed the same it is mine") {
  const Product base = plate();
  Product mine = base, theirs = base;
  mine.summary[base::Lang::fi] = "Minun", mine.max_per_order = 9, mine.prices[0].cents = Cents(1);
  theirs.summary[base::Lang::fi] = "Heidän", theirs.name[base::Lang::sv] = "Deras", theirs.state = "closed";
  const Product both = catalogue::merge(base, mine, theirs).value();
  CHECK(both.summary[base::Lang::fi] == "Minun");
  CHECK(both.name[base::Lang::sv] == "Deras");
  CHECK(both.max_per_order == 9);
  CHECK(both.prices[0].cents == Cents(1));
  CHECK(both.state == "closed");
  theirs.prices.clear();
  CHECK(catalogue::merge(base, mine, theirs).value().prices == std::vector<catalogue::Price>{mine.prices[0]});  // the one that mine changed comes back whole
}

TEST_CASE("what both have taken away is away, and what else the other changed stays") {
  const Product base = plate();
  Product mine = base, theirs = base;
  mine.deliveries = theirs.deliveries = {"post"};
  mine.prices.pop_back(), theirs.prices.pop_back();
  mine.summary[base::Lang::en] = theirs.summary[base::Lang::en] = "";
  mine.max_per_order = 9, theirs.name[base::Lang::sv] = "Deras";
  const Product both = catalogue::merge(base, mine, theirs).value();
  CHECK(both.deliveries == std::vector<std::string>{"post"});
  CHECK(both.prices.size() == 1);
  CHECK(both.summary[base::Lang::en].empty());
  CHECK(both.max_per_order == 9);
  CHECK(both.name[base::Lang::sv] == "Deras");
}

TEST_CASE("a coming price is never put together of half of one") {
  const Product base = plate();
  Product mine = base, theirs = base;
  mine.prices[0].next_from = "2027-07-01";
  theirs.prices[0].next_from = "", theirs.prices[0].next_cents = Cents(0), theirs.prices[0].cents = Cents(1300);
  const Product both = catalogue::merge(base, mine, theirs).value();
  CHECK(both.prices[0] == catalogue::Price{"adult", Cents(1300), "2027-07-01", Cents(1400)});
}

TEST_CASE("a series of times keeps its hour in Finland when the clocks change") {
  catalogue::Series series{{"sun"}, std::chrono::year{2027} / 3 / 21, 2, "18:00", std::chrono::minutes{60}};
  const auto slots = catalogue::slots_of(series).value();
  REQUIRE(slots.size() == 2);
  CHECK(slots[0].code == "20270321t1600");
  CHECK(slots[1].code == "20270328t1500");
  series.clock = "25:00";
  CHECK(!catalogue::slots_of(series));
}
