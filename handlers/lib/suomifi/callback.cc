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

namespace {

std::optional<Refusal> why_not_ours(const Pairs& query, const Account& account) {
  if (!well_formed(query)) return Refusal::malformed;
  if (account.id.empty() || only_value(query, "checkout-account") != account.id) return Refusal::wrong_account;
  if (only_value(query, "checkout-algorithm") != to_string(account.algorithm)) return Refusal::wrong_algorithm;
  const auto signature = only_value(query, "signature");
  if (!signature || !verify(account, query, "", *signature)) return Refusal::bad_signature;
  return std::nullopt;
}

struct Shaped {
  std::string stamp, reference, transaction_id;
  base::Cents amount;
  PaymentStatus status = PaymentStatus::created;
};
// `without_id`: a refund, which may lack the transaction id.
tl::expected<Shaped, Refusal> shaped(const Pairs& query, bool without_id) {
  const auto value = [&query](std::string_view name) { return only_value(query, name); };
  const auto stamp = value("checkout-stamp"), reference = value("checkout-reference");
  const auto amount = value("checkout-amount"), status = value("checkout-status");
  const auto transaction_id = value("checkout-transaction-id");
  if (!stamp || !reference || !amount || !status || (!transaction_id && !without_id)) return tl::unexpected<Refusal>(Refusal::missing);
  const auto cents = parse_amount(*amount);
  const auto parsed_status = parse_status(*status);
  if (!is_name(*stamp) || !is_name(*reference) || !cents || !parsed_status || *parsed_status == PaymentStatus::created || (transaction_id && !is_uuid(*transaction_id))) {
    return tl::unexpected<Refusal>(Refusal::bad_value);
  }
  return Shaped{*stamp, *reference, lower_hex(transaction_id.value_or("")), *cents, *parsed_status};
}

}  // namespace

tl::expected<VerifiedCallback, Refusal> verify_callback(const Pairs& query, const Account& account) {
  if (const auto why = why_not_ours(query, account)) return tl::unexpected<Refusal>(*why);
  auto facts = shaped(query, false);
  if (!facts) return tl::unexpected<Refusal>(facts.error());
  VerifiedCallback out;
  out.stamp_ = std::move(facts->stamp);
  out.reference_ = std::move(facts->reference);
  out.amount_ = facts->amount;
  out.transaction_id_ = std::move(facts->transaction_id);
  out.status_ = facts->status;
  // Who goes back before choosing a bank has no provider.
  out.provider_ = plain(only_value(query, "checkout-provider").value_or(""), 60);
  if (const auto settlement = only_value(query, "checkout-settlement-reference")) out.settlement_reference_ = plain(*settlement, 40);
  return out;
}

tl::expected<VerifiedRefund, Refusal> verify_refund_callback(const Pairs& query, const Account& account) {
  if (const auto why = why_not_ours(query, account)) return tl::unexpected<Refusal>(*why);
  auto facts = shaped(query, true);
  if (!facts) return tl::unexpected<Refusal>(facts.error());
  VerifiedRefund out;
  out.stamp_ = std::move(facts->stamp);
  out.reference_ = std::move(facts->reference);
  out.amount_ = facts->amount;
  out.transaction_id_ = std::move(facts->transaction_id);
  out.status_ = facts->status;
  return out;
}

}  // namespace suomifi
