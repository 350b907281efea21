// Goal: a request is byte for byte what the service's documentation asks for, and nothing that it would refuse
// leaves the house.
#include "lib/suomifi/message.h"

#include <nlohmann/json.hpp>

#include "unit/catch.h"
#include "unit/suomifi/vectors.h"

using base::Cents;
using base::ErrorKind;

namespace {

suomifi::CreatePayment payment() {
  suomifi::CreatePayment out;
  out.stamp = "0123456789abcdefghjkmnpqrs";
  out.reference = "3759170";
  out.amount = Cents(4500);
  out.lang = base::Lang::sv;
  out.items = {{Cents(1500), 2, 255, "swim-towel", "Simhandduk", "l1"}, {Cents(1500), 1, 135, "swim-single-visit/adult", "", ""}};
  out.customer = {"maija@example.fi", "Maija", "Meikäläinen", "+358401234567", "", ""};
  out.return_url = "https://shop.example/sv/betalning/retur/x";
  out.callback_url = "https://shop.example/maksu/cb/x";
  return out;
}

bool refused(const suomifi::CreatePayment& changed) {
  const auto body = suomifi::create_body(changed);
  return !body && body.error().kind == ErrorKind::invalid;
}

std::string header(const suomifi::Request& request, std::string_view name) {
  return suomifi::only_value(request.headers, name).value_or("(none)");
}

}  // namespace

