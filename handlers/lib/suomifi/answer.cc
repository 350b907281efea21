#include "lib/suomifi/answer.h"

#include <nlohmann/json.hpp>

#include "lib/suomifi/field.h"
#include "lib/suomifi/message.h"

namespace suomifi {
namespace {

using base::ErrorKind;
using base::fail;
using Json = nlohmann::json;

constexpr std::int64_t kMaxAmount = 9'999'999'999;

tl::unexpected<base::Error> refuse(ErrorKind kind, std::string what, const Answer& answer) {
  return fail(kind, what + ", HTTP " + std::to_string(answer.status) + ", request " + request_id(answer));
}

// What an unsuccessful status means, whether or not it is signed: gateways sign nothing.
base::Status check_status(const Answer& answer, int expected, bool asks_for_one) {
  if (answer.status == expected) return {};
  if (answer.status == 401) return refuse(ErrorKind::denied, "not accepted", answer);
  if (answer.status == 404 && asks_for_one) return refuse(ErrorKind::not_found, "no such payment", answer);
  if (answer.status == 400 || answer.status == 404 || answer.status == 422) return refuse(ErrorKind::invalid, "refused", answer);
  if (answer.status >= 500 || answer.status == 429) return refuse(ErrorKind::unavailable, "away", answer);
  return refuse(ErrorKind::broken, "unexpected status", answer);
}

base::Status check_signature(const Answer& answer, const Account& account) {
  if (answer.body.size() > kMaxAnswer) return refuse(ErrorKind::too_large, "too large", answer);
  const auto signature = only_value(answer.headers, "signature");
  // Not every answer is documented to name the account; one that does must name ours.
  const auto account_id = only_value(answer.headers, "checkout-account");
  if (!signature || only_value(answer.headers, "checkout-algorithm") != to_string(account.algorithm) ||
      (account_id && *account_id != account.id) || !verify(account, answer.headers, answer.body, *signature)) {
    return refuse(ErrorKind::denied, "bad signature", answer);
  }
  return {};
}

base::Result<Json> read_body(const Answer& answer, const Account& account) {
  KK_TRY(check_signature(answer, account));
  // What stands at the top is all that is wanted: the lists of banks in between are long.
  const auto at_top = [](int depth, Json::parse_event_t event, Json&) {
    return depth == 0 || (event != Json::parse_event_t::object_start && event != Json::parse_event_t::array_start);
  };
  Json json = Json::parse(answer.body, at_top, false);
  if (!json.is_object()) return refuse(ErrorKind::broken, "no JSON object", answer);
  return json;
}

// The text of a member; empty when it is absent or no text.
std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<base::Cents> amount_of(const Json& json) {
  const auto found = json.find("amount");
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  if (value > static_cast<std::uint64_t>(kMaxAmount)) return std::nullopt;
  return base::Cents(static_cast<std::int64_t>(value));
}

}  // namespace

std::string request_id(const Answer& answer) {
  return plain(only_value(answer.headers, "request-id").value_or("-"), 60);
}

std::string journal_text(const Answer& answer) {
  return "http-status=" + std::to_string(answer.status) + "\nrequest-id=" + request_id(answer);
}

base::Result<Created> read_created(const Answer& answer, const Account& account) {
  KK_TRY(check_status(answer, 201, false));
  KK_LET(const Json json, read_body(answer, account));
  Created out{text_of(json, "transactionId"), text_of(json, "href")};
  if (!is_uuid(out.transaction_id)) return refuse(ErrorKind::broken, "no transactionId", answer);
  if (out.href.size() > kMaxHref || !is_safe_url(out.href)) return refuse(ErrorKind::broken, "no href", answer);
  out.transaction_id = lower_hex(std::move(out.transaction_id));
  return out;
}

base::Result<Refunded> read_refunded(const Answer& answer, const Account& account) {
  KK_TRY(check_status(answer, 201, false));
  KK_LET(const Json json, read_body(answer, account));
  const auto status = parse_status(text_of(json, "status"));
  const std::string id = text_of(json, "transactionId");
  if (!status || !is_uuid(id)) return refuse(ErrorKind::broken, "a field is missing or odd", answer);
  return Refunded{lower_hex(id), *status};
}

base::Result<std::vector<Settlement>> read_settlements(const Answer& answer, const Account& account) {
  KK_TRY(check_status(answer, 200, false));
  KK_TRY(check_signature(answer, account));
  const Json json = Json::parse(answer.body, nullptr, false);
  if (!json.is_array()) return refuse(ErrorKind::broken, "no JSON array", answer);
  std::vector<Settlement> out;
  for (const auto& one : json) {
    if (!one.is_object()) continue;
    const auto id = one.find("id");
    const auto created = base::parse_utc(text_of(one, "createdAt"));
    if (id == one.end() || !id->is_number_unsigned() || !created) continue;
    const auto number = id->get<std::uint64_t>();
    if (number == 0 || number > 9'000'000'000'000'000'000U) continue;
    out.push_back({static_cast<std::int64_t>(number), plain(text_of(one, "settlementReference"), 40), *created});
  }
  return out;
}

base::Status read_report_ordered(const Answer& answer, const Account& account) {
  KK_TRY(check_status(answer, 200, false));
  return check_signature(answer, account);
}

base::Result<VerifiedState> read_state(const Answer& answer, const Account& account) {
  KK_TRY(check_status(answer, 200, true));
  KK_LET(const Json json, read_body(answer, account));
  const std::string word = text_of(json, "status");
  const auto status = word == "authorization-hold" ? PaymentStatus::pending : parse_status(word);
  const auto amount = amount_of(json);
  VerifiedState out;
  out.stamp_ = text_of(json, "stamp");
  out.reference_ = text_of(json, "reference");
  out.transaction_id_ = lower_hex(text_of(json, "transactionId"));
  out.is_euro_ = text_of(json, "currency") == "EUR";
  out.provider_ = plain(text_of(json, "provider"), 60);
  if (!status || !amount || !is_name(out.stamp_) || !is_name(out.reference_) || !is_uuid(out.transaction_id_)) {
    return refuse(ErrorKind::broken, "a field is missing or odd", answer);
  }
  out.status_ = *status;
  out.amount_ = *amount;
  if (auto settlement = plain(text_of(json, "settlementReference"), 40); !settlement.empty()) {
    out.settlement_reference_ = std::move(settlement);
  }
  return out;
}

}  // namespace suomifi
