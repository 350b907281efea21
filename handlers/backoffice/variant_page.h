// Variants of a product, as their pages share it: a list with forms for more, and one with its stock.
#pragma once

#include "backoffice/inputs.h"
#include "backoffice/product_page.h"

namespace backoffice {

Paths variants_paths(const std::string& product);
Paths variant_paths(std::int64_t variant);
// Its name, or its time, or that it is the only one.
std::string variant_name(const Call& call, const catalogue::Variant& variant);
// An order is kept for so long (`orders_months`): what happens later than that after it can't be proved by it any more. True when that may be.
bool ends_too_late(const Call& call, const catalogue::Product& product, const catalogue::Variant& variant);
// Of anything that is sold from then on, or from now.
bool ends_too_late(const Call& call, base::UtcTime sale_from, base::UtcTime ends);
// The same of a pass, whose days are counted from the order.
bool lasts_too_long(const Call& call, const catalogue::Product& product);
// One that comes on sale without a price would be shown and couldn't be bought: it waits off sale in a product that is published, until somebody gives it one.
bool lacks_price(const catalogue::Product& product, const catalogue::Variant& variant);
// What had no choices until now is sold by them alone from now on.
void sell_by_choices(catalogue::Product& product);
// Saves the product with these variants. Nothing: done; else what somebody did meanwhile.
base::Result<std::optional<Clash>> save_variants(const Call& call, const ProductHere& here, const catalogue::Product& wish);

}  // namespace backoffice
