// The report of a settlement, a POST from the payment service. The first line is a header "name:value"; the rest is the body. First byte: bit 0 sign it.
#include "lib/suomifi/report.h"

#include "fuzz.h"
#include "lib/crypto/crypto.h"
#include "lib/suomifi/facts.h"

namespace {

const suomifi::Account& report_account() {
  static const suomifi::Account kAccount = [] {
    fuzz::must(crypto::init().has_value(), "libsodium starts");
    return suomifi::Account{"375917", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha256};
  }();
  return kAccount;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const bool is_signed = (fuzz::take_choice(text) & 1U) != 0;
  const auto header = fuzz::take_line(text);
  const auto colon = header.find(':');
  suomifi::Pairs headers = {{"checkout-account", report_account().id}, {"checkout-algorithm", "sha256"}};
  if (colon != std::string_view::npos) headers.emplace_back(header.substr(0, colon), header.substr(colon + 1));
  if (is_signed) headers.emplace_back("signature", suomifi::sign(report_account(), headers, text));
  const auto report = suomifi::verify_report(headers, text, report_account());
  if (!report) return 0;
  fuzz::must(is_signed, "a report that nobody signed is not read");
  for (const auto& row : report->rows()) {
    fuzz::must(suomifi::is_uuid(row.transaction_id), "a transaction id is a uuid");
    fuzz::must(row.is_refund ? row.sum <= base::Cents(0) : row.sum >= base::Cents(0), "a payment is not below 0, a refund not above");
    fuzz::must(!row.stamp.empty() && row.stamp.size() <= 200, "a stamp is a stamp");
  }
  return 0;
}
