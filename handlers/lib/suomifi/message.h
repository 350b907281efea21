// Requests to Suomi.fi Payments: the exact bytes and headers (Paytrail Payment API, POST /payments,
// GET /payments/{transactionId}). No I/O here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/suomifi/signature.h"

namespace suomifi {

// One row of the order. Prices include VAT.
struct Item {
  base::Cents unit_price;     // 0 to 99,999,999
  int units = 1;              // 1 to 10,000,000
  int vat_per_mille = 0;      // 0 to 1000; exempt is 0
  std::string product_code;   // 1 to 100 characters
  std::string description;    // at most 1000, left out when empty
  std::string stamp;          // at most 200, unique in the payment; left out when empty
};

struct Customer {
  std::string email;          // 1 to 200
  std::string first_name;     // at most 50; what is empty is left out
  std::string last_name;      // at most 50
  std::string phone;          // at most 200
  std::string company;        // at most 100
  std::string vat_id;         // at most 200, "FI27443936"
};

// Whole addresses are left out: only invoice methods want them, and what is not sent is not kept elsewhere. Invoices and
// instalments (group "credit") are never offered: they need strong identification of the buyer (KSL 6:12 c).
struct CreatePayment {
  std::string stamp;          // 1 to 200, ours, new for each attempt
  std::string reference;      // a Finnish reference number
  base::Cents amount;         // 1 to base::kMaxOrderTotal, the exact sum of the items
  base::Lang lang = base::Lang::fi;
  std::vector<Item> items;    // at least one
  Customer customer;
  std::string return_url;     // redirect, both ends; at most 300 characters; https, or http to localhost or 127.0.0.1
  std::string callback_url;   // callback, both ends; as return_url
};

// Everything that the client needs to send.
struct Request {
  std::string method;         // "GET" or "POST"
  std::string path;           // after the service's address
  Pairs headers;              // signed ones, signature, content-type, platform-name
  std::string body;           // empty for GET
};

// The body by itself. ERRORS: invalid, with the field: what the service would refuse.
base::Result<std::string> create_body(const CreatePayment& payment);

// `nonce`: unique for each request (128 random bits). ERRORS: as create_body.
base::Result<Request> create_request(const Account& account, const CreatePayment& payment, std::string_view nonce,
                                     base::UtcTime now);

// Money back for a payment, whole or in part (POST /payments/{id}/refund).
struct RefundPayment {
  std::string transaction_id;  // of the payment
  std::string stamp;           // 1 to 200, ours, new for each refund
  std::string reference;       // at most 200
  base::Cents amount;          // 1 to 99,999,999
  std::string email;           // for what cannot go back by the way it came: the service asks the payer for an account. Left out when empty
  std::string callback_url;    // both ends; as CreatePayment's
};
// ERRORS: invalid, with the field.
base::Result<Request> refund_request(const Account& account, const RefundPayment& refund, std::string_view nonce, base::UtcTime now);

// Asks for a payment's state. ERRORS: invalid: no transaction id.
base::Result<Request> state_request(const Account& account, std::string_view transaction_id, std::string_view nonce,
                                    base::UtcTime now);

// The newest 100 settlements (GET /settlements).
Request settlements_request(const Account& account, std::string_view nonce, base::UtcTime now);
// Orders the report of a settlement's payments, which comes later as a POST to `callback_url` (POST /settlements/{id}/payments/report; suomifi/report.h reads it).
// ERRORS: invalid, with the field.
inline constexpr int kMostReportRows = 20'000;
base::Result<Request> report_request(const Account& account, std::int64_t settlement, const std::string& callback_url, std::string_view nonce, base::UtcTime now);

// True for https, and for http to localhost and 127.0.0.1 (the sandbox); without user, spaces or control characters.
bool is_safe_url(std::string_view url);

}  // namespace suomifi
