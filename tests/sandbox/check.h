#pragma once
// Strict checks of request bodies, by the API's documentation and, where its two editions differ, by the narrower one.
// Each returns what is wrong, one text per finding, empty when all is well. Texts name fields, never their values.
#include <string>
#include <vector>

#include "model.h"

namespace sandbox {

using Findings = std::vector<std::string>;

struct CheckRules {
  bool negative_prices = false;  // one edition allows negative item prices, the other doesn't
};

// POST /payments. Fills `out` with what is kept when nothing is found.
Findings check_payment(const Json& body, const CheckRules& rules, Payment& out);

struct RefundRequest {
  std::int64_t amount = 0;
  bool has_email = false;
  std::string stamp, reference;
  Urls callbacks;
  std::vector<std::pair<std::string, std::int64_t>> items;
};
// POST /payments/{id}/refund, the body alone; what the payment allows is decided elsewhere.
Findings check_refund(const Json& body, RefundRequest& out);

struct ReportRequest {
  bool csv = false;
  std::string callback, status, start, end;
  std::int64_t limit = 50'000;
  bool include_items = false;
  std::vector<std::string> fields;
};
// POST /payments/report and /settlements/{id}/payments/report.
Findings check_report(const Json& body, ReportRequest& out);

// Reads fields of one object: each read marks its field as known, done() finds what is left over.
class Fields {
 public:
  // `where` goes before the names in findings: "items[0]."; empty at the top.
  Fields(const Json& object, std::string where, Findings& findings);

  // Each gives the value, or a default after noting a finding. `required` fields must be there; null never passes.
  std::string text(const char* name, bool required, std::size_t max, std::size_t min = 1);
  std::int64_t integer(const char* name, bool required, std::int64_t min, std::int64_t max, std::int64_t otherwise = 0);
  bool boolean(const char* name);
  const Json* object(const char* name, bool required);
  const Json* array(const char* name, bool required);
  const Json* any(const char* name, bool required);
  std::string choice(const char* name, bool required, const std::vector<std::string>& allowed);
  std::string email(const char* name, bool required);
  // https, or http for loopback hosts; no checkout-* names in its query, no signature.
  std::string url(const char* name, bool required, std::size_t max);

  void find(const char* name, const std::string& what);
  void done();

 private:
  const Json* take(const char* name, bool required);

  const Json& object_;
  std::string where_;
  Findings& findings_;
  std::vector<std::string> known_;
};

}  // namespace sandbox
