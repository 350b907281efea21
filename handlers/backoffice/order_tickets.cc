#include "backoffice/order_tickets.h"

#include <algorithm>

#include "lib/base/finnish.h"

namespace backoffice {

namespace {

constexpr std::size_t kShownTickets = 5;

std::string words_of(const Call& call, const OrderTicket& one) {
  const std::string when = one.last ? base::format_date_time(*one.last, call.lang) : "–";
  const char* key = !one.uses_max ? "sales.used_times" : *one.uses_max == 1 ? "sales.used_once" : "sales.used_of";
  const std::string words = call.say(key, {{"no", std::to_string(one.unit_no)}, {"used", std::to_string(one.uses)}, {"max", std::to_string(one.uses_max.value_or(0))}, {"when", when}});
  return one.refunded ? words + " " + call.say("sales.used_refunded") : words;
}

}  // namespace

base::Result<std::vector<OrderTicket>> tickets_of(db::Connection& db, std::int64_t order_id, const std::vector<orders::Line>& lines) {
  std::vector<OrderTicket> out;
  const auto line_of = [&](int no) { return std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.line_no == no; }); };
  if (std::none_of(lines.begin(), lines.end(), [](const auto& line) { return line.product_kind == "ticket" || line.product_kind == "pass"; })) return out;
  KK_LET(const db::Rows rows, db.query("SELECT t.line_no, t.unit_no, t.uses, t.uses_max, t.refund_id IS NOT NULL, (SELECT MAX(u.used_utc) FROM ticket_uses u WHERE u.ticket_id = t.id AND u.no IS NOT NULL AND u.undone_utc IS NULL) "
                                       "FROM tickets t WHERE t.order_id = ? ORDER BY t.line_no, t.uses, t.unit_no DESC", order_id));
  for (const auto& row : rows) {
    if (line_of(static_cast<int>(row.integer(0))) == lines.end()) continue;
    out.push_back({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2)), row.is_null(3) ? std::nullopt : std::optional<int>(static_cast<int>(row.integer(3))), row.boolean(4), row.time(5)});
  }
  return out;
}

view::List used_view(const Call& call, const std::vector<OrderTicket>& tickets, int line_no) {
  view::List out;
  std::size_t more = 0;
  for (auto one = tickets.rbegin(); one != tickets.rend(); ++one) {  // the most used first
    if (one->line_no != line_no || one->uses == 0) continue;
    if (out.size() == kShownTickets) ++more;
    else out.push_back(view::Object().set("words", words_of(call, *one)));
  }
  if (more > 0) out.push_back(view::Object().set("words", call.say("sales.used_more", {{"count", std::to_string(more)}})));
  return out;
}

bool counts_visits(const Used& visits, const Used& days) { return visits.of > 0 && (days.of == 0 || visits.used * days.of >= days.used * visits.of); }

base::Cents rest_of(base::Cents price, const Used& used) { return base::Cents(price.value() * std::max<std::int64_t>(used.of - used.used, 0) / used.of); }

}  // namespace backoffice
