// Goal: whatever campaigns, codes and prices there are, a price falls to the lowest and never below 0, the parts of a line make its sum, a code takes off what it says and no more, VAT by
// rate is of what is paid, and what is struck through is the lowest price of the 30 days before.
#include <rapidcheck.h>

#include <numeric>

#include "lib/catalogue/discount.h"
#include "lib/orders/order.h"
#include "unit/catch.h"

namespace {

using base::Cents;
using catalogue::Campaign;
using catalogue::CodeFault;
using catalogue::Day;
using catalogue::DiscountCode;
using catalogue::Units;

const Day kToday = catalogue::day_of("2027-06-15");
using days = std::chrono::days;

Campaign campaign(Day from, Day until, std::optional<int> percent, Cents cents = {}) {
  Campaign out;
  out.percent = percent;
  out.cents = cents;
  out.from = from;
  out.until = until;
  return out;
}

DiscountCode code(std::optional<int> percent, Cents cents = {}) {
  DiscountCode out;
  out.percent = percent;
  out.cents = cents;
  out.from = kToday - days{1};
  out.until = kToday + days{1};
  return out;
}

std::vector<Units> any_lines() {
  std::vector<Units> out(static_cast<std::size_t>(*rc::gen::inRange(1, 51)));
  for (auto& line : out) line = {Cents(*rc::gen::inRange(0, 20'000)), *rc::gen::inRange(1, 1000), *rc::gen::arbitrary<bool>()};
  return out;
}

std::int64_t sum(const std::vector<Units>& lines, bool all) {
  return std::accumulate(lines.begin(), lines.end(), std::int64_t{0}, [&](std::int64_t so_far, const Units& line) { return so_far + (all || line.in_scope ? line.price.value() * line.quantity : 0); });
}

}  // namespace

TEST_CASE("a percent is rounded half up to whole cents") {
  CHECK(catalogue::percent_off(Cents(640), 20) == Cents(512));
  CHECK(catalogue::percent_off(Cents(5), 50) == Cents(3));  // 2.5
  CHECK(catalogue::percent_off(Cents(99), 1) == Cents(98));  // 98.01
  CHECK(catalogue::percent_off(Cents(640), 100) == Cents(0));
}

TEST_CASE("a code takes off what it says, and the parts of a line make its sum") {
  CHECK(rc::check([] {
    const auto lines = any_lines();
    const bool percent = *rc::gen::arbitrary<bool>();
    const DiscountCode one = percent ? code(*rc::gen::inRange(1, 101)) : code({}, Cents(*rc::gen::inRange(1, 30'000'000)));
    const auto parts = catalogue::take_off(one, lines);
    RC_ASSERT(parts.size() == lines.size());
    std::int64_t left = 0, wanted = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      int units = 0;
      for (const auto& part : parts[i]) {
        RC_ASSERT(part.quantity > 0);
        RC_ASSERT(part.price >= Cents(0));
        RC_ASSERT(part.price <= lines[i].price);
        if (!lines[i].in_scope) RC_ASSERT(part.price == lines[i].price);
        units += part.quantity;
        left += part.price.value() * part.quantity;
      }
      RC_ASSERT(units == lines[i].quantity);
      RC_ASSERT(parts[i].size() <= 2U);
      if (percent) wanted += (lines[i].in_scope ? catalogue::percent_off(lines[i].price, *one.percent) : lines[i].price).value() * lines[i].quantity;
    }
    RC_ASSERT(left == (percent ? wanted : sum(lines, true) - std::min(one.cents.value(), sum(lines, false))));
  }));
}

TEST_CASE("VAT by rate is of what is paid, not of what would have been") {
  CHECK(rc::check([] {
    const auto lines = any_lines();
    const auto parts = catalogue::take_off(code({}, Cents(*rc::gen::inRange(1, 1'000'000))), lines);
    std::vector<orders::Line> ordered;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      for (const auto& part : parts[i]) {
        orders::Line line;
        line.quantity = part.quantity;
        line.unit_price = part.price;
        line.vat_per_mille = i % 2 == 0 ? 255 : 135;
        line.vat_code = i % 2 == 0 ? "standard" : "reduced";
        ordered.push_back(line);
      }
    }
    std::int64_t paid = 0, gross = 0;
    for (const auto& line : ordered) paid += line.total().value();
    for (const auto& row : orders::vat_rows(ordered)) {
      gross += row.gross.value();
      RC_ASSERT(row.vat == base::vat_in_gross(row.gross, *row.per_mille));
    }
    RC_ASSERT(gross == paid);
  }));
}

TEST_CASE("the lowest of the normal price and of the campaigns in force, never added up") {
  const auto on = campaign(kToday, kToday, 20), deeper = campaign(kToday, kToday, 30), fixed = campaign(kToday, kToday, {}, Cents(500)), over = campaign(kToday - days{9}, kToday - days{1}, 90), dear = campaign(kToday, kToday, {}, Cents(900));
  auto ended = campaign(kToday - days{1}, kToday, 90);
  ended.ended = true;
  auto of_group = campaign(kToday, kToday, 90);
  of_group.group = "child";
  const auto price = [](const std::vector<const Campaign*>& all, Day day = kToday, const char* group = "adult") { return catalogue::price_on(day, {group, Cents(1000), {}}, all).cents; };
  CHECK(price({}) == Cents(1000));
  CHECK(price({&on, &deeper}) == Cents(700));
  CHECK(price({&on, &fixed, &deeper}) == Cents(500));
  CHECK(price({&dear}) == Cents(900));
  CHECK(price({&over, &ended, &of_group}) == Cents(1000));
  CHECK(price({&of_group}, kToday, "child") == Cents(100));
  CHECK(price({&on}, kToday - days{1}) == Cents(1000));
  CHECK(price({&on}, kToday + days{1}) == Cents(1000));
  CHECK(catalogue::price_on(kToday, {"adult", Cents(400), {}}, {&fixed}).by == nullptr);
}

TEST_CASE("what is struck through is the lowest price of the 30 days before the campaign") {
  const auto on = campaign(kToday - days{5}, kToday + days{5}, 20);
  const Day begun = on.from;
  const auto before = [&](std::vector<catalogue::PriceDay> history, std::vector<const Campaign*> more = {}) {
    more.push_back(&on);
    return catalogue::price_on(kToday, {"adult", Cents(1000), std::move(history)}, more).before;
  };
  CHECK(before({}) == Cents(1000));
  CHECK(before({{begun - days{400}, Cents(1000)}}) == Cents(1000));
  CHECK(before({{begun - days{400}, Cents(900)}, {begun - days{10}, Cents(1000)}}) == Cents(900));  // raised just before
  CHECK(before({{begun - days{400}, Cents(900)}, {begun - days{30}, Cents(1000)}}) == Cents(1000));
  CHECK(before({{begun - days{400}, Cents(900)}, {begun - days{29}, Cents(1000)}}) == Cents(900));
  CHECK_FALSE(before({{begun - days{400}, Cents(800)}, {begun - days{10}, Cents(1000)}}));  // no reduction at all
  const auto earlier = campaign(begun - days{20}, begun - days{15}, 10), long_ago = campaign(begun - days{90}, begun - days{31}, 19);
  CHECK(before({{begun - days{400}, Cents(1000)}}, {&earlier, &long_ago}) == Cents(900));
  CHECK_FALSE(catalogue::price_on(kToday, {"adult", Cents(1000), {}}, {}).before);
}

TEST_CASE("nothing is struck through that was not sold before the campaign") {
  const auto on = campaign(kToday - days{5}, kToday + days{5}, 20);
  const auto before = [&](Day made) { return catalogue::price_on(kToday, {"adult", Cents(1000), {{made, Cents(1000)}}}, {&on}).before; };
  CHECK_FALSE(before(kToday));
  CHECK_FALSE(before(on.from));
  CHECK(before(on.from - days{1}) == Cents(1000));
  const auto shown = [&](Day first) { return catalogue::price_on(kToday, {"adult", Cents(1000), {{kToday - days{400}, Cents(1000)}}, first}, {&on}).before; };
  CHECK_FALSE(shown(on.from));  // it came into the shop with the campaign
  CHECK(shown(on.from - days{1}) == Cents(1000));
}

TEST_CASE("a price that was put right on its day counts on that day and no longer") {
  const auto on = campaign(kToday, kToday, 20);
  const auto before = [&](Day mistyped) { return catalogue::price_on(kToday, {"adult", Cents(1000), {{kToday - days{400}, Cents(1000)}, {mistyped, Cents(100)}, {mistyped, Cents(1000)}}}, {&on}).before; };
  CHECK(before(kToday - days{31}) == Cents(1000));
  CHECK_FALSE(before(kToday - days{30}));
  CHECK_FALSE(before(kToday - days{1}));
  CHECK(before(kToday) == Cents(1000));
}

TEST_CASE("why a code takes nothing off is told apart") {
  const std::vector<Units> lines = {{Cents(1000), 2, true}, {Cents(5000), 1, false}};
  auto one = code(10);
  CHECK(catalogue::fault_of(one, kToday, lines) == CodeFault::none);
  CHECK(catalogue::fault_of(one, kToday - days{2}, lines) == CodeFault::not_yet);
  CHECK(catalogue::fault_of(one, kToday + days{2}, lines) == CodeFault::over);
  CHECK(catalogue::fault_of(one, kToday, {{Cents(5000), 1, false}}) == CodeFault::no_fit);
  one.minimum = Cents(2000);
  CHECK(catalogue::fault_of(one, kToday, lines) == CodeFault::none);
  one.minimum = Cents(2001);
  CHECK(catalogue::fault_of(one, kToday, lines) == CodeFault::too_little);
  one.max_uses = 3;
  one.used = 3;
  CHECK(catalogue::fault_of(one, kToday, lines) == CodeFault::used_up);
  one.ended = true;
  CHECK(catalogue::fault_of(one, kToday, lines) == CodeFault::over);
}

TEST_CASE("a code is the same however it is typed") {
  CHECK(catalogue::plain_code(" kesä") == "");
  CHECK(catalogue::plain_code("abcd-2 Fg") == "ABCD2FG");
  CHECK(catalogue::plain_code("ABC") == "");
  CHECK(catalogue::plain_code(std::string(25, 'A')) == "");
  CHECK(catalogue::plain_code("AB;CD") == "");
}
