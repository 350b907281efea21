#include <algorithm>
#include <cmath>
#include <set>

#include "check.h"
#include "clock.h"
#include "text.h"

namespace sandbox {
namespace {

constexpr std::int64_t kMaxAmount = 99'999'998;  // the narrower of the two editions
constexpr std::int64_t kMaxPrice = 99'999'999;
constexpr std::int64_t kMaxUnits = 10'000'000;
constexpr std::size_t kMaxItems = 5'000;

int vat_tenths(Fields& fields) {
  const auto* value = fields.any("vatPercentage", true);
  if (value == nullptr) return 0;
  if (!value->is_number()) {
    fields.find("vatPercentage", "must be a number");
    return 0;
  }
  const double rate = value->get<double>();  // the parser has refused more than one decimal
  if (!(rate >= 0 && rate <= 100)) {
    fields.find("vatPercentage", "must be from 0 to 100");
    return 0;
  }
  return static_cast<int>(std::lround(rate * 10));
}

Item check_item(const Json& json, const std::string& where, const CheckRules& rules, Findings& findings) {
  Item item;
  if (!json.is_object()) {
    findings.push_back(where + " must be an object");
    return item;
  }
  Fields f(json, where + ".", findings);
  item.unitPrice = f.integer("unitPrice", true, rules.negative_prices ? -kMaxPrice : 0, kMaxPrice);
  item.units = f.integer("units", true, 1, kMaxUnits);
  item.vatTenths = vat_tenths(f);
  item.productCode = f.text("productCode", true, 100);
  item.description = f.text("description", false, 1000);
  item.category = f.text("category", false, 100);
  item.stamp = f.text("stamp", false, 200);
  f.text("reference", false, 200);
  f.text("orderId", false, 200);  // deprecated, still allowed
  if (const auto day = f.text("deliveryDate", false, 10); !day.empty() && !parse_day(day)) f.find("deliveryDate", "must be YYYY-MM-DD");
  f.done();
  return item;
}

void check_items(Fields& top, const CheckRules& rules, Findings& findings, Payment& out) {
  const auto* items = top.array("items", true);
  if (items == nullptr) return;
  if (items->empty() || items->size() > kMaxItems) top.find("items", "must have 1 to " + std::to_string(kMaxItems) + " rows");
  std::set<std::string> stamps;
  for (std::size_t i = 0; i < items->size() && i < kMaxItems; ++i) {
    auto item = check_item((*items)[i], "items[" + std::to_string(i) + "]", rules, findings);
    if (!item.stamp.empty() && !stamps.insert(item.stamp).second) top.find("items", "the same stamp twice");
    out.items.push_back(std::move(item));
  }
}

void check_customer(const Json* json, Findings& findings) {
  if (json == nullptr) return;
  Fields f(*json, "customer.", findings);
  f.email("email", true);
  f.text("firstName", false, 50);
  f.text("lastName", false, 50);
  f.text("phone", false, 200);
  f.text("vatId", false, 200);
  f.text("companyName", false, 100);
  f.done();
}

void check_address(const Json* json, const char* where, Findings& findings) {
  if (json == nullptr) return;
  Fields f(*json, std::string(where) + ".", findings);
  f.text("streetAddress", true, 50);
  const auto code = f.text("postalCode", true, 15);
  const bool plain = std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'z') || c == ' ' || c == '-';  // A-z as published
  });
  if (!plain) f.find("postalCode", "has a character that isn't allowed");
  f.text("city", true, 30);
  f.text("county", false, 200);
  const auto country = f.text("country", true, 2, 2);
  if (!std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) f.find("country", "must be two capital letters");
  f.done();
}

Urls check_urls(const Json* json, const char* where, Findings& findings) {
  Urls out;
  if (json == nullptr) return out;
  Fields f(*json, std::string(where) + ".", findings);
  out.success = f.url("success", true, 300);
  out.cancel = f.url("cancel", true, 300);
  f.done();
  return out;
}

void check_groups(Fields& top, Payment& out) {
  static const std::set<std::string> kGroups = {"mobile", "bank", "creditcard", "credit"};
  const auto* groups = top.array("groups", false);
  if (groups == nullptr) return;
  if (groups->empty()) top.find("groups", "is empty");
  for (const auto& group : *groups) {
    if (!group.is_string() || !kGroups.contains(group.get<std::string>())) top.find("groups", "must hold mobile, bank, creditcard or credit");
    else out.groups.push_back(group.get<std::string>());
  }
}

}  // namespace

Findings check_payment(const Json& body, const CheckRules& rules, Payment& out) {
  Findings findings;
  Fields f(body, "", findings);
  out.stamp = f.text("stamp", true, 200);
  out.reference = f.text("reference", true, 200);
  if (!out.reference.empty() && !is_finnish_reference(out.reference)) f.find("reference", "Given reference did not pass Finnish reference number validation");
  out.amount = f.integer("amount", true, 1, kMaxAmount);
  out.currency = f.choice("currency", true, {"EUR"});
  out.language = f.choice("language", true, {"FI", "SV", "EN"});
  f.text("orderId", false, 200);  // deprecated, still allowed
  check_items(f, rules, findings, out);
  check_customer(f.object("customer", true), findings);
  check_address(f.object("deliveryAddress", false), "deliveryAddress", findings);
  check_address(f.object("invoicingAddress", false), "invoicingAddress", findings);
  out.redirectUrls = check_urls(f.object("redirectUrls", true), "redirectUrls", findings);
  out.callbackUrls = check_urls(f.object("callbackUrls", false), "callbackUrls", findings);
  out.callbackDelay = f.integer("callbackDelay", false, 0, 900);
  check_groups(f, out);
  if (f.boolean("usePricesWithoutVat")) f.find("usePricesWithoutVat", "isn't supported by this stand-in");
  f.boolean("manualInvoiceActivation");
  f.done();
  std::int64_t sum = 0;  // at most 5,000 rows of 1e8 times 1e7: below 2^63
  for (const auto& item : out.items) sum += item.unitPrice * item.units;
  if (findings.empty() && sum != out.amount) f.find("amount", "doesn't equal the sum of the items");
  return findings;
}

}  // namespace sandbox
