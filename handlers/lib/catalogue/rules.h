// What makes a product valid, whoever writes it. No I/O.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lib/catalogue/product.h"

namespace catalogue {

inline constexpr std::array<const char*, 6> kKinds = {"goods", "service", "ticket", "pass", "activity", "gift_card"};
inline constexpr std::array<const char*, 3> kBenefits = {"none", "sports", "culture"};
inline constexpr std::array<const char*, 4> kWithdrawals = {"none_dated_leisure", "service_14d", "goods_14d", "digital"};

// The greatest length of texts in characters, of a description in bytes, and the bounds of numbers.
inline constexpr std::size_t kMostCode = 48, kMostName = 160, kMostSummary = 300, kMostDescription = 20'000, kMostAlt = 200, kMostAppeal = 400, kMostAccount = 16,
                             kMostVariantName = 120, kMostSlug = 100, kMostStoredSlug = 120;
inline constexpr int kMostPerOrder = 1000, kMostDaysValid = 3650, kMostStock = 1'000'000, kShortestSlot = 5, kLongestSlot = 60 * 1440, kLongestSeriesSlot = 7 * 1440, kMostWeeks = 60;
// What a gift card is sold by: its VAT is paid when it is used (Directive 2006/112/EC art. 30 b).
inline constexpr const char* kVoucherVat = "voucher";
inline constexpr int kMostUses = 1000;          // of a pass

// a-z, 0-9 and -: what codes, file names and addresses are made of.
bool is_code_text(std::string_view text, std::size_t max_chars = kMostCode);
// "Uimahallin 10 kerran kortti" -> "uimahallin-10-kerran-kortti".
std::string slug_of(const std::string& name);

// As it is on a day of Finland ("2027-01-01"): what was to come by then is the price, and nothing is coming any more.
Price in_effect(Price price, const std::string& today);

// The languages in which a text that residents see must be there.
std::vector<base::Lang> languages_of(bool bilingual);

// What the fields say of one another.
enum class Fault {
  sale_ends_before,   // sale_until is not after sale_from
  sale_ends_unseen,   // sale_until is not after shown_from: nobody could buy it
  pass_as_dated,      // a pass without a date has a right of withdrawal
  days_of_no_pass,    // days_valid on passes only
  uses_of_no_pass,    // uses too: a ticket lets in once
  card_vat,           // a gift card has the VAT code of vouchers, and nothing else has
  card_withdrawal,    // one that is not used can be given back within 14 days
  card_as_fee,        // no statutory fee is a gift card
  card_free,          // a gift card without a price is worth nothing
  benefit_of_other,   // neither a gift card nor a statutory fee is paid with an employee benefit
  no_price,           // neither the product nor each of its variants has one
  no_variant,
};
std::vector<Fault> faults_of(const Product& product);

}  // namespace catalogue
