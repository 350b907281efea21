#include "payments/fulfil.h"

#include <algorithm>

#include "lib/base/fault.h"
#include "lib/orders/order_store.h"
#include "lib/payments/ticket.h"
#include "payments/mails.h"

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kRowsAtOnce = 20;

// Rows of one multi-row INSERT, some at a time, so that few different statements are prepared.
template <typename Item, typename Add>
base::Status insert_many(db::Connection& db, const std::string& head, std::size_t columns, const std::vector<Item>& items, Add&& add) {
  for (std::size_t begin = 0; begin < items.size(); begin += kRowsAtOnce) {
    const std::size_t end = std::min(items.size(), begin + kRowsAtOnce);
    std::vector<db::Param> params;
    params.reserve((end - begin) * columns);
    for (std::size_t i = begin; i < end; ++i) add(params, items[i]);
    KK_TRY(db.run_write({head + db::question_mark_rows(end - begin, columns), std::move(params)}));
  }
  return {};
}

base::Status insert_tickets(db::Connection& db, const orders::Order& order, const std::vector<Ticket>& tickets, base::UtcTime now) {
  return insert_many(db,
                     "INSERT INTO tickets (code, order_id, line_no, unit_no, product_id, variant_id, valid_from_utc, valid_until_utc, "
                     "holder_name, issued_utc, price_group, uses_max) VALUES ",
                     12, tickets, [&](std::vector<db::Param>& params, const Ticket& ticket) {
                       const auto filled = [](const std::string& text) { return text.empty() ? std::optional<std::string>() : text; };
                       for (db::Param param : {db::Param(ticket.code), db::Param(order.id), db::Param(ticket.line_no), db::Param(ticket.unit_no),
                                               db::Param(ticket.product_id), db::Param(ticket.variant_id), db::Param(ticket.valid_from),
                                               db::Param(ticket.valid_until), db::Param(filled(ticket.holder_name)), db::Param(now),
                                               db::Param(filled(ticket.price_group)), db::Param(ticket.uses_max)}) {
                         params.push_back(std::move(param));
                       }
                     });
}

}  // namespace

base::Status book(db::Connection& db, std::int64_t attempt_id, const std::vector<Entry>& entries, base::UtcTime now) {
  const std::string day = base::helsinki_date_iso(now);
  return insert_many(db, "INSERT INTO ledger_entries (attempt_id, booked_on, account, cost_centre, vat_code, debit_cents, credit_cents) VALUES ",
                     7, entries, [&](std::vector<db::Param>& params, const Entry& entry) {
                       for (db::Param param : {db::Param(attempt_id), db::Param(day), db::Param(entry.account), db::Param(entry.cost_centre),
                                               db::Param(entry.vat_code), db::Param(entry.debit), db::Param(entry.credit)}) {
                         params.push_back(std::move(param));
                       }
                     });
}

base::Status fulfil_paid(db::Connection& db, const Shop& shop, const ReceiptSource& source, base::UtcTime now) {
  const auto tickets = tickets_of(source.order, now);
  KK_TRY(insert_tickets(db, source.order, tickets, now));
  KK_TRY(book(db, source.attempt.id, entries_of_sale(source.order.lines, shop.city), now));
  FAULT("settle.before_receipt");
  KK_LET(const Receipt receipt, issue_receipt(db, source, shop.city, shop.clock));
  FAULT("settle.after_receipt");
  return mail_confirmation(db, shop, source.order, receipt, tickets, now);
}

base::Status fulfil_free(db::Connection& db, const Shop& shop, const orders::Order& order, base::UtcTime now) {
  KK_LET(const db::Done moved, db.execute("UPDATE orders SET fulfilled_utc = ? WHERE id = ? AND state = 'confirmed' AND fulfilled_utc IS NULL",
                                          now, order.id));
  if (moved.affected == 0) return {};
  const auto tickets = tickets_of(order, now);
  KK_TRY(insert_tickets(db, order, tickets, now));
  KK_TRY(orders::journal(db, order.id, "fulfilled", "", now));
  return mail_confirmation(db, shop, order, std::nullopt, tickets, now);
}

}  // namespace payments