TEST_CASE("the body, byte for byte") {
  CHECK(suomifi::create_body(payment()).value() ==
        R"({"stamp":"0123456789abcdefghjkmnpqrs","reference":"3759170","amount":4500,"currency":"EUR","language":"SV",)"
        R"("items":[{"unitPrice":1500,"units":2,"vatPercentage":25.5,"productCode":"swim-towel","description":"Simhandduk","stamp":"l1"},)"
        R"({"unitPrice":1500,"units":1,"vatPercentage":13.5,"productCode":"swim-single-visit/adult"}],)"
        R"("customer":{"email":"maija@example.fi","firstName":"Maija","lastName":"Meikäläinen","phone":"+358401234567"},)"
        R"("redirectUrls":{"success":"https://shop.example/sv/betalning/retur/x","cancel":"https://shop.example/sv/betalning/retur/x"},)"
        R"("callbackUrls":{"success":"https://shop.example/maksu/cb/x","cancel":"https://shop.example/maksu/cb/x"},"groups":["mobile","bank","creditcard"]})");
}

TEST_CASE("VAT is printed with one decimal only where it has one") {
  const std::pair<int, const char*> kRates[] = {{255, "25.5,"}, {240, "24,"}, {135, "13.5,"}, {100, "10,"}, {0, "0,"}, {5, "0.5,"}, {1000, "100,"}};
  for (const auto& [rate, text] : kRates) {
    auto changed = payment();
    changed.items[0].vat_per_mille = rate;
    CHECK(suomifi::create_body(changed).value().find(std::string("\"vatPercentage\":") + text) != std::string::npos);
  }
}

TEST_CASE("names with quotes and letters of all kinds stay names") {
  auto changed = payment();
  changed.customer.last_name = "O\"Neill\\ \u2028 Ж😀";
  changed.items[0].description = "</script>\n\x1F\t";
  const auto json = nlohmann::json::parse(suomifi::create_body(changed).value());
  CHECK(json["customer"]["lastName"] == changed.customer.last_name);
  CHECK(json["items"][0]["description"] == "</script>\n\x1F\t");
}

TEST_CASE("what the service would refuse is refused here") {
  const auto with = [](auto change) {
    auto out = payment();
    change(out);
    return refused(out);
  };
  CHECK(with([](auto& p) { p.amount = Cents(4501); }));
  CHECK(with([](auto& p) { p.amount = Cents(0); p.items[0].unit_price = Cents(0); p.items[1].unit_price = Cents(0); }));
  CHECK(with([](auto& p) { p.items.clear(); }));
  CHECK(with([](auto& p) { p.items[0].units = 0; }));
  CHECK(with([](auto& p) { p.items[0].unit_price = Cents(-1500); p.items[1].unit_price = Cents(7500); }));
  CHECK(with([](auto& p) { p.items = {{Cents(99'999'999), 1, 255, "x", "", ""}}; p.amount = Cents(99'999'999); }));
  CHECK(with([](auto& p) { p.items[0].vat_per_mille = -1; }));
  CHECK(with([](auto& p) { p.items[0].vat_per_mille = 1001; }));
  CHECK(with([](auto& p) { p.items[0].product_code.clear(); }));
  CHECK(with([](auto& p) { p.items[0].product_code = std::string(101, 'x'); }));
  CHECK(with([](auto& p) { p.items[1].stamp = p.items[0].stamp; }));
  CHECK(with([](auto& p) { p.stamp.clear(); }));
  CHECK(with([](auto& p) { p.reference = "3759171"; }));
  CHECK(with([](auto& p) { p.customer.email.clear(); }));
  CHECK(with([](auto& p) { p.customer.first_name = std::string(51, 'x'); }));
  CHECK(with([](auto& p) { p.customer.last_name = "\xFF"; }));
  CHECK(with([](auto& p) { p.return_url = "http://shop.example/x"; }));
  CHECK(with([](auto& p) { p.callback_url = "https://shop.example/" + std::string(300, 'x'); }));
}

TEST_CASE("lengths are counted in characters, as the service does") {
  auto changed = payment();
  changed.customer.first_name.clear();
  for (int i = 0; i < 50; ++i) changed.customer.first_name += "ä";
  CHECK(suomifi::create_body(changed).has_value());
}

TEST_CASE("the largest order that the service takes goes through") {
  auto changed = payment();
  changed.items = {{base::kMaxOrderTotal, 1, 255, "x", "", ""}};
  changed.amount = base::kMaxOrderTotal;
  CHECK(suomifi::create_body(changed).has_value());
}

TEST_CASE("a create request carries signed headers") {
  const auto now = base::parse_utc("2026-11-22T10:01:31.904Z").value();
  const auto request = suomifi::create_request(vectors::kAccount, payment(), "nonce-1", now).value();
  CHECK(request.method == "POST");
  CHECK(request.path == "/payments");
  CHECK(header(request, "checkout-account") == "375917");
  CHECK(header(request, "checkout-algorithm") == "sha256");
  CHECK(header(request, "checkout-method") == "POST");
  CHECK(header(request, "checkout-nonce") == "nonce-1");
  CHECK(header(request, "checkout-timestamp") == "2026-11-22T10:01:31.904Z");
  CHECK(header(request, "content-type") == "application/json; charset=utf-8");
  CHECK(header(request, "checkout-transaction-id") == "(none)");
  CHECK(suomifi::verify(vectors::kAccount, request.headers, request.body, header(request, "signature")));
}

TEST_CASE("the request for a state is the published one") {
  const auto now = base::parse_utc("2019-11-01T08:48:50.832Z").value();
  const auto request =
      suomifi::state_request(vectors::kAccount, "681538c4-fc84-11e9-83bc-2ffcef4c3453", "87ac41e1-e6e6-4789-b8e0-c83930cfc447", now).value();
  CHECK(request.path == "/payments/681538c4-fc84-11e9-83bc-2ffcef4c3453");
  CHECK(request.body.empty());
  CHECK(header(request, "content-type") == "(none)");
  CHECK(header(request, "signature") == "4d84e3aedaa847b23e672ff3bc9c57ae5d1c1e84aec251ce39914eaf250bb8b2");
  CHECK_FALSE(suomifi::state_request(vectors::kAccount, "../payments", "n", now).has_value());
}

TEST_CASE("a refund's request names the payment, our stamp, the sum, and where to tell the end") {
  const auto now = base::parse_utc("2026-11-22T10:01:31.904Z").value();
  suomifi::RefundPayment refund{"681538c4-fc84-11e9-83bc-2ffcef4c3453", "r-1", "20260000 11", base::Cents(1200), "aino@example.com", "https://shop.example/maksu/cb/hyvitys/r-1"};
  refund.reference = "2026000011";
  const auto request = suomifi::refund_request(vectors::kAccount, refund, "nonce-1", now).value();
  CHECK(request.path == "/payments/681538c4-fc84-11e9-83bc-2ffcef4c3453/refund");
  CHECK(request.body == R"({"amount":1200,"refundStamp":"r-1","refundReference":"2026000011","email":"aino@example.com","callbackUrls":{"success":"https://shop.example/maksu/cb/hyvitys/r-1","cancel":"https://shop.example/maksu/cb/hyvitys/r-1"}})");
  CHECK(header(request, "checkout-method") == "POST");
  CHECK(header(request, "checkout-transaction-id") == refund.transaction_id);
  CHECK(suomifi::verify(vectors::kAccount, request.headers, request.body, header(request, "signature")));
  refund.email.clear();
  CHECK(suomifi::refund_request(vectors::kAccount, refund, "n", now)->body.find("email") == std::string::npos);
  for (auto wrong : {&suomifi::RefundPayment::transaction_id, &suomifi::RefundPayment::stamp, &suomifi::RefundPayment::callback_url}) {
    auto other = refund;
    other.*wrong = "";
    CHECK_FALSE(suomifi::refund_request(vectors::kAccount, other, "n", now).has_value());
  }
  refund.amount = base::Cents(0);
  CHECK_FALSE(suomifi::refund_request(vectors::kAccount, refund, "n", now).has_value());
}

TEST_CASE("addresses that are safe to go to") {
  for (const auto* safe : {"https://pay.paytrail.com/pay/1?x=y", "http://localhost:8082/pay", "http://127.0.0.1/", "https://a"}) {
    CHECK(suomifi::is_safe_url(safe));
  }
  for (const auto* wrong : {"", "http://pay.paytrail.com/", "javascript:alert(1)", "//x", "https://", "https:///x", "https://u@x/", "HTTPS://x",
                            "https://x/\"", "https://x/ y", "https://x/\n", "http://localhost.evil.example/", "http://localhost@evil.example/",
                            "http://127.0.0.1.evil.example", "https://x/ä", "http:localhost"}) {
    INFO(wrong);
    CHECK_FALSE(suomifi::is_safe_url(wrong));
  }
}
