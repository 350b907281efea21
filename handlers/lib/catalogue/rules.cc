#include "lib/catalogue/rules.h"

#include <algorithm>
#include <utility>

namespace catalogue {

using base::Lang;

bool is_code_text(std::string_view text, std::size_t max_chars) {
  return !text.empty() && text.size() <= max_chars && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::string slug_of(const std::string& name) {
  static const std::vector<std::pair<std::string_view, char>> kFolded = {
      {"å", 'a'}, {"ä", 'a'}, {"ö", 'o'}, {"Å", 'a'}, {"Ä", 'a'}, {"Ö", 'o'}, {"é", 'e'}, {"É", 'e'}, {"ü", 'u'}, {"Ü", 'u'}, {"š", 's'}, {"ž", 'z'}};
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    char c = name[i];
    std::size_t length = 1;
    for (const auto& [from, to] : kFolded) {
      if (std::string_view(name).substr(i, from.size()) == from) {
        c = to;
        length = from.size();
      }
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) out += c;
    else if (!out.empty() && out.back() != '-' && (c & 0x80) == 0 && c != '\'') out += '-';
    i += length;
  }
  while (out.ends_with('-')) out.pop_back();
  return out.substr(0, kMostSlug);
}

Price in_effect(Price price, const std::string& today) {
  const bool has_come = !price.next_from.empty() && price.next_from <= today;
  return has_come ? Price{price.group, price.next_cents} : price;
}

std::vector<Lang> languages_of(bool bilingual) {
  if (bilingual) return {Lang::fi, Lang::sv, Lang::en};
  return {Lang::fi, Lang::en};
}

std::vector<Fault> faults_of(const Product& product) {
  std::vector<Fault> out;
  if (product.sale_from && product.sale_until && *product.sale_from >= *product.sale_until) out.push_back(Fault::sale_ends_before);
  if (product.shown_from && product.sale_until && *product.shown_from >= *product.sale_until) out.push_back(Fault::sale_ends_unseen);
  if (product.kind == "pass" && product.withdrawal == "none_dated_leisure") out.push_back(Fault::pass_as_dated);
  if (product.days_valid && product.kind != "pass") out.push_back(Fault::days_of_no_pass);
  if (product.uses && product.kind != "pass") out.push_back(Fault::uses_of_no_pass);
  const bool is_card = product.kind == "gift_card";
  if (is_card != (product.vat == kVoucherVat)) out.push_back(Fault::card_vat);
  if (is_card && product.withdrawal != "service_14d") out.push_back(Fault::card_withdrawal);
  if (is_card && !product.consumer_contract) out.push_back(Fault::card_as_fee);
  const auto is_free = [](const std::vector<Price>& prices) { return std::any_of(prices.begin(), prices.end(), [](const auto& price) { return price.cents.value() == 0 || (!price.next_from.empty() && price.next_cents.value() == 0); }); };
  if (is_card && (is_free(product.prices) || std::any_of(product.variants.begin(), product.variants.end(), [&](const auto& v) { return is_free(v.prices); }))) out.push_back(Fault::card_free);
  if (product.benefit != "none" && (is_card || !product.consumer_contract)) out.push_back(Fault::benefit_of_other);
  const auto sold = [](const Variant& variant) { return variant.active; };
  const bool all_priced = std::all_of(product.variants.begin(), product.variants.end(), [&](const auto& v) { return !sold(v) || !v.prices.empty(); });
  if (std::none_of(product.variants.begin(), product.variants.end(), sold)) out.push_back(Fault::no_variant);
  else if (product.prices.empty() && !all_priced) out.push_back(Fault::no_price);
  return out;
}

}  // namespace catalogue
