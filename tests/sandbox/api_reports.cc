// Reports and settlements: simple, but true to the ledger.
#include <charconv>
#include <cstdio>

#include "api.h"
#include "clock.h"
#include "sign.h"

namespace sandbox {
namespace {

std::string euros(std::int64_t cents, char mark) {
  char out[40];
  std::snprintf(out, sizeof out, "%s%lld%c%02lld", cents < 0 ? "-" : "", static_cast<long long>(std::abs(cents) / 100), mark,
                static_cast<long long>(std::abs(cents) % 100));
  return out;
}

std::string word(const Payment& payment) {
  if (payment.status == "ok") return payment.settlementId.empty() ? "Paid" : "Paid and settled";
  if (payment.status == "new") return "New";
  if (payment.status == "fail") return "Cancelled";
  return payment.status == "pending" ? "waiting for approval" : "Delayed";
}

// DD-MM-YYYY of an ISO time.
std::string entry_date(const std::string& iso) {
  return iso.size() < 10 ? std::string{} : iso.substr(8, 2) + "-" + iso.substr(5, 2) + "-" + iso.substr(0, 4);
}

bool wanted(const Payment& payment, const ReportRequest& report, const std::string& settlement) {
  if (!settlement.empty()) return payment.settlementId == settlement;
  if (!report.start.empty() && payment.createdAt < report.start) return false;
  if (!report.end.empty() && payment.createdAt > report.end) return false;
  if (report.status == "settled") return !payment.settlementId.empty();
  if (report.status == "paid") return payment.status == "ok";
  return report.status == "all" || payment.status == "ok";
}

Json row(const Payment& payment, const ReportRequest& report) {
  Json out = {{"id", payment.transactionId},
              {"entryDate", entry_date(payment.paidAt.empty() ? payment.createdAt : payment.paidAt)},
              {"created", payment.createdAt},
              {"amount", static_cast<double>(payment.amount) / 100},  // the real report's rows are in euros
              {"status", word(payment)},
              {"reference", payment.reference},
              {"stamp", payment.stamp},
              {"settlementReference", payment.settlementReference},
              {"paymentMethod", payment.provider}};
  if (report.include_items) {
    out["tradeitems"] = Json::array();
    for (const auto& item : payment.items) out["tradeitems"].push_back({{"stamp", item.stamp}, {"amount", item.unitPrice * item.units}});
    out["refunditems"] = Json::array();
    for (const auto& refund : payment.refunds)
      if (refund.status == "ok") out["refunditems"].push_back({{"stamp", refund.stamp}, {"amount", static_cast<double>(-refund.amount) / 100}});
  }
  if (report.fields.empty()) return out;
  Json chosen = Json::object();
  for (const auto& field : report.fields)
    if (out.contains(field)) chosen[field] = out[field];
  return chosen;
}

std::string csv_of(const std::vector<const Payment*>& payments) {
  std::string out = "id;entryDate;amount;status;reference;stamp;settlementReference;paymentMethod;refunditems\n";
  for (const auto* p : payments) {
    std::string refunds;
    for (const auto& refund : p->refunds)
      if (refund.status == "ok") refunds += (refunds.empty() ? "" : "|") + refund.stamp + ":" + euros(-refund.amount, ',');
    out += p->transactionId + ";" + entry_date(p->createdAt) + ";" + euros(p->amount, ',') + ";" + word(*p) + ";" + p->reference + ";" + p->stamp + ";" +
           p->settlementReference + ";" + p->provider + ";" + refunds + "\n";
  }
  return out;
}

}  // namespace

Answer Api::report(const Json& body, const std::string& algorithm, const std::string& settlement) {
  ReportRequest wish;
  const auto findings = check_report(body, wish);
  if (!findings.empty()) return refuse(400, "Validation failed", findings);
  bool known = settlement.empty();
  for (const auto& one : world_.ledger.settlements()) known = known || one.id == settlement;
  if (!known) return refuse(404, "Settlement not found");
  std::vector<const Payment*> chosen;
  for (const auto* payment : world_.ledger.payments())
    if (wanted(*payment, wish, settlement) && static_cast<std::int64_t>(chosen.size()) < wish.limit) chosen.push_back(payment);
  Outgoing call;
  call.method = "POST";
  call.url = wish.callback;
  if (wish.csv) {
    call.body = csv_of(chosen);
  } else {
    Json rows = Json::array();
    for (const auto* payment : chosen) rows.push_back(row(*payment, wish));
    call.body = print(rows);
  }
  const auto id = random_uuid();
  call.headers = {{"checkout-account", world_.settings.merchant_id}, {"checkout-algorithm", algorithm}, {"checkout-method", "POST"},
                  {"checkout-nonce", random_uuid()}, {"checkout-timestamp", iso_now()}};
  call.headers.emplace_back("signature", sign(world_.settings.secret, algorithm, signing_text(call.headers, call.body)));
  call.headers.emplace_back("request-id", id);
  call.headers.emplace_back("content-type", wish.csv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8");
  world_.loop.after(0, [&world = world_, call = std::move(call)] { world.deliverer.send(call, [](int) {}); });
  return {200, {{"requestId", id}}, "report of " + std::to_string(chosen.size())};
}

Answer Api::settlements(const Request& request) {
  const auto query = parse_query(request.query);
  if (!query) return refuse(400, "Validation failed", {"the query can't be decoded"});
  Findings findings;
  std::string start, end, reference;
  int limit = 100;
  for (const auto& [name, value] : *query) {
    if (name == "startDate" || name == "endDate") {
      if (!parse_day(value)) findings.push_back(name + ": must be YYYY-MM-DD");
      (name == "startDate" ? start : end) = value;
    } else if (name == "bankReference") {
      reference = value;
    } else if (name == "limit") {
      const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
      if (error != std::errc{} || stop != value.data() + value.size() || limit < 1 || limit > 100) findings.emplace_back("limit: must be from 1 to 100");
    } else if (name != "submerchant") {
      findings.push_back(name.substr(0, 50) + ": is not a known parameter");
    }
  }
  if (!findings.empty()) return refuse(400, "Validation failed", findings);
  Json out = Json::array();
  const auto& all = world_.ledger.settlements();
  for (auto it = all.rbegin(); it != all.rend() && static_cast<int>(out.size()) < limit; ++it) {
    const auto day = it->createdAt.substr(0, 10);
    if ((!start.empty() && day < start) || (!end.empty() && day > end) || (!reference.empty() && it->settlementReference != reference)) continue;
    out.push_back({{"id", std::stoll(it->id)}, {"createdAt", it->createdAt}, {"settledAt", it->settledAt}, {"settlementReference", it->settlementReference}});
  }
  return {200, std::move(out), "listed"};
}

}  // namespace sandbox
