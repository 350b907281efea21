#include "lib/suomifi/message.h"

#include <fmt/format.h>

#include <set>

#include "lib/base/finnish.h"
#include "lib/base/utf8.h"
#include "lib/suomifi/facts.h"
#include "lib/suomifi/field.h"

namespace suomifi {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::int64_t kMaxPrice = 99'999'999;  // the narrower of the documentation's editions
constexpr int kMaxUnits = 10'000'000;
constexpr std::size_t kMaxUrl = 300;

base::Status check_text(std::string_view field, std::string_view text, std::size_t least, std::size_t most) {
  const auto points = base::from_utf8(text);
  if (!points) return fail(ErrorKind::invalid, fmt::format("{} is not UTF-8", field));
  if (points->size() < least || points->size() > most) {
    return fail(ErrorKind::invalid, fmt::format("{} has {} characters, {} to {} are allowed", field, points->size(), least, most));
  }
  return {};
}

base::Status check_url(std::string_view field, std::string_view url) {
  if (url.size() > kMaxUrl || !is_safe_url(url)) return fail(ErrorKind::invalid, fmt::format("{} is no address to be sent", field));
  return {};
}

base::Status check_items(const CreatePayment& payment) {
  std::set<std::string_view> stamps;
  base::Cents sum;
  for (const auto& item : payment.items) {
    if (item.unit_price.value() < 0 || item.unit_price.value() > kMaxPrice) return fail(ErrorKind::invalid, "an item's price");
    if (item.units < 1 || item.units > kMaxUnits) return fail(ErrorKind::invalid, "an item's units");
    if (item.vat_per_mille < 0 || item.vat_per_mille > 1000) return fail(ErrorKind::invalid, "an item's VAT");
    KK_TRY(check_text("productCode", item.product_code, 1, 100));
    KK_TRY(check_text("description", item.description, 0, 1000));
    KK_TRY(check_text("item stamp", item.stamp, 0, 200));
    if (!item.stamp.empty() && !stamps.insert(item.stamp).second) return fail(ErrorKind::invalid, "an item's stamp twice");
    sum += item.unit_price * item.units;
  }
  if (payment.items.empty()) return fail(ErrorKind::invalid, "no items");
  if (sum != payment.amount) {
    return fail(ErrorKind::invalid, fmt::format("the amount is {}, its items make {}", payment.amount.value(), sum.value()));
  }
  return {};
}

base::Status check(const CreatePayment& payment) {
  if (!is_name(payment.stamp)) return fail(ErrorKind::invalid, "stamp");
  if (!base::is_reference(payment.reference)) return fail(ErrorKind::invalid, "reference is no Finnish reference number");
  if (payment.amount < base::Cents(1) || payment.amount > base::kMaxOrderTotal) return fail(ErrorKind::invalid, "amount");
  KK_TRY(check_items(payment));
  KK_TRY(check_text("email", payment.customer.email, 1, 200));
  KK_TRY(check_text("firstName", payment.customer.first_name, 0, 50));
  KK_TRY(check_text("lastName", payment.customer.last_name, 0, 50));
  KK_TRY(check_text("phone", payment.customer.phone, 0, 200));
  KK_TRY(check_text("companyName", payment.customer.company, 0, 100));
  KK_TRY(check_text("vatId", payment.customer.vat_id, 0, 200));
  KK_TRY(check_url("redirectUrls", payment.return_url));
  return check_url("callbackUrls", payment.callback_url);
}

// A JSON string (RFC 8259, 7). Its bytes have been found to be UTF-8 and go out as they are.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string member(std::string_view name, std::string_view text) { return fmt::format("\"{}\":{}", name, quoted(text)); }

void add_if(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.append(",").append(member(name, text));
}

// 255 -> 25.5, 240 -> 24: written by hand, since the signature is over these bytes and a number must not
// change by being printed.
std::string percentage(int per_mille) {
  return per_mille % 10 == 0 ? fmt::format("{}", per_mille / 10) : fmt::format("{}.{}", per_mille / 10, per_mille % 10);
}

std::string item_json(const Item& item) {
  std::string out = fmt::format("{{\"unitPrice\":{},\"units\":{},\"vatPercentage\":{},{}", item.unit_price.value(), item.units,
                                percentage(item.vat_per_mille), member("productCode", item.product_code));
  add_if(out, "description", item.description);
  add_if(out, "stamp", item.stamp);
  return out + "}";
}

std::string customer_json(const Customer& customer) {
  std::string out = "{" + member("email", customer.email);
  add_if(out, "firstName", customer.first_name);
  add_if(out, "lastName", customer.last_name);
  add_if(out, "phone", customer.phone);
  add_if(out, "companyName", customer.company);
  add_if(out, "vatId", customer.vat_id);
  return out + "}";
}

std::string both_ends(std::string_view url) {
  return fmt::format("{{\"success\":{0},\"cancel\":{0}}}", quoted(url));
}

const char* language(base::Lang lang) {
  switch (lang) {
    case base::Lang::fi: return "FI";
    case base::Lang::sv: return "SV";
    case base::Lang::en: return "EN";
  }
  return "FI";
}

Request make_request(const Account& account, std::string method, std::string path, std::string_view transaction_id,
                     std::string body, std::string_view nonce, base::UtcTime now) {
  Request out{std::move(method), std::move(path), {}, std::move(body)};
  out.headers = {{"checkout-account", account.id},
                 {"checkout-algorithm", to_string(account.algorithm)},
                 {"checkout-method", out.method},
                 {"checkout-nonce", std::string(nonce)},
                 {"checkout-timestamp", base::to_iso(now)}};
  if (!transaction_id.empty()) out.headers.emplace_back("checkout-transaction-id", transaction_id);
  out.headers.emplace_back("signature", sign(account, out.headers, out.body));
  out.headers.emplace_back("platform-name", "kuntakauppa");
  if (!out.body.empty()) out.headers.emplace_back("content-type", "application/json; charset=utf-8");
  return out;
}

}  // namespace

