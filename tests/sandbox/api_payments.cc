// Create, look up, and the lists of payment methods.
#include <algorithm>
#include <charconv>
#include <map>

#include "api.h"
#include "clock.h"
#include "providers.h"

namespace sandbox {
namespace {

Json terms(const std::string& language) {
  if (language == "SV") return "Genom att fortsätta betalningen godkänner du <a href=\"https://example.com/villkor\">betaltjänstens villkor</a>";
  if (language == "EN") return "By continuing with your payment, you agree to <a href=\"https://example.com/terms\">the payment service's terms</a>";
  return "Maksamalla hyväksyt <a href=\"https://example.com/ehdot\">maksupalvelun ehdot</a>";
}

Json groups_json(const std::vector<const Provider*>& list, const std::string& language, const std::string& base, bool with_providers) {
  Json out = Json::array();
  for (const auto& group : groups_of(list)) {
    auto json = group_json(group, language, base);
    if (with_providers) {
      json["providers"] = Json::array();
      for (const auto* one : list)
        if (one->group == group) json["providers"].push_back(provider_json(*one, base));
    }
    out.push_back(std::move(json));
  }
  return out;
}

// Stand for a payment's own texts in the printed answer; no other text there holds them.
constexpr std::string_view kIdMark = "@transaction@", kReferenceMark = "@reference@";

// One form per method: address, and hidden fields whose values must be passed on untouched.
Json forms_json(const std::vector<const Provider*>& list, const std::string& id, const std::string& base) {
  Json out = Json::array();
  for (const auto* one : list) {
    auto json = provider_json(*one, base);
    json["url"] = base + "/pay/" + id + "/confirm";
    json["parameters"] = Json::array({{{"name", "provider"}, {"value", one->id}},
                                      {{"name", "checkout-transaction-id"}, {"value", id}},
                                      {{"name", "payload"}, {"value", "base64 \"<&>' w6Qgw7Y="}}});
    out.push_back(std::move(json));
  }
  return out;
}

std::string created_template(const std::string& language, const std::vector<std::string>& groups, const std::string& base) {
  const auto list = providers_in(groups);
  const std::string id(kIdMark);
  return print({{"transactionId", id}, {"href", base + "/pay/" + id}, {"reference", kReferenceMark}, {"terms", terms(language)},
                {"groups", groups_json(list, language, base, false)}, {"providers", forms_json(list, id, base)}, {"customProviders", Json::object()}});
}

// The answer is long and nearly the same each time, so it is printed once for each language and choice of groups.
std::string created_text(const Payment& payment, const std::string& base) {
  static std::map<std::string, std::string> templates;  // of one process with one public address
  std::string key = payment.language;
  for (const auto& group : payment.groups) key += "," + group;
  if (templates.size() > 200) templates.clear();
  auto& found = templates[key];
  if (found.empty()) found = created_template(payment.language, payment.groups, base);
  std::string out;
  out.reserve(found.size() + 1024);
  for (std::size_t at = 0; at < found.size();) {
    const auto mark = std::min(found.find(kIdMark, at), found.find(kReferenceMark, at));
    out.append(found, at, mark - at);
    if (mark == found.npos) break;
    const bool id = found.compare(mark, kIdMark.size(), kIdMark) == 0;
    out += id ? payment.transactionId : payment.bankReference;
    at = mark + (id ? kIdMark.size() : kReferenceMark.size());
  }
  return out;
}

std::string bank_reference(const std::string& not_this) {
  for (;;) {
    auto reference = random_reference(10);
    if (reference != not_this) return reference;
  }
}

}  // namespace

Answer Api::create(const Json& body, const std::string& algorithm, const Json& act) {
  Payment payment;
  const auto findings = check_payment(body, {world_.settings.negative_prices}, payment);
  if (!findings.empty()) return refuse(400, "Validation failed", findings);
  payment.account = world_.settings.merchant_id;
  if (world_.ledger.by_stamp(payment.account, payment.stamp) != nullptr) return refuse(400, "Validation failed", {"stamp: has been used before"});
  payment.algorithm = algorithm;
  payment.transactionId = random_uuid();
  payment.status = "new";
  payment.createdAt = iso_now();
  payment.bankReference = bank_reference(payment.reference);
  payment.amount = int_in(act, "amount", payment.amount);
  const auto& kept = world_.ledger.add(std::move(payment));
  return {201, {{"transactionId", kept.transactionId}}, "created", created_text(kept, world_.settings.public_url)};
}

Answer Api::get(const std::string& id, const Json& act) {
  const auto* payment = world_.ledger.by_id(id);
  if (payment == nullptr) return refuse(404, "Payment not found");
  const auto status = text_in(act, "answer_status", payment->status);
  Json out = {{"transactionId", payment->transactionId}, {"status", status},
              {"amount", int_in(act, "amount", payment->amount)}, {"currency", payment->currency},
              {"stamp", payment->stamp}, {"reference", payment->reference}, {"createdAt", payment->createdAt}};
  if (status == "new") out["href"] = world_.settings.public_url + "/pay/" + payment->transactionId;
  if (!payment->provider.empty()) out["provider"] = payment->provider;
  if (!payment->filingCode.empty()) out["filingCode"] = payment->filingCode;
  if (!payment->paidAt.empty()) out["paidAt"] = payment->paidAt;
  if (!payment->settlementReference.empty()) out["settlementReference"] = payment->settlementReference;
  const auto* method = provider(payment->provider);
  if (status == "ok" && method != nullptr && std::string_view(method->group) == "creditcard")
    out["cardInfo"] = {{"partialPan", "0313"}, {"countryCode", "FI"}, {"bin", "415301"}};
  return {200, std::move(out), "found: " + status};
}

Answer Api::providers(const Request& request, bool grouped) {
  const auto query = parse_query(request.query);
  if (!query) return refuse(400, "Validation failed", {"the query can't be decoded"});
  Findings findings;
  std::vector<std::string> groups;
  std::string language = "FI";
  for (const auto& [name, value] : *query) {
    if (name == "amount") {
      std::int64_t amount = -1;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), amount);
      if (error != std::errc{} || end != value.data() + value.size() || amount < 0) findings.emplace_back("amount: must be whole cents");
    } else if (name == "groups") {
      for (std::string rest = value; !rest.empty();) {
        const auto comma = rest.find(',');
        groups.push_back(rest.substr(0, comma));
        rest = comma == rest.npos ? "" : rest.substr(comma + 1);
        const auto& group = groups.back();
        if (group != "mobile" && group != "bank" && group != "creditcard" && group != "credit") findings.emplace_back("groups: unknown group");
      }
    } else if (name == "language" && grouped) {
      language = value;
      if (value != "FI" && value != "SV" && value != "EN") findings.emplace_back("language: must be FI, SV or EN");
    } else {
      findings.push_back(name.substr(0, 50) + ": is not a known parameter");
    }
  }
  if (!findings.empty()) return refuse(400, "Validation failed", findings);
  const auto list = providers_in(groups);
  const auto& base = world_.settings.public_url;
  Json flat = Json::array();
  for (const auto* one : list) flat.push_back(provider_json(*one, base));
  if (!grouped) return {200, std::move(flat), "listed"};
  return {200, {{"terms", terms(language)}, {"groups", groups_json(list, language, base, true)}, {"providers", flat}}, "listed"};
}

}  // namespace sandbox
