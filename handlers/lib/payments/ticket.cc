#include "lib/payments/ticket.h"

#include "lib/crypto/crypto.h"

namespace payments {

using base::UtcTime;

namespace {

constexpr int kWithdrawalDays = 14;

UtcTime midnight_after(UtcTime time, int days) {
  const auto day = std::chrono::sys_days(base::helsinki_day(time)) + std::chrono::days(days);
  return base::helsinki_to_utc(std::chrono::year_month_day(day), std::chrono::minutes(0));
}

void set_validity(Ticket& ticket, const orders::Line& line, UtcTime sold) {
  if (line.starts) {
    ticket.valid_from = line.starts;
    ticket.valid_until = line.ends;
    return;
  }
  using orders::Withdrawal;
  const bool waits = (line.withdrawal == Withdrawal::service_14d || line.withdrawal == Withdrawal::digital) && !line.begin_now;
  ticket.valid_from = waits ? midnight_after(sold, kWithdrawalDays + 1) : sold;
  if (line.days_valid) ticket.valid_until = midnight_after(*ticket.valid_from, *line.days_valid) - std::chrono::seconds(1);
}

}  // namespace

std::vector<Ticket> tickets_of(const orders::Order& order, UtcTime sold) {
  std::vector<Ticket> out;
  for (const auto& line : order.lines) {
    if (line.product_kind != "ticket" && line.product_kind != "pass") continue;
    if (line.delivery_kind != "email") continue;
    for (int unit = 1; unit <= line.quantity; ++unit) {
      Ticket ticket;
      ticket.code = crypto::random_token();
      ticket.line_no = line.line_no;
      ticket.unit_no = unit;
      ticket.product_id = line.product_id;
      ticket.variant_id = line.variant_id;
      set_validity(ticket, line, sold);
      ticket.price_group = line.price_group;
      ticket.uses_max = line.product_kind == "ticket" ? 1 : line.uses;
      const auto holder = static_cast<std::size_t>(unit) - 1;
      if (holder < line.holder_names.size()) ticket.holder_name = line.holder_names[holder];
      ticket.name = line.name;
      ticket.detail = line.detail;
      out.push_back(std::move(ticket));
    }
  }
  return out;
}

}  // namespace payments
