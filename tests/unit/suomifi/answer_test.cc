// Goal: an answer is believed only when it is signed, of sober size and shaped as documented.
#include "lib/suomifi/answer.h"

#include <rapidcheck.h>

#include "unit/catch.h"
#include "unit/suomifi/vectors.h"

using base::ErrorKind;
using suomifi::Answer;

namespace {

const char* const kCreated =
    R"({"transactionId":"5770642a-9a02-4ca2-8eaa-cc6260a78eb6","href":"https://pay.paytrail.com/pay/5770642a","reference":"809759248",)"
    R"("terms":"<a>","groups":[],"providers":[{"url":"https://x","parameters":[{"name":"a","value":"b"}]}],"new":null})";
const char* const kState =
    R"({"transactionId":"681538c4-fc84-11e9-83bc-2ffcef4c3453","status":"ok","amount":1689,"currency":"EUR","reference":"4940046476",)"
    R"("stamp":"15725981193483","createdAt":"2019-11-01T10:48:39.979Z","provider":"osuuspankki","settlementReference":"45667372"})";

Answer signed_answer(int status, std::string body) {
  Answer out{status, {{"Content-Type", "application/json"}, {"Checkout-Account", "375917"}, {"Checkout-Algorithm", "sha256"},
                      {"Checkout-Nonce", "n"}, {"Request-Id", "r-1"}}, std::move(body)};
  out.headers.emplace_back("Signature", suomifi::sign(vectors::kAccount, out.headers, out.body));
  return out;
}

ErrorKind created_problem(const Answer& answer) {
  const auto result = suomifi::read_created(answer, vectors::kAccount);
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

ErrorKind state_problem(const Answer& answer) {
  const auto result = suomifi::read_state(answer, vectors::kAccount);
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a created payment") {
  const auto created = suomifi::read_created(signed_answer(201, kCreated), vectors::kAccount);
  REQUIRE(created.has_value());
  CHECK(created->transaction_id == "5770642a-9a02-4ca2-8eaa-cc6260a78eb6");
  CHECK(created->href == "https://pay.paytrail.com/pay/5770642a");
}

TEST_CASE("a payment's state") {
  const auto state = suomifi::read_state(signed_answer(200, kState), vectors::kAccount);
  REQUIRE(state.has_value());
  CHECK(state->status() == suomifi::PaymentStatus::ok);
  CHECK(state->amount() == base::Cents(1689));
  CHECK(state->is_euro());
  CHECK(state->stamp() == "15725981193483");
  CHECK(state->reference() == "4940046476");
  CHECK(state->provider() == "osuuspankki");
  CHECK(state->settlement_reference() == "45667372");
}

TEST_CASE("each documented status is known, an unknown one is not guessed") {
  const std::pair<const char*, suomifi::PaymentStatus> kStatuses[] = {
      {"new", suomifi::PaymentStatus::created},     {"fail", suomifi::PaymentStatus::fail},
      {"pending", suomifi::PaymentStatus::pending}, {"delayed", suomifi::PaymentStatus::delayed},
      {"authorization-hold", suomifi::PaymentStatus::pending}};
  for (const auto& [word, status] : kStatuses) {
    const auto state = suomifi::read_state(signed_answer(200, replaced(kState, "\"ok\"", "\"" + std::string(word) + "\"")), vectors::kAccount);
    REQUIRE(state.has_value());
    CHECK(state->status() == status);
  }
  CHECK(state_problem(signed_answer(200, replaced(kState, "\"ok\"", "\"paid\""))) == ErrorKind::broken);
  CHECK(state_problem(signed_answer(200, replaced(kState, "\"ok\"", "true"))) == ErrorKind::broken);
}

TEST_CASE("another currency is told, not hidden") {
  const auto state = suomifi::read_state(signed_answer(200, replaced(kState, "EUR", "SEK")), vectors::kAccount);
  REQUIRE(state.has_value());
  CHECK_FALSE(state->is_euro());
}

TEST_CASE("an unsigned or wrongly signed answer is not read") {
  auto answer = signed_answer(201, kCreated);
  answer.headers.pop_back();
  CHECK(created_problem(answer) == ErrorKind::denied);
  answer = signed_answer(201, kCreated);
  answer.body += " ";
  CHECK(created_problem(answer) == ErrorKind::denied);
  answer = signed_answer(201, kCreated);
  answer.headers.emplace_back("signature", answer.headers.back().second);
  CHECK(created_problem(answer) == ErrorKind::denied);
  answer = signed_answer(201, kCreated);
  answer.headers[2].second = "sha512";
  CHECK(created_problem(answer) == ErrorKind::denied);
  answer = signed_answer(201, kCreated);
  answer.headers[1].second = "695861";
  answer.headers.back().second = suomifi::sign(vectors::kAccount, answer.headers, answer.body);
  CHECK(created_problem(answer) == ErrorKind::denied);
}

TEST_CASE("statuses become kinds") {
  const std::pair<int, ErrorKind> kKinds[] = {{400, ErrorKind::invalid},     {401, ErrorKind::denied},      {404, ErrorKind::invalid},
                                              {422, ErrorKind::invalid},     {429, ErrorKind::unavailable}, {500, ErrorKind::unavailable},
                                              {503, ErrorKind::unavailable}, {200, ErrorKind::broken},      {302, ErrorKind::broken},
                                              {0, ErrorKind::broken}};
  for (const auto& [status, kind] : kKinds) CHECK(created_problem(signed_answer(status, kCreated)) == kind);
  CHECK(state_problem(signed_answer(404, "{}")) == ErrorKind::not_found);
}

TEST_CASE("an error's detail holds the request's id and nothing of the message") {
  const auto result = suomifi::read_created(signed_answer(400, R"({"status":"error","message":"maija@example.fi is wrong"})"), vectors::kAccount);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().detail.find("r-1") != std::string::npos);
  CHECK(result.error().detail.find("maija") == std::string::npos);
}

TEST_CASE("signed nonsense is our fault to find") {
  for (const auto* body : {"", "null", "[]", "{", "{}", "\xFF", "\"x\""}) CHECK(created_problem(signed_answer(201, body)) == ErrorKind::broken);
  CHECK(created_problem(signed_answer(201, replaced(kCreated, "https://pay", "javascript:pay"))) == ErrorKind::broken);
  CHECK(created_problem(signed_answer(201, replaced(kCreated, "5770642a-9a02", "5770642a_9a02"))) == ErrorKind::broken);
  CHECK(created_problem(signed_answer(201, replaced(kCreated, "pay/5770642a", std::string(1000, 'x')))) == ErrorKind::broken);
  CHECK(created_problem(signed_answer(201, std::string(suomifi::kMaxAnswer + 1, ' '))) == ErrorKind::too_large);
  CHECK(created_problem(signed_answer(201, std::string(500'000, '['))) == ErrorKind::broken);
  for (const auto* amount : {"-1", "16.89", "\"1689\"", "1e3", "null", "99999999999", "18446744073709551616"}) {
    CHECK(state_problem(signed_answer(200, replaced(kState, "1689", amount))) == ErrorKind::broken);
  }
  CHECK(state_problem(signed_answer(200, replaced(kState, "\"stamp\"", "\"samp\""))) == ErrorKind::broken);
}

TEST_CASE("no signed body makes reading fail in another way than by an error") {
  REQUIRE(rc::check("bodies", [](const std::string& body) {
    const auto created = suomifi::read_created(signed_answer(201, body), vectors::kAccount);
    const auto state = suomifi::read_state(signed_answer(200, body), vectors::kAccount);
    RC_ASSERT_FALSE(created.has_value());
    RC_ASSERT_FALSE(state.has_value());
  }));
}
