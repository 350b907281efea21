#include "faults.h"

#include <algorithm>
#include <set>

namespace sandbox {
namespace {

const std::set<std::string, std::less<>> kPoints = {"create", "get", "refund", "providers", "report", "settlements", "callback", "redirect", "refund-callback"};
const std::set<std::string, std::less<>> kActs = {
    "delay_ms", "timeout", "status", "processed", "cut_after", "reset", "response", "callback_delay_ms", "amount", "answer_status", 
    "copies",   "drop",    "hold",   "order",     "forge",     "retry", "outcome",  "card_expired", "headers"};

bool same(const Json& match, const char* name, std::string_view value) {
  const auto found = match.find(name);
  return found == match.end() || (found->is_string() && found->get_ref<const std::string&>() == value);
}

}  // namespace

std::int64_t int_in(const Json& object, const char* name, std::int64_t otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

bool bool_in(const Json& object, const char* name, bool otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

std::string text_in(const Json& object, const char* name, const std::string& otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

bool Faults::known_act(std::string_view name) { return kActs.contains(name); }

std::uint64_t Faults::add(const Json& rule, std::string& why) {
  Rule made;
  made.at = text_in(rule, "at");
  made.match = rule.value("match", Json::object());
  made.act = rule.value("do", Json::object());
  made.left = int_in(rule, "times", 1);
  made.skip = int_in(rule, "skip", 0);
  if (rule.contains("times") && rule["times"] == "always") made.left = -1;
  if (!kPoints.contains(made.at)) why = "at: unknown point";
  for (const auto& [name, value] : rule.items())
    if (name != "at" && name != "match" && name != "do" && name != "times" && name != "skip") why = name + ": unknown";
  if (!made.match.is_object() || !made.act.is_object() || made.act.empty()) why = "match and do must be objects, do not empty";
  if (why.empty())
    for (const auto& [name, value] : made.match.items())
      if ((name != "transactionId" && name != "stamp" && name != "reference") || !value.is_string()) why = "match." + name + ": unknown";
  if (why.empty())
    for (const auto& [name, value] : made.act.items())
      if (!kActs.contains(name)) why = "do." + name + ": unknown";
  if (!why.empty()) return 0;
  made.id = ++next_;
  rules_.push_back(std::move(made));
  return next_;
}

Json Faults::take(std::string_view at, const Subject& subject) {
  Json out = Json::object();
  for (auto& rule : rules_) {
    if (rule.at != at || rule.left == 0) continue;
    if (!same(rule.match, "transactionId", subject.transactionId) || !same(rule.match, "stamp", subject.stamp) ||
        !same(rule.match, "reference", subject.reference))
      continue;
    if (rule.skip > 0) {
      --rule.skip;
      continue;
    }
    if (rule.left > 0) --rule.left;
    ++rule.used;
    out.update(rule.act);
  }
  return out;
}

bool Faults::remove(std::uint64_t id) {
  return std::erase_if(rules_, [&](const Rule& rule) { return rule.id == id; }) > 0;
}

Json Faults::list() const {
  Json out = Json::array();
  for (const auto& rule : rules_)
    out.push_back({{"id", rule.id}, {"at", rule.at}, {"match", rule.match}, {"do", rule.act}, {"left", rule.left}, {"skip", rule.skip}, {"used", rule.used}});
  return out;
}

}  // namespace sandbox
