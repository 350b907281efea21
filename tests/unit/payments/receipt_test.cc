// Goal: a receipt's hash depends on all of it and on the one before, and is made exactly as schema/README.md says.
#include "lib/payments/receipt.h"

#include <nlohmann/json.hpp>

#include "unit/catch.h"

using base::Cents;

namespace {

payments::Receipt example() {
  payments::Receipt out;
  out.year = 2026;
  out.no = 1;
  out.attempt_id = 17;
  out.order_number = "ABCD12345";
  out.issued = *base::parse_utc("2026-11-22T12:30:05Z");
  out.lang = base::Lang::fi;
  out.reference = "2026000011";
  out.transaction_id = "9a28debe-85b7-47b2-859d-ed870d5ac225";
  out.provider = "nordea";
  out.total = Cents(1200);
  out.content = "{}";
  return out;
}

const std::string kZeros(32, '\0');

}  // namespace

TEST_CASE("the worked example of schema/README.md") {
  const auto first = payments::receipt_hash(kZeros, example());
  CHECK(crypto::to_hex(first) == "df08e1b5254257a547962bd8795d584ded1855fac62cc6c0dfcbee905022ab2e");
  auto second = example();
  second.no = 2;
  CHECK(crypto::to_hex(payments::receipt_hash(first, second)) == "ce7f42f7cb4eab8e338d49a8175ff673996eba9cc1938de544114deff60c7fe3");
}

TEST_CASE("no field can change without the hash") {
  const auto hash = payments::receipt_hash(kZeros, example());
  const auto changed = [&](auto change) {
    auto out = example();
    change(out);
    return payments::receipt_hash(kZeros, out) != hash;
  };
  CHECK(changed([](auto& r) { r.year = 2027; }));
  CHECK(changed([](auto& r) { r.no = 2; }));
  CHECK(changed([](auto& r) { r.attempt_id = 18; }));
  CHECK(changed([](auto& r) { r.order_number = "ABCD12346"; }));
  CHECK(changed([](auto& r) { r.issued += std::chrono::seconds(1); }));
  CHECK(changed([](auto& r) { r.lang = base::Lang::sv; }));
  CHECK(changed([](auto& r) { r.reference = "1232"; }));
  CHECK(changed([](auto& r) { r.transaction_id[0] = '8'; }));
  CHECK(changed([](auto& r) { r.provider = "osuuspankki"; }));
  CHECK(changed([](auto& r) { r.total = Cents(1201); }));
  CHECK(changed([](auto& r) { r.content = "{ }"; }));
  CHECK(payments::receipt_hash(hash, example()) != hash);
}

TEST_CASE("numbers have six digits or as many as they need") {
  CHECK(payments::receipt_number(2026, 123) == "2026-000123");
  CHECK(payments::receipt_number(2026, 1234567) == "2026-1234567");
}

TEST_CASE("a receipt names the seller and nobody else") {
  orders::Order order;
  order.contact = {"Aino", "Mäkelä", "Rantatie 1", "06950", "Lehtoranta", "FI", "+358401234567", "aino@example.com", "Oy Ab", "2744393-6"};
  orders::Line line;
  line.name = "Uimahallikortti";
  line.quantity = 1;
  line.unit_price = Cents(4500);
  line.vat_per_mille = 135;
  line.vat_code = "reduced";
  line.holder_names = {"Eino Mäkelä"};
  order.lines = {line};
  order.total = Cents(4500);
  base::City city;
  city.legal_name[base::Lang::fi] = "Lehtorannan kaupunki";
  city.business_id = "1061512-1";
  const std::string content = payments::receipt_content(order, city);
  for (const char* personal : {"Aino", "Eino", "Mäkelä", "Rantatie", "+358401234567", "aino@", "Oy Ab", "2744393-6"}) {
    CHECK(content.find(personal) == std::string::npos);
  }
  const auto json = nlohmann::json::parse(content);
  CHECK(json["seller"]["business_id"] == "1061512-1");
  CHECK(json["vat"][0]["vat_cents"] == 535);
  CHECK(json["vat"][0]["base_cents"] == 3965);
  CHECK(json["total_cents"] == 4500);
}
