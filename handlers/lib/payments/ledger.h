// What a payment books: one debit on the account of money on its way, and credits that are equal to it to the cent.
#pragma once

#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/money.h"
#include "lib/gift_cards/gift_card.h"
#include "lib/orders/order.h"

namespace payments {

struct Entry {
  std::string account, cost_centre, vat_code;
  base::Cents debit, credit;
};

// A sale with a receipt. VAT is rounded once per rate on the receipt's total, as it is printed; each rate's VAT is then
// split over its lines' groups of ledger account and cost centre by largest remainder, so that net sums and VAT are
// those of the receipt. Lines of 0 cents book nothing.
std::vector<Entry> entries_of_sale(const std::vector<orders::Line>& lines, const base::City& city);

// What gift cards paid of a sale, or get back of a refund, stands on their own accounts instead of that of money on its way. REQUIRES: not above that.
std::vector<Entry> with_cards(std::vector<Entry> entries, const std::vector<gift_cards::Booked>& cards, const base::City& city);

// What was left of a gift card that is over: the city's debt becomes its income. VAT is of what a card pays, and it pays nothing any more.
std::vector<Entry> entries_of_over(const gift_cards::Booked& card, const base::City& city);

// Money that no receipt stands for (paid twice, nothing left, another sum): waits on the unallocated account.
std::vector<Entry> entries_unallocated(base::Cents received, const base::City& city);

}  // namespace payments
