// Goal: the confirmation of a statutory fee speaks of no order and of no right of withdrawal (before its terms), in each language.
#include <array>
#include <string>

#include "lib/base/config.h"
#include "mailer/letter.h"
#include "unit/catch.h"

namespace {

// `right`: of its one line.
std::string confirmation(base::Lang lang, const std::string& right) {
  base::Instance instance;
  instance.share = KK_SITE;
  instance.public_url = "http://localhost";
  const auto city = base::load_city(KK_SITE "/city.toml");
  REQUIRE(city);
  const auto letters = mailer::Letters::load(instance, *city);
  REQUIRE(letters);
  const auto letter = letters->write("order_confirmation", lang, R"json({"case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR",
      "order_url": "http://localhost/x", "withdraw_url": "http://localhost/y", "my_orders_url": "http://localhost/z",
      "created_utc": "2026-11-22T12:30:00.000Z", "state": "paid", "first_name": "Aino", "total_cents": 2500,
      "lines": [{"kind": "product", "code": "permit/-", "name": "X", "detail": "", "quantity": 1, "unit_cents": 2500, "total_cents": 2500,
                 "vat_per_mille": null, "vat_reason": "", "withdrawal": ")json" + right + R"json(", "begin_now": false, "appeal": "",
                 "delivery_kind": "none", "delivery_name": "", "delivery_detail": ""}],
      "vat": [], "receipt": null, "tickets": []})json");
  REQUIRE(letter);
  return letter->subject + "\n" + letter->text;
}

}  // namespace

TEST_CASE("mailer: a statutory fee is confirmed without words of orders and withdrawal") {
  struct Words {
    base::Lang lang;
    std::string terms;
    std::array<std::string, 3> wrong;
  };
  for (const auto& [lang, terms, wrong] : {Words{base::Lang::fi, "Toimitusehdot", {"ilau", "ilat", "eruutta"}},
                                           Words{base::Lang::sv, "Leveransvillkor", {"eställ", "ngerrätt", "rånträd"}},
                                           Words{base::Lang::en, "Terms and conditions", {"rder", "ithdraw", "ORDER"}}}) {
    const std::string fee = confirmation(lang, "none_statutory"), goods = confirmation(lang, "goods_14d");
    const auto before_terms = fee.substr(0, fee.find(terms));
    CHECK(before_terms.size() < fee.size());
    INFO(before_terms);
    for (const auto& word : wrong) CHECK(before_terms.find(word) == std::string::npos);
    CHECK(goods.substr(0, goods.find(terms)).find(wrong[0]) != std::string::npos);  // the words are ones that a letter may have
  }
}