base::Result<std::string> create_body(const CreatePayment& payment) {
  KK_TRY(check(payment));
  std::string items;
  for (const auto& item : payment.items) items += (items.empty() ? "" : ",") + item_json(item);
  return fmt::format("{{{},{},\"amount\":{},\"currency\":\"EUR\",\"language\":\"{}\",\"items\":[{}],\"customer\":{},"
                     "\"redirectUrls\":{},\"callbackUrls\":{},\"groups\":[\"mobile\",\"bank\",\"creditcard\"]}}",
                     member("stamp", payment.stamp), member("reference", payment.reference), payment.amount.value(),
                     language(payment.lang), items, customer_json(payment.customer), both_ends(payment.return_url),
                     both_ends(payment.callback_url));
}

base::Result<Request> create_request(const Account& account, const CreatePayment& payment, std::string_view nonce,
                                     base::UtcTime now) {
  KK_LET(std::string body, create_body(payment));
  return make_request(account, "POST", "/payments", "", std::move(body), nonce, now);
}

base::Result<Request> refund_request(const Account& account, const RefundPayment& refund, std::string_view nonce, base::UtcTime now) {
  if (!is_uuid(refund.transaction_id)) return fail(ErrorKind::invalid, "not a transaction id");
  if (!is_name(refund.stamp)) return fail(ErrorKind::invalid, "stamp");
  if (!is_name(refund.reference)) return fail(ErrorKind::invalid, "reference");
  if (refund.amount < base::Cents(1) || refund.amount > base::Cents(kMaxPrice)) return fail(ErrorKind::invalid, "amount");
  KK_TRY(check_text("email", refund.email, 0, 200));
  KK_TRY(check_url("callbackUrls", refund.callback_url));
  std::string body = fmt::format("{{\"amount\":{},{},{}", refund.amount.value(), member("refundStamp", refund.stamp), member("refundReference", refund.reference));
  add_if(body, "email", refund.email);
  body += fmt::format(",\"callbackUrls\":{}}}", both_ends(refund.callback_url));
  return make_request(account, "POST", fmt::format("/payments/{}/refund", refund.transaction_id), refund.transaction_id, std::move(body), nonce, now);
}

base::Result<Request> state_request(const Account& account, std::string_view transaction_id, std::string_view nonce,
                                    base::UtcTime now) {
  if (!is_uuid(transaction_id)) return fail(ErrorKind::invalid, "not a transaction id");
  return make_request(account, "GET", fmt::format("/payments/{}", transaction_id), transaction_id, {}, nonce, now);
}

Request settlements_request(const Account& account, std::string_view nonce, base::UtcTime now) { return make_request(account, "GET", "/settlements?limit=100", "", {}, nonce, now); }

base::Result<Request> report_request(const Account& account, std::int64_t settlement, const std::string& callback_url, std::string_view nonce, base::UtcTime now) {
  if (settlement <= 0) return fail(ErrorKind::invalid, "settlement");
  KK_TRY(check_url("callbackUrl", callback_url));
  // Fields by name: new ones appear unannounced.
  std::string body = fmt::format("{{\"requestType\":\"json\",{},\"limit\":{},\"reportFields\":[\"id\",\"amount\",\"reference\",\"stamp\",\"refunditems\"],\"includeItems\":true}}", member("callbackUrl", callback_url), kMostReportRows);
  return make_request(account, "POST", fmt::format("/settlements/{}/payments/report", settlement), "", std::move(body), nonce, now);
}

bool is_safe_url(std::string_view url) {
  if (!is_printable_ascii(url) || url.find_first_of(" \"'<>\\^`{|}") != std::string_view::npos) return false;
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return false;
  const auto rest = url.substr(secure ? 8 : 7);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto host = authority.substr(0, authority.find(':'));
  if (host.empty() || authority.find('@') != std::string_view::npos) return false;
  return secure || host == "localhost" || host == "127.0.0.1";
}

}  // namespace suomifi
