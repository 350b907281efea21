#include "lib/suomifi/callback.h"

#include <charconv>
#include <set>

#include "lib/suomifi/field.h"

namespace suomifi {
namespace {

constexpr std::size_t kMaxPairs = 50;
constexpr std::size_t kMaxValue = 3000;

bool begins_like_checkout(std::string_view name) {
  constexpr std::string_view kPrefix = "checkout-";
  if (name.size() < kPrefix.size()) return false;
  for (std::size_t i = 0; i < kPrefix.size(); ++i) {
    const char c = name[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != kPrefix[i]) return false;
  }
  return true;
}

bool is_lower_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

// Each checkout- name and the signature once, in lower case and of sober size.
bool well_formed(const Pairs& query) {
  if (query.size() > kMaxPairs) return false;
  std::set<std::string_view> seen;
  for (const auto& [name, value] : query) {
    if (!begins_like_checkout(name) && name != "signature") continue;
    if (!is_lower_name(name) || value.size() > kMaxValue || !seen.insert(name).second) return false;
    for (const char c : value) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
    }
  }
  return true;
}

std::optional<base::Cents> parse_amount(std::string_view digits) {
  if (digits.empty() || digits.size() > 10 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  return base::Cents(value);
}

}  // namespace

const char* to_string(Refusal refusal) {
  switch (refusal) {
    case Refusal::malformed: return "malformed";
    case Refusal::wrong_account: return "wrong_account";
    case Refusal::wrong_algorithm: return "wrong_algorithm";
    case Refusal::bad_signature: return "bad_signature";
    case Refusal::missing: return "missing";
    case Refusal::bad_value: return "bad_value";
  }
  return "malformed";
}

tl::expected<VerifiedCallback, Refusal> verify_callback(const Pairs& query, const Account& account) {
  const auto refuse = [](Refusal why) { return tl::unexpected<Refusal>(why); };
  if (!well_formed(query)) return refuse(Refusal::malformed);
  const auto value = [&query](std::string_view name) { return only_value(query, name); };
  if (account.id.empty() || value("checkout-account") != account.id) return refuse(Refusal::wrong_account);
  if (value("checkout-algorithm") != to_string(account.algorithm)) return refuse(Refusal::wrong_algorithm);
  const auto signature = value("signature");
  if (!signature || !verify(account, query, "", *signature)) return refuse(Refusal::bad_signature);

  const auto stamp = value("checkout-stamp"), reference = value("checkout-reference");
  const auto amount = value("checkout-amount"), status = value("checkout-status");
  const auto transaction_id = value("checkout-transaction-id");
  if (!stamp || !reference || !amount || !status || !transaction_id) return refuse(Refusal::missing);

  const auto cents = parse_amount(*amount);
  const auto parsed_status = parse_status(*status);
  if (!is_name(*stamp) || !is_name(*reference) || !cents || !parsed_status ||
      *parsed_status == PaymentStatus::created || !is_uuid(*transaction_id)) {
    return refuse(Refusal::bad_value);
  }
  VerifiedCallback out;
  out.stamp_ = *stamp;
  out.reference_ = *reference;
  out.amount_ = *cents;
  out.transaction_id_ = lower_hex(*transaction_id);
  out.status_ = *parsed_status;
  // Who goes back before choosing a bank has no provider.
  out.provider_ = plain(value("checkout-provider").value_or(""), 60);
  if (const auto settlement = value("checkout-settlement-reference")) out.settlement_reference_ = plain(*settlement, 40);
  return out;
}

}  // namespace suomifi
