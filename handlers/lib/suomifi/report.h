// The report of a settlement's payments, which the service sends as a POST of its own: believed only as a VerifiedReport.
// Paytrail Payment API, "Request payment report by settlement ID": the MAC is over the signed headers and the raw body.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "lib/base/money.h"
#include "lib/suomifi/callback.h"
#include "lib/suomifi/signature.h"

namespace suomifi {

inline constexpr std::size_t kMaxReport = 8 * 1024 * 1024;  // bytes

// A payment, or money that went back from one.
struct ReportRow {
  bool is_refund = false;
  std::string transaction_id;  // of the payment: a uuid, lower case
  std::string stamp;           // the payment's, or the refund's
  std::string reference;       // of the payment
  base::Cents sum;             // of a refund below 0
};

class VerifiedReport {
 public:
  const std::vector<ReportRow>& rows() const { return rows_; }

 private:
  VerifiedReport() = default;
  friend tl::expected<VerifiedReport, Refusal> verify_report(const Pairs&, std::string_view, const Account&);
  std::vector<ReportRow> rows_;
};

// `headers`: those that are signed and the signature. All rows are right, or none is believed (bad_value).
[[nodiscard]] tl::expected<VerifiedReport, Refusal> verify_report(const Pairs& headers, std::string_view body, const Account& account);

// "25.55", "-4", "12.5": euros as they stand in a report, without a detour by floating point. Nothing: another shape, or above 99,999,999.99.
std::optional<base::Cents> parse_euros(std::string_view text);

}  // namespace suomifi
