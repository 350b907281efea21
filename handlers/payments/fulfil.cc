#include "payments/fulfil.h"

#include <map>

#include "lib/base/fault.h"
#include "lib/catalogue/discount_store.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/payments/refund.h"
#include "lib/payments/ticket.h"
#include "lib/registrations/registration_store.h"
#include "payments/called_off.h"
#include "payments/insert_many.h"
#include "payments/mails.h"

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

base::Status insert_tickets(db::Connection& db, const orders::Order& order, const std::vector<Ticket>& tickets, base::UtcTime now) {
  return insert_many(db, "INSERT INTO tickets (code, order_id, line_no, unit_no, product_id, variant_id, valid_from_utc, valid_until_utc, holder_name, issued_utc, price_group, uses_max) VALUES ", tickets,
                     [&](const Ticket& ticket) -> std::vector<db::Param> {
                       const auto filled = [](const std::string& text) { return text.empty() ? std::optional<std::string>() : text; };
                       return {ticket.code, order.id, ticket.line_no, ticket.unit_no, ticket.product_id, ticket.variant_id, ticket.valid_from, ticket.valid_until, filled(ticket.holder_name), now, filled(ticket.price_group), ticket.uses_max};
                     });
}

// What a unit has to hand out or to post: one row for each of its ways.
base::Status insert_deliveries(db::Connection& db, const orders::Order& order, base::UtcTime now) {
  std::map<std::pair<std::string, std::string>, std::string> kinds;  // by unit and way
  for (const auto& line : order.lines) {
    if (!line.is_delivery && line.product_kind == "goods" && (line.delivery_kind == "collect" || line.delivery_kind == "post")) kinds[{line.unit, line.delivery_code}] = line.delivery_kind;
  }
  for (const auto& [key, kind] : kinds) {
    KK_TRY(db.write("INSERT INTO deliveries (order_id, unit_code, delivery_code, kind, state, changed_utc) VALUES (?, ?, ?, ?, 'waiting', ?)", order.id, key.first, key.second, kind, now));
  }
  return {};
}

// One for each unit that was sold.
base::Status issue_gift_cards(db::Connection& db, const Shop& shop, const orders::Order& order, base::UtcTime now) {
  const base::UtcTime until = gift_cards::end_of_validity(now, shop.city.gift_card_years);
  for (const auto& line : order.lines) {
    for (int unit = 0; line.product_kind == "gift_card" && unit < line.quantity; ++unit) {
      KK_TRY(gift_cards::issue(db, {order.id, line.line_no, line.product_id, line.unit, line.ledger_account, line.cost_centre, line.unit_price, until}, {"issued"}, now));
    }
  }
  return {};
}

base::Result<std::vector<gift_cards::Booked>> spend_gift_cards(db::Connection& db, const orders::Order& order, base::UtcTime now) {
  if (order.cards.value() == 0) return std::vector<gift_cards::Booked>();
  return gift_cards::spend(db, order.id, order.cards, now);
}

}  // namespace

base::Status book(db::Connection& db, const Booking& of, const std::vector<Entry>& entries, base::UtcTime now) {
  const std::string day = base::helsinki_date_iso(now);
  return insert_many(db, "INSERT INTO ledger_entries (attempt_id, refund_id, booked_on, account, cost_centre, vat_code, debit_cents, credit_cents) VALUES ", entries,
                     [&](const Entry& entry) -> std::vector<db::Param> { return {of.attempt_id, of.refund_id, day, entry.account, entry.cost_centre, entry.vat_code, entry.debit, entry.credit}; });
}

base::Status fulfil_paid(db::Connection& db, const Shop& shop, const ReceiptSource& source, base::UtcTime now) {
  KK_TRY(note_sold_times(db, source.order.lines));
  KK_TRY(catalogue::take_use_again(db, source.order.id));
  const auto tickets = tickets_of(source.order, now);
  KK_TRY(insert_tickets(db, source.order, tickets, now));
  KK_TRY(insert_deliveries(db, source.order, now));
  KK_TRY(issue_gift_cards(db, shop, source.order, now));
  KK_LET(const auto cards, spend_gift_cards(db, source.order, now));
  FAULT("settle.before_receipt");
  KK_LET(const Receipt receipt, issue_receipt(db, source, {receipt_content(source.order, shop.city), source.order.total, with_cards(lines_of_sale(source.order.lines), source.order.lines, source.order.cards), std::nullopt}, shop.clock));
  // Whoever waited for the series until after midnight is booked on the receipt's day.
  KK_TRY(book(db, {source.attempt.id}, with_cards(entries_of_sale(source.order.lines, shop.city), cards, shop.city), receipt.issued));
  FAULT("settle.after_receipt");
  return mail_confirmation(db, shop, source.order, receipt, tickets, now);
}

base::Status fulfil_free(db::Connection& db, const Shop& shop, const orders::Order& order, base::UtcTime now) {
  KK_LET(const db::Done moved, db.execute("UPDATE orders SET fulfilled_utc = ? WHERE id = ? AND state = 'confirmed' AND fulfilled_utc IS NULL",
                                          now, order.id));
  if (moved.affected == 0) return {};
  KK_TRY(registrations::confirm_of_order(db, shop.instance.public_url, order.id, now));  // a code may take the whole price off
  KK_TRY(note_sold_times(db, order.lines));
  const auto tickets = tickets_of(order, now);
  KK_TRY(insert_tickets(db, order, tickets, now));
  KK_TRY(insert_deliveries(db, order, now));
  KK_TRY(orders::journal(db, order.id, "fulfilled", "", now));
  return mail_confirmation(db, shop, order, std::nullopt, tickets, now);
}

}  // namespace payments
