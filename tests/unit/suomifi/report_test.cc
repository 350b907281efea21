// Goal: a settlement's report is believed only when its headers and raw body are signed, and every row is of its shape; its decimal euros become cents exactly.
#include "lib/suomifi/report.h"

#include <rapidcheck.h>

#include "lib/suomifi/answer.h"
#include "lib/suomifi/message.h"
#include "unit/catch.h"
#include "unit/suomifi/vectors.h"

using base::Cents;
using suomifi::Refusal;

namespace {

const std::string kRow = R"({"id":"681538C4-fc84-11e9-83bc-2ffcef4c3453","amount":25.55,"reference":"4940046476","stamp":"s-1","refunditems":[{"stamp":"r-1","amount":-4.0},{"stamp":"r-2","amount":-5}]})";

suomifi::Pairs report_headers(const std::string& body, suomifi::Pairs more = {}) {
  suomifi::Pairs out = {{"checkout-account", "375917"}, {"checkout-algorithm", "sha256"}, {"checkout-method", "POST"}, {"checkout-nonce", "n"}, {"checkout-timestamp", "t"}};
  out.insert(out.end(), more.begin(), more.end());
  out.emplace_back("signature", suomifi::sign(vectors::kAccount, out, body));
  return out;
}

Refusal report_refusal(const std::string& body) {
  const auto report = suomifi::verify_report(report_headers(body), body, vectors::kAccount);
  REQUIRE_FALSE(report.has_value());
  return report.error();
}

std::string changed_row(const std::string& what, const std::string& by) {
  std::string out = "[" + kRow + "]";
  return out.replace(out.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("a report's payments and refunds in cents") {
  const std::string body = "[" + kRow + ",\n" + R"({"id":"781538c4-fc84-11e9-83bc-2ffcef4c3453","amount":1200,"reference":"1232","stamp":"s-2","new":{"x":1}})" + "]";
  const auto report = suomifi::verify_report(report_headers(body, {{"checkout-new-one", "x"}}), body, vectors::kAccount);
  REQUIRE(report.has_value());
  REQUIRE(report->rows().size() == 4);
  CHECK(report->rows()[0].transaction_id == "681538c4-fc84-11e9-83bc-2ffcef4c3453");
  CHECK(report->rows()[0].sum == Cents(2555));
  CHECK(report->rows()[1].is_refund);
  CHECK(report->rows()[1].stamp == "r-1");
  CHECK(report->rows()[1].sum == Cents(-400));
  CHECK(report->rows()[2].sum == Cents(-500));
  CHECK(report->rows()[3].sum == Cents(120000));
  CHECK_FALSE(report->rows()[3].is_refund);
}

TEST_CASE("a report that is not signed as it stands is not believed") {
  const std::string body = "[" + kRow + "]";
  auto headers = report_headers(body);
  CHECK(suomifi::verify_report(headers, body + " ", vectors::kAccount).error() == Refusal::bad_signature);
  CHECK(suomifi::verify_report({}, body, vectors::kAccount).error() == Refusal::wrong_account);
  headers[3].second = "m";
  CHECK(suomifi::verify_report(headers, body, vectors::kAccount).error() == Refusal::bad_signature);
  headers = report_headers(body);
  headers[1].second = "sha512";
  CHECK(suomifi::verify_report(headers, body, vectors::kAccount).error() == Refusal::wrong_algorithm);
  headers.pop_back();
  headers[1].second = "sha256";
  CHECK(suomifi::verify_report(headers, body, vectors::kAccount).error() == Refusal::bad_signature);
}

TEST_CASE("a report with one odd row is not believed at all") {
  for (const auto& body : {std::string("{}"), std::string(""), std::string("[1]"), std::string("[{}]"), changed_row("25.55", "-25.55"), changed_row("25.55", "25.555"), changed_row("25.55", "\"25.55\""), changed_row("25.55", "1e20"),
                           changed_row("-4.0", "4"), changed_row("\"r-1\"", "\"\""), changed_row("681538C4", "x"), changed_row("\"s-1\"", "null"), changed_row("[{\"stamp\"", "[1,{\"stamp\"")}) {
    CHECK(report_refusal(body) == Refusal::bad_value);
  }
}

TEST_CASE("every sum of cents comes back from its euros") {
  REQUIRE(rc::check("euros and cents", [] {
    const auto cents = *rc::gen::inRange<std::int64_t>(-9'999'999'999, 9'999'999'999);
    RC_ASSERT(suomifi::parse_euros(base::plain_decimal(Cents(cents))) == Cents(cents));
  }));
  for (const char* text : {"", "-", ".", "1.", ".5", "1.234", "1e3", "+1", "1,5", " 1", "123456789.00", "0x1"}) CHECK_FALSE(suomifi::parse_euros(text).has_value());
  CHECK(suomifi::parse_euros("12.5") == Cents(1250));
}

TEST_CASE("settlements are listed, and their reports ordered") {
  const base::UtcTime now{};
  const auto list = suomifi::settlements_request(vectors::kAccount, "n", now);
  CHECK(list.method == "GET");
  CHECK(list.path == "/settlements?limit=100");
  const auto order = suomifi::report_request(vectors::kAccount, 1234, "https://shop.example/maksu/cb/tilitys/x", "n", now);
  REQUIRE(order.has_value());
  CHECK(order->path == "/settlements/1234/payments/report");
  CHECK(nlohmann::json::parse(order->body).at("callbackUrl") == "https://shop.example/maksu/cb/tilitys/x");
  CHECK_FALSE(suomifi::report_request(vectors::kAccount, 1234, "http://shop.example/x", "n", now).has_value());
  CHECK_FALSE(suomifi::report_request(vectors::kAccount, 0, "https://shop.example/x", "n", now).has_value());
  suomifi::Answer answer{200, {{"checkout-account", "375917"}, {"checkout-algorithm", "sha256"}},
                         R"([{"id":12,"createdAt":"2026-11-22T10:48:39.979Z","settledAt":null,"settlementReference":"1232"},{"id":"13"},7,{"id":-1,"createdAt":"2026-11-22T10:48:39.979Z"}])"};
  answer.headers.emplace_back("signature", suomifi::sign(vectors::kAccount, answer.headers, answer.body));
  const auto settlements = suomifi::read_settlements(answer, vectors::kAccount);
  REQUIRE(settlements.has_value());
  REQUIRE(settlements->size() == 1);
  CHECK((*settlements)[0].id == 12);
  CHECK((*settlements)[0].reference == "1232");
  answer.body += " ";
  CHECK(suomifi::read_settlements(answer, vectors::kAccount).error().kind == base::ErrorKind::denied);
}
