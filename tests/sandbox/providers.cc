#include "providers.h"

#include <algorithm>

namespace sandbox {

const std::vector<Provider>& all_providers() {
  static const std::vector<Provider> kAll = {
      {"osuuspankki", "OP", "bank", true, false},
      {"nordea", "Nordea", "bank", true, true},
      {"danske", "Danske Bank", "bank", true, false},
      {"saastopankki", "Säästöpankki", "bank", true, false},
      {"pop", "POP Pankki", "bank", true, false},
      {"aktia", "Aktia", "bank", true, false},
      {"omasp", "OmaSP", "bank", true, false},
      {"spankki", "S-Pankki", "bank", false, false},
      {"alandsbanken", "Ålandsbanken", "bank", false, false},
      {"handelsbanken", "Handelsbanken", "bank", true, false},
      {"mobilepay", "MobilePay", "mobile", true, false},
      {"siirto", "Siirto", "mobile", true, false},
      {"epassi", "ePassi", "mobile", false, false},
      {"creditcard", "Visa, Mastercard", "creditcard", true, false},
      {"amex", "American Express", "creditcard", true, false},
      {"walleyb2b", "Walley", "credit", true, false},
  };
  return kAll;
}

const Provider* provider(std::string_view id) {
  for (const auto& one : all_providers())
    if (one.id == id) return &one;
  return nullptr;
}

std::vector<const Provider*> providers_in(const std::vector<std::string>& groups) {
  std::vector<const Provider*> out;
  for (const auto& one : all_providers()) {
    const std::string_view group = one.group;
    const bool wanted = groups.empty() ? group != "credit" : std::find(groups.begin(), groups.end(), group) != groups.end();
    if (wanted) out.push_back(&one);
  }
  return out;
}

std::vector<std::string> groups_of(const std::vector<const Provider*>& providers) {
  std::vector<std::string> out;
  for (const auto* one : providers)
    if (out.empty() || out.back() != one->group) out.emplace_back(one->group);
  return out;
}

std::string group_name(std::string_view group, std::string_view language) {
  const int at = language == "SV" ? 1 : language == "EN" ? 2 : 0;
  static constexpr const char* kBank[] = {"Verkkopankit", "Nätbanker", "Online banks"};
  static constexpr const char* kMobile[] = {"Mobiilimaksut", "Mobilbetalningar", "Mobile payments"};
  static constexpr const char* kCard[] = {"Maksukortit", "Betalkort", "Cards"};
  static constexpr const char* kCredit[] = {"Lasku", "Faktura", "Invoice"};
  if (group == "bank") return kBank[at];
  if (group == "mobile") return kMobile[at];
  return group == "creditcard" ? kCard[at] : kCredit[at];
}

Json provider_json(const Provider& provider, const std::string& base) {
  const auto icon = base + "/icon/" + provider.id;
  return {{"id", provider.id}, {"name", provider.name}, {"group", provider.group}, {"icon", icon + ".svg"}, {"svg", icon + ".svg"}};
}

Json group_json(std::string_view group, std::string_view language, const std::string& base) {
  const auto icon = base + "/icon/" + std::string(group);
  return {{"id", group}, {"name", group_name(group, language)}, {"icon", icon + ".svg"}, {"svg", icon + ".svg"}};
}

}  // namespace sandbox
