// An order as it was made: what processes read of it. States and who moves them: schema/README.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/time.h"

namespace orders {

enum class State { pending, confirmed, paid, paid_no_stock, cancelled, expired };
const char* to_string(State state);
std::optional<State> parse_state(std::string_view text);

enum class Withdrawal { none_dated_leisure, service_14d, goods_14d, digital, none_statutory };
const char* to_string(Withdrawal withdrawal);
std::optional<Withdrawal> parse_withdrawal(std::string_view text);
// True where the consumer has the 14-day right (KSL 6:14; none for dated leisure services, 6:16, nor for fees).
bool has_withdrawal_right(Withdrawal withdrawal);

// How often one order may be tried to pay: what its page offers and what payments begins.
inline constexpr std::size_t kMaxAttempts = 40;

struct Line {
  int line_no = 0;
  bool is_delivery = false;           // the cost of posting, a line of its own
  std::int64_t product_id = 0, variant_id = 0;
  std::string product_kind;           // goods, service, ticket, pass, activity, gift_card; empty on a delivery line
  std::string benefit = "none";       // what employee benefit may pay it
  std::string unit, code, price_group, name, detail;
  std::optional<base::UtcTime> starts, ends;
  std::optional<int> days_valid;
  std::optional<int> uses;            // of a pass that lets in so many times
  int quantity = 0;
  base::Cents unit_price;             // VAT included; what is paid
  std::optional<base::Cents> normal_price;  // before campaign and discount code, where a reduction is told
  std::string reduction;              // and what they are called
  std::string vat_code;
  std::optional<int> vat_per_mille;   // nothing: exempt
  std::string vat_reason;
  std::string cost_centre, ledger_account;
  Withdrawal withdrawal = Withdrawal::none_statutory;
  bool begin_now = false;
  std::string appeal;
  bool counted = false;               // the variant has a guard row in `stock`
  std::int64_t registration_id = 0;   // while it is being ordered: the sign-up whose seats it takes over; else 0
  std::string delivery_code, delivery_kind, delivery_name, delivery_detail;
  std::vector<std::string> holder_names;
  base::Cents total() const { return unit_price * quantity; }
};

struct Contact {
  std::string first_name, last_name, street_address, postal_code, town, country, phone, email, company, business_id;
};

struct Order {
  std::int64_t id = 0;
  std::string number, token, reference;
  base::Lang lang = base::Lang::fi;
  State state = State::pending;
  base::Cents total;
  base::Cents cards;                  // of the total: what gift cards pay
  bool holds_stock = false;
  bool agreed = true;                 // to terms and price; false: made by staff, and the buyer has not yet
  base::UtcTime created, hold_until;
  std::optional<base::UtcTime> settled, fulfilled;
  Contact contact;
  std::vector<Line> lines;
  base::Cents to_pay() const { return total - cards; }  // at the payment service
};

// VAT by rate over a whole order or receipt: rounded once per rate on the sum of that rate (domain: VAT Act;
// price includes VAT). Sorted by rate, highest first; each exempt reason is a row of its own, last.
struct VatRow {
  std::string vat_code;
  std::optional<int> per_mille;
  std::string reason;
  base::Cents gross, vat;
  base::Cents net() const { return gross - vat; }
};
std::vector<VatRow> vat_rows(const std::vector<Line>& lines);

// What gift cards may pay of these lines: all but gift cards themselves.
base::Cents payable_by_cards(const std::vector<Line>& lines);

// True where the consumer can withdraw from this line: not from delivery, nor from digital content that was asked for at
// once (KSL 6:16).
bool can_be_withdrawn(const Line& line);
// True where the buyer, and nobody for them, may ask that it begin at once (KSL 6:15, 6:16): services and content, but no gift card.
bool may_begin_at_once(const Line& line);
// True where gift cards pay all of it and its buyer has nothing left to say: payments --sweep settles it within a second.
bool waits_for_cards_only(const Order& order);

// "…/fi/tilaus/<token>": the order's page.
std::string order_path(base::Lang lang, const std::string& token);
// A line's code as people read it: "crest-cup" of a product's only variant, which is stored as "crest-cup/-".
std::string shown_code(const std::string& code);
std::string receipt_path(base::Lang lang, const std::string& token);
std::string ticket_path(base::Lang lang, const std::string& code);  // a ticket's own page
// "/fi/maksu/<token>": the page of ours that leads to the payment service.
std::string payment_path(base::Lang lang, const std::string& token);
std::string withdraw_path(base::Lang lang);   // the public withdrawal page
std::string my_orders_path(base::Lang lang);

}  // namespace orders
