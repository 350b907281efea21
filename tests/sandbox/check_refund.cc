#include <set>

#include "check.h"
#include "clock.h"

namespace sandbox {
namespace {

void check_items(Fields& top, Findings& findings, RefundRequest& out) {
  const auto* items = top.array("items", false);
  if (items == nullptr) return;
  if (items->empty() || items->size() > 5'000) top.find("items", "is empty or too long");
  std::set<std::string> stamps;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < items->size() && i < 5'000; ++i) {
    const auto& json = (*items)[i];
    const auto where = "items[" + std::to_string(i) + "]";
    if (!json.is_object()) {
      findings.push_back(where + " must be an object");
      continue;
    }
    Fields f(json, where + ".", findings);
    const auto amount = f.integer("amount", true, 1, 99'999'999);
    const auto stamp = f.text("stamp", true, 200);
    f.text("refundStamp", false, 200);
    f.text("refundReference", false, 200);
    f.done();
    if (!stamps.insert(stamp).second) top.find("items", "the same stamp twice");
    sum += amount;
    out.items.emplace_back(stamp, amount);
  }
  if (findings.empty() && sum != out.amount) top.find("amount", "doesn't equal the sum of the items");
}

void check_time(Fields& f, const char* name, std::string& out) {
  out = f.text(name, false, 30);
  if (!out.empty() && !parse_iso(out) && !parse_day(out)) f.find(name, "is not an ISO 8601 time");
}

}  // namespace

Findings check_refund(const Json& body, RefundRequest& out) {
  Findings findings;
  Fields f(body, "", findings);
  out.amount = f.integer("amount", true, 1, 99'999'999);
  out.has_email = !f.email("email", false).empty();
  out.stamp = f.text("refundStamp", false, 200);
  out.reference = f.text("refundReference", false, 200);
  if (const auto* urls = f.object("callbackUrls", true)) {
    Fields u(*urls, "callbackUrls.", findings);
    out.callbacks.success = u.url("success", true, 300);
    out.callbacks.cancel = u.url("cancel", true, 300);
    u.done();
  }
  check_items(f, findings, out);
  f.done();
  return findings;
}

Findings check_report(const Json& body, ReportRequest& out) {
  Findings findings;
  Fields f(body, "", findings);
  out.csv = f.choice("requestType", true, {"json", "csv"}) == "csv";
  out.callback = f.url("callbackUrl", true, 300);
  out.status = f.choice("paymentStatus", false, {"default", "paid", "all", "settled"});
  check_time(f, "startDate", out.start);
  check_time(f, "endDate", out.end);
  out.limit = f.integer("limit", false, 1, 50'000, 50'000);
  if (const auto* fields = f.array("reportFields", false)) {
    for (const auto& field : *fields) {
      if (field.is_string()) out.fields.push_back(field.get<std::string>());
      else f.find("reportFields", "must hold strings");
    }
  }
  out.include_items = f.boolean("includeItems");
  f.done();
  return findings;
}

}  // namespace sandbox
