#include "lib/orders/order.h"

#include <algorithm>
#include <array>

namespace orders {

using base::Lang;

const char* to_string(State state) {
  switch (state) {
    case State::pending: return "pending";
    case State::confirmed: return "confirmed";
    case State::paid: return "paid";
    case State::paid_no_stock: return "paid_no_stock";
    case State::cancelled: return "cancelled";
    case State::expired: return "expired";
  }
  return "pending";
}

std::optional<State> parse_state(std::string_view text) {
  for (const auto state : {State::pending, State::confirmed, State::paid, State::paid_no_stock, State::cancelled, State::expired}) {
    if (text == to_string(state)) return state;
  }
  return std::nullopt;
}

const char* to_string(Withdrawal withdrawal) {
  switch (withdrawal) {
    case Withdrawal::none_dated_leisure: return "none_dated_leisure";
    case Withdrawal::service_14d: return "service_14d";
    case Withdrawal::goods_14d: return "goods_14d";
    case Withdrawal::digital: return "digital";
    case Withdrawal::none_statutory: return "none_statutory";
  }
  return "none_statutory";
}

std::optional<Withdrawal> parse_withdrawal(std::string_view text) {
  for (const auto w : {Withdrawal::none_dated_leisure, Withdrawal::service_14d, Withdrawal::goods_14d, Withdrawal::digital,
                       Withdrawal::none_statutory}) {
    if (text == to_string(w)) return w;
  }
  return std::nullopt;
}

bool has_withdrawal_right(Withdrawal withdrawal) {
  switch (withdrawal) {
    case Withdrawal::service_14d:
    case Withdrawal::goods_14d:
    case Withdrawal::digital:
      return true;
    case Withdrawal::none_dated_leisure:
    case Withdrawal::none_statutory:
      return false;
  }
  return false;
}

bool can_be_withdrawn(const Line& line) {
  return !line.is_delivery && has_withdrawal_right(line.withdrawal) && !(line.withdrawal == Withdrawal::digital && line.begin_now);
}

bool may_begin_at_once(const Line& line) {
  return !line.is_delivery && line.product_kind != "gift_card" && (line.withdrawal == Withdrawal::service_14d || line.withdrawal == Withdrawal::digital);
}

bool waits_for_cards_only(const Order& order) {
  return order.state == State::pending && order.cards > base::Cents(0) && order.to_pay() == base::Cents(0) && (order.agreed || std::none_of(order.lines.begin(), order.lines.end(), may_begin_at_once));
}

base::Cents payable_by_cards(const std::vector<Line>& lines) {
  base::Cents out;
  for (const auto& line : lines) out += line.product_kind == "gift_card" ? base::Cents(0) : line.total();
  return out;
}

std::vector<VatRow> vat_rows(const std::vector<Line>& lines) {
  std::vector<VatRow> rows;
  for (const auto& line : lines) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const VatRow& r) {
      return r.vat_code == line.vat_code && r.per_mille == line.vat_per_mille && r.reason == line.vat_reason;
    });
    if (row == rows.end()) row = rows.insert(rows.end(), {line.vat_code, line.vat_per_mille, line.vat_reason, {}, {}});
    row->gross += line.total();
  }
  for (auto& row : rows) row.vat = row.per_mille ? base::vat_in_gross(row.gross, *row.per_mille) : base::Cents(0);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const VatRow& a, const VatRow& b) { return a.per_mille.value_or(-1) > b.per_mille.value_or(-1); });
  return rows;
}

namespace {

std::string path(Lang lang, std::array<const char*, 3> by_lang, const std::string& rest = {}, const char* tail = "") {
  return std::string(by_lang[base::index(lang)]) + rest + tail;
}

}  // namespace

std::string order_path(Lang lang, const std::string& token) {
  return path(lang, {"/fi/tilaus/", "/sv/bestallning/", "/en/order/"}, token);
}
std::string receipt_path(Lang lang, const std::string& token) {
  constexpr std::array<const char*, 3> kTails = {"/kuitti", "/kvitto", "/receipt"};
  return order_path(lang, token) + kTails[base::index(lang)];
}
std::string ticket_path(Lang lang, const std::string& code) { return path(lang, {"/fi/lippu/", "/sv/biljett/", "/en/ticket/"}, code); }
std::string payment_path(Lang lang, const std::string& token) {
  return path(lang, {"/fi/maksu/", "/sv/betalning/", "/en/payment/"}, token);
}
std::string withdraw_path(Lang lang) { return path(lang, {"/fi/peruuta", "/sv/frantrad", "/en/withdraw"}); }
std::string my_orders_path(Lang lang) { return path(lang, {"/fi/tilaukseni", "/sv/mina-bestallningar", "/en/my-orders"}); }

std::string shown_code(const std::string& code) { return code.ends_with("/-") ? code.substr(0, code.size() - 2) : code; }

}  // namespace orders
