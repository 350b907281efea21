#include "lib/suomifi/report.h"

#include <nlohmann/json.hpp>

#include "lib/suomifi/facts.h"
#include "lib/suomifi/field.h"

namespace suomifi {
namespace {

std::string report_text(const nlohmann::json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Rows' and refunds' sums are decimal euros (tradeitems', which are not asked for, would be cents). A number's shortest text is what was sent.
std::optional<base::Cents> report_sum(const nlohmann::json& row) {
  const auto found = row.find("amount");
  return found != row.end() && found->is_number() ? parse_euros(found->dump()) : std::nullopt;
}

bool take_row(const nlohmann::json& row, std::vector<ReportRow>& out) {
  if (!row.is_object()) return false;
  const auto sum = report_sum(row);
  if (!sum) return false;
  ReportRow payment{false, lower_hex(report_text(row, "id")), report_text(row, "stamp"), report_text(row, "reference"), *sum};
  if (payment.sum < base::Cents(0) || !is_uuid(payment.transaction_id) || !is_name(payment.stamp) || !is_name(payment.reference)) return false;
  out.push_back(payment);
  const auto refunds = row.find("refunditems");
  if (refunds == row.end() || refunds->is_null()) return true;
  if (!refunds->is_array()) return false;
  for (const auto& item : *refunds) {
    if (!item.is_object()) return false;
    const auto back = report_sum(item);
    if (!back) return false;
    ReportRow refund{true, payment.transaction_id, report_text(item, "stamp"), payment.reference, *back};
    if (refund.sum > base::Cents(0) || !is_name(refund.stamp)) return false;
    out.push_back(std::move(refund));
  }
  return true;
}

}  // namespace

std::optional<base::Cents> parse_euros(std::string_view text) {
  const bool below = text.starts_with('-');
  if (below) text.remove_prefix(1);
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point), part = point == text.npos ? std::string_view("0") : text.substr(point + 1);
  const auto digits = [](std::string_view some) { return !some.empty() && some.find_first_not_of("0123456789") == some.npos; };
  if (!digits(whole) || !digits(part) || whole.size() > 8 || part.size() > 2) return std::nullopt;
  std::int64_t cents = 0;
  for (const char c : whole) cents = cents * 10 + (c - '0');
  cents = cents * 100 + (part[0] - '0') * 10 + (part.size() > 1 ? part[1] - '0' : 0);
  return base::Cents(below ? -cents : cents);
}

tl::expected<VerifiedReport, Refusal> verify_report(const Pairs& headers, std::string_view body, const Account& account) {
  const auto refused = [](Refusal why) { return tl::unexpected<Refusal>(why); };
  if (body.size() > kMaxReport) return refused(Refusal::malformed);
  if (only_value(headers, "checkout-account") != account.id) return refused(Refusal::wrong_account);
  if (only_value(headers, "checkout-algorithm") != to_string(account.algorithm)) return refused(Refusal::wrong_algorithm);
  const auto signature = only_value(headers, "signature");
  if (!signature || !verify(account, headers, body, *signature)) return refused(Refusal::bad_signature);
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_array()) return refused(Refusal::bad_value);
  VerifiedReport out;
  for (const auto& row : json) {
    if (!take_row(row, out.rows_)) return refused(Refusal::bad_value);
  }
  return out;
}

}  // namespace suomifi
