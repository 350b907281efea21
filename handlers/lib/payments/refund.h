// What a refund does to a receipt and to the books. A payment may be paid back in parts; each part is the difference between what was credited
// after it and before it, so that all parts together are the sale to the cent, VAT and accounts too. No I/O.
#pragma once

#include <string>
#include <vector>

#include "lib/payments/ledger.h"
#include "lib/payments/receipt.h"

namespace payments {

// How much of a line comes back. quantity 0: a part of its price only; cents 0: units that are free, or whose price has come back already.
struct Credit {
  int line_no = 0, quantity = 0;
  base::Cents cents;
};
base::Cents sum_of(const std::vector<Credit>& credits);
base::Cents credited(const std::vector<Credit>& credits, int line_no);
int credited_units(const std::vector<Credit>& credits, int line_no);

// A sum over what is left of the lines, in proportion; a line that all of comes back counts its units. Nothing: the lines have less left.
std::vector<Credit> credits_of_sum(base::Cents sum, const std::vector<orders::Line>& lines, const std::vector<Credit>& before);

// One refund among those of its payment. REQUIRES: no line is credited above its total.
struct Refunded {
  const std::vector<orders::Line>& lines;   // of the order
  const std::vector<Credit>& before;        // of refunds that were made
  const std::vector<Credit>& now;
  base::Cents to_cards{};                   // of now: what goes back to gift cards
};
// VAT by rate, gross and VAT above 0; rates of which nothing comes back are left out.
std::vector<orders::VatRow> credited_vat(const Refunded& refunded);
// Debits and credits change sides against entries_of_sale.
std::vector<Entry> entries_of_refund(const Refunded& refunded, const base::City& city);
// Of money that no receipt stands for.
std::vector<Entry> entries_of_unallocated_refund(base::Cents cents, const base::City& city);

// A credit receipt's content: as receipt_content, but with sums below 0, and `credits`: the number and time of the receipt that it credits (VAT Act 209 b §).
struct Original {
  std::string number;
  base::UtcTime issued;
};
std::string credit_content(const orders::Order& order, const Original& original, const Refunded& refunded, const base::City& city);

// What reports add up (schema/README.md, receipt_lines): VAT is the receipt's, shared out over its lines. Of a refund below 0.
struct ReceiptLine {
  int line_no = 0;
  std::string unit, code, vat_code;
  std::optional<int> vat_per_mille;
  int quantity = 0;
  base::Cents gross, vat;
  base::Cents card_gross{}, card_vat{};  // of them: what gift cards paid
};
std::vector<ReceiptLine> lines_of_sale(const std::vector<orders::Line>& lines);
std::vector<ReceiptLine> lines_of_refund(const Refunded& refunded);

// How much of a refund goes back to gift cards: first theirs, of all lines but gift cards themselves, for what was given as a card is not turned into
// money. `left`: what they have paid and did not get back.
base::Cents part_of_cards(const std::vector<Credit>& credits, const std::vector<orders::Line>& lines, base::Cents left);
// Shares out what cards paid over those lines. `cards` is never below 0.
std::vector<ReceiptLine> with_cards(std::vector<ReceiptLine> receipt, const std::vector<orders::Line>& lines, base::Cents cards);

}  // namespace payments
