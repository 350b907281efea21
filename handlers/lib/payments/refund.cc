#include "lib/payments/refund.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "lib/base/share.h"

namespace payments {

using base::Cents;
using orders::Line;
using orders::VatRow;

namespace {

std::vector<Credit> both(const std::vector<Credit>& a, const std::vector<Credit>& b) {
  std::vector<Credit> out = a;
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

// The order's lines as far as they were credited: one piece a line, at the sum that came back.
std::vector<Line> as_credited(const std::vector<Line>& lines, const std::vector<Credit>& credits) {
  std::vector<Line> out = lines;
  for (auto& line : out) {
    line.quantity = 1;
    line.unit_price = credited(credits, line.line_no);
  }
  return out;
}

bool is_same_rate(const VatRow& row, const VatRow& other) { return row.vat_code == other.vat_code && row.per_mille == other.per_mille && row.reason == other.reason; }

}  // namespace

Cents sum_of(const std::vector<Credit>& credits) {
  return std::accumulate(credits.begin(), credits.end(), Cents(0), [](Cents sum, const Credit& one) { return sum + one.cents; });
}

Cents credited(const std::vector<Credit>& credits, int line_no) {
  return std::accumulate(credits.begin(), credits.end(), Cents(0), [&](Cents sum, const Credit& one) { return one.line_no == line_no ? sum + one.cents : sum; });
}

int credited_units(const std::vector<Credit>& credits, int line_no) {
  return std::accumulate(credits.begin(), credits.end(), 0, [&](int sum, const Credit& one) { return sum + (one.line_no == line_no ? one.quantity : 0); });
}

std::vector<Credit> credits_of_sum(Cents sum, const std::vector<Line>& lines, const std::vector<Credit>& before) {
  std::vector<Cents> left;
  for (const auto& line : lines) left.push_back(line.total() - credited(before, line.line_no));
  if (sum > std::accumulate(left.begin(), left.end(), Cents(0))) return {};
  const auto parts = base::share_out(sum, left);
  std::vector<Credit> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (parts[i].value() == 0) continue;
    out.push_back({lines[i].line_no, parts[i] == left[i] ? lines[i].quantity - credited_units(before, lines[i].line_no) : 0, parts[i]});
  }
  return out;
}

std::vector<VatRow> credited_vat(const Refunded& refunded) {
  const auto before = orders::vat_rows(as_credited(refunded.lines, refunded.before));
  auto rows = orders::vat_rows(as_credited(refunded.lines, both(refunded.before, refunded.now)));
  for (auto& row : rows) {
    const auto earlier = std::find_if(before.begin(), before.end(), [&](const VatRow& one) { return is_same_rate(one, row); });
    row.gross = row.gross - earlier->gross;
    row.vat = row.vat - earlier->vat;
  }
  std::erase_if(rows, [](const VatRow& row) { return row.gross.value() == 0; });
  return rows;
}

std::vector<Entry> entries_of_refund(const Refunded& refunded, const base::City& city) {
  std::vector<std::tuple<std::string, std::string, std::string>> order;
  std::map<std::tuple<std::string, std::string, std::string>, Cents> sums;  // debit less credit of the sale, by account, cost centre and VAT code
  const auto add = [&](const std::vector<Entry>& entries, std::int64_t sign) {
    for (const auto& one : entries) {
      const auto key = std::tuple(one.account, one.cost_centre, one.vat_code);
      if (sums.emplace(key, Cents(0)).second) order.push_back(key);
      sums[key] += (one.debit - one.credit) * sign;
    }
  };
  add(entries_of_sale(as_credited(refunded.lines, both(refunded.before, refunded.now)), city), 1);
  add(entries_of_sale(as_credited(refunded.lines, refunded.before), city), -1);
  std::vector<Entry> out;
  for (const auto& key : order) {
    const Cents sum = sums[key];
    if (sum.value() == 0) continue;
    const auto& [account, cost_centre, vat_code] = key;
    // Sharing VAT out anew may move a cent between two accounts, which then stands on the sale's side.
    out.push_back({account, cost_centre, vat_code, sum < Cents(0) ? sum * -1 : Cents(0), sum > Cents(0) ? sum : Cents(0)});
  }
  return out;
}

std::vector<Entry> entries_of_unallocated_refund(Cents cents, const base::City& city) {
  return {{city.unallocated_account, "", "", cents, {}}, {city.receivable_account, "", "", {}, cents}};
}

std::vector<ReceiptLine> lines_of_sale(const std::vector<Line>& lines) {
  std::vector<ReceiptLine> out;
  for (const auto& line : lines) out.push_back({line.line_no, line.unit, line.code, line.vat_code, line.vat_per_mille, line.quantity, line.total(), {}});
  for (const auto& row : orders::vat_rows(lines)) {
    std::vector<Cents> gross;
    for (const auto& line : lines) {
      const bool is_of_rate = line.vat_code == row.vat_code && line.vat_per_mille == row.per_mille && line.vat_reason == row.reason;
      gross.push_back(is_of_rate ? line.total() : Cents(0));
    }
    const auto vat = base::share_out(row.vat, gross);
    for (std::size_t i = 0; i < out.size(); ++i) out[i].vat += vat[i];
  }
  return out;
}

std::vector<ReceiptLine> lines_of_refund(const Refunded& refunded) {
  const auto before = lines_of_sale(as_credited(refunded.lines, refunded.before));
  auto out = lines_of_sale(as_credited(refunded.lines, both(refunded.before, refunded.now)));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].gross = before[i].gross - out[i].gross;
    out[i].vat = before[i].vat - out[i].vat;
    out[i].quantity = -credited_units(refunded.now, out[i].line_no);
  }
  std::erase_if(out, [](const ReceiptLine& line) { return line.quantity == 0 && line.gross.value() == 0 && line.vat.value() == 0; });
  return out;
}

namespace {

bool is_gift_card(const std::vector<Line>& lines, int line_no) {
  return std::any_of(lines.begin(), lines.end(), [&](const Line& line) { return line.line_no == line_no && line.product_kind == "gift_card"; });
}

}  // namespace

Cents part_of_cards(const std::vector<Credit>& credits, const std::vector<Line>& lines, Cents left) {
  Cents others;
  for (const auto& one : credits) others += is_gift_card(lines, one.line_no) ? Cents(0) : one.cents;
  return std::min(others, left);
}

std::vector<ReceiptLine> with_cards(std::vector<ReceiptLine> receipt, const std::vector<Line>& lines, Cents cards) {
  std::vector<Cents> weights;
  for (const auto& one : receipt) weights.push_back(is_gift_card(lines, one.line_no) ? Cents(0) : one.gross < Cents(0) ? one.gross * -1 : one.gross);
  const auto parts = share_out(cards, weights);
  for (std::size_t i = 0; i < receipt.size(); ++i) {
    auto& one = receipt[i];
    if (parts[i].value() == 0) continue;
    one.card_gross = one.gross < Cents(0) ? parts[i] * -1 : parts[i];
    one.card_vat = Cents(one.vat.value() * one.card_gross.value() / one.gross.value());
  }
  return receipt;
}

}  // namespace payments
