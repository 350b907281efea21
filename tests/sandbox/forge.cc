#include "forge.h"

#include <algorithm>
#include <map>

#include "faults.h"
#include "sign.h"

namespace sandbox {
namespace {

// Presets written in the general form: set, add, remove, repeat; late (after signing); signature; algorithm.
const std::map<std::string, Json, std::less<>>& presets() {
  static const std::map<std::string, Json, std::less<>> kAll = {
      {"wrong-signature", {{"signature", "wrong"}}},
      {"no-signature", {{"signature", "none"}}},
      {"two-signatures", {{"signature", "twice"}}},
      {"upper-case", {{"signature", "upper"}}},
      {"short-signature", {{"signature", "short"}}},
      {"empty-secret", {{"signature", "empty-secret"}}},
      {"wrong-algorithm", {{"set", {{"checkout-algorithm", "md5"}}}}},
      {"other-algorithm", {{"signature", "other"}}},
      {"missing-parameter", {{"remove", {"checkout-stamp"}}, {"late", true}}},
      {"missing-signed", {{"remove", {"checkout-stamp"}}}},
      {"extra-parameter", {{"add", {{"checkout-extra", "1"}}}, {"late", true}}},
      {"extra-signed", {{"add", {{"checkout-zeta-new", "ä & 1+1"}}}}},
      {"duplicate-parameter", {{"repeat", {"checkout-status"}}, {"late", true}}},
      {"duplicate-other", {{"add", {{"checkout-amount", "1"}}}, {"late", true}}},
      {"duplicate-signed", {{"repeat", {"checkout-status"}}}},
      {"changed-amount", {{"set", {{"checkout-amount", "1"}}}, {"late", true}}},
      {"changed-status", {{"set", {{"checkout-status", "ok"}}}, {"late", true}}},
      {"other-account", {{"set", {{"checkout-account", "999999"}}}}},
      {"other-transaction", {{"set", {{"checkout-transaction-id", "00000000-0000-4000-8000-000000000000"}}}}},
      {"other-stamp", {{"set", {{"checkout-stamp", "another"}}}}},
      {"other-reference", {{"set", {{"checkout-reference", "1232"}}}}},
      {"unknown-status", {{"set", {{"checkout-status", "maybe"}}}}},
  };
  return kAll;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : print(value); }

void edit(Pairs& params, const Json& how) {
  if (const auto set = how.find("set"); set != how.end() && set->is_object())
    for (const auto& [name, value] : set->items())
      for (auto& pair : params)
        if (pair.first == name) pair.second = text_of(value);
  if (const auto gone = how.find("remove"); gone != how.end() && gone->is_array())
    for (const auto& name : *gone) std::erase_if(params, [&](const auto& pair) { return name == pair.first; });
  if (const auto again = how.find("repeat"); again != how.end() && again->is_array())
    for (const auto& name : *again)
      for (std::size_t i = 0, n = params.size(); i < n; ++i)
        if (name == params[i].first) params.push_back(Pairs::value_type(params[i]));
  if (const auto more = how.find("add"); more != how.end() && more->is_object())
    for (const auto& [name, value] : more->items()) params.emplace_back(name, text_of(value));
}

}  // namespace

bool known_forgery(const std::string& preset) { return presets().contains(preset); }

std::string signed_query(Pairs params, const std::string& algorithm, const std::string& secret, const Json& forge) {
  Json how = Json::object();
  if (forge.is_object()) how = forge;
  if (forge.is_string())
    if (const auto found = presets().find(forge.get<std::string>()); found != presets().end()) how = found->second;
  const bool late = bool_in(how, "late", false);
  const auto kind = text_in(how, "signature");
  std::string used = algorithm;
  if (kind == "other") {
    used = algorithm == "sha256" ? "sha512" : "sha256";
    for (auto& pair : params)
      if (pair.first == "checkout-algorithm") pair.second = used;
  }
  if (!late) edit(params, how);
  auto signature = sign(kind == "empty-secret" ? "" : secret, used, signing_text(params, ""));
  if (late) edit(params, how);
  if (kind == "wrong") signature[0] = signature[0] == '0' ? '1' : '0';
  if (kind == "upper") signature = upper(signature);
  if (kind == "short") signature.resize(signature.size() / 2);
  std::string out;
  for (const auto& [name, value] : params) out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  if (kind != "none") out += "&signature=" + signature;
  if (kind == "twice") out += "&signature=" + signature;
  return out;
}

std::string with_query(const std::string& url, const std::string& query) {
  const auto mark = url.find('?');
  if (mark == std::string::npos) return url + "?" + query;
  return url + (url.back() == '?' || url.back() == '&' ? "" : "&") + query;
}

}  // namespace sandbox
