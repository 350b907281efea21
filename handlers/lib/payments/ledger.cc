#include "lib/payments/ledger.h"

#include <algorithm>

#include "lib/base/share.h"

namespace payments {

using base::Cents;

namespace {

struct Group {
  std::string account, cost_centre;
  Cents gross, vat;
};

std::vector<Group> groups_of(const orders::VatRow& row, const std::vector<orders::Line>& lines) {
  std::vector<Group> out;
  for (const auto& line : lines) {
    if (line.vat_code != row.vat_code || line.vat_per_mille != row.per_mille || line.vat_reason != row.reason) continue;
    auto group = std::find_if(out.begin(), out.end(), [&](const Group& g) {
      return g.account == line.ledger_account && g.cost_centre == line.cost_centre;
    });
    if (group == out.end()) group = out.insert(out.end(), {line.ledger_account, line.cost_centre, {}, {}});
    group->gross += line.total();
  }
  return out;
}

void split_vat(const orders::VatRow& row, std::vector<Group>& groups) {
  std::vector<Cents> gross;
  for (const auto& group : groups) gross.push_back(group.gross);
  const auto vat = base::share_out(row.vat, gross);
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].vat = vat[i];
}

}  // namespace

std::vector<Entry> entries_of_sale(const std::vector<orders::Line>& lines, const base::City& city) {
  std::vector<Entry> credits;
  Cents total;
  for (const auto& row : orders::vat_rows(lines)) {
    auto groups = groups_of(row, lines);
    split_vat(row, groups);
    for (const auto& group : groups) {
      if (group.gross == group.vat) continue;
      credits.push_back({group.account, group.cost_centre, row.vat_code, {}, group.gross - group.vat});
    }
    if (row.vat > Cents(0)) credits.push_back({city.vat_account, "", row.vat_code, {}, row.vat});
    total += row.gross;
  }
  std::vector<Entry> out;
  if (total > Cents(0)) out.push_back({city.receivable_account, "", "", total, {}});
  out.insert(out.end(), credits.begin(), credits.end());
  return out;
}

std::vector<Entry> with_cards(std::vector<Entry> entries, const std::vector<gift_cards::Booked>& cards, const base::City& city) {
  const auto money = std::find_if(entries.begin(), entries.end(), [&](const Entry& one) { return one.account == city.receivable_account && one.vat_code.empty(); });
  if (cards.empty() || money == entries.end()) return entries;
  const bool is_sale = money->debit > Cents(0);
  std::vector<Entry> of_cards;
  for (const auto& card : cards) {
    (is_sale ? money->debit : money->credit) = (is_sale ? money->debit : money->credit) - card.cents;
    of_cards.push_back({card.ledger_account, card.cost_centre, "", is_sale ? card.cents : Cents(0), is_sale ? Cents(0) : card.cents});
  }
  entries.insert(entries.end(), of_cards.begin(), of_cards.end());
  std::erase_if(entries, [](const Entry& one) { return one.debit == one.credit; });
  return entries;
}

std::vector<Entry> entries_of_over(const gift_cards::Booked& card, const base::City& city) {
  return {{card.ledger_account, card.cost_centre, "", card.cents, {}}, {city.gift_card_over_account, card.cost_centre, "", {}, card.cents}};
}

std::vector<Entry> entries_unallocated(Cents received, const base::City& city) {
  if (received <= Cents(0)) return {};
  return {{city.receivable_account, "", "", received, {}}, {city.unallocated_account, "", "", {}, received}};
}

}  // namespace payments
