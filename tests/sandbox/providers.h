#pragma once
// The payment methods that the stand-in offers, and how each behaves.
#include <string>
#include <string_view>
#include <vector>

#include "model.h"

namespace sandbox {

struct Provider {
  const char* id;
  const char* name;
  const char* group;      // bank, mobile, creditcard, credit
  bool refund_by_api;     // else only by e-mail
  bool one_refund;        // at most one refund for a payment
};

const std::vector<Provider>& all_providers();
const Provider* provider(std::string_view id);

// Those of the wanted groups; without any, all but credit, which needs an account of its own.
std::vector<const Provider*> providers_in(const std::vector<std::string>& groups);

// Group ids in the order of the page, each with at least one provider.
std::vector<std::string> groups_of(const std::vector<const Provider*>& providers);

// "Pankit", "Banker", "Banks"; language FI, SV or EN.
std::string group_name(std::string_view group, std::string_view language);

// As the API lists them; `base` is the public address for icons.
Json provider_json(const Provider& provider, const std::string& base);
Json group_json(std::string_view group, std::string_view language, const std::string& base);

}  // namespace sandbox
