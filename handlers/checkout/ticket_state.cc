#include "checkout/ticket_state.h"

namespace checkout {

TicketState state_of(const Call& call, const tickets::Ticket& ticket) {
  const auto validity = tickets::validity_of(ticket, call.lang);
  const std::string last = ticket.last_use ? base::format_date_time(ticket.last_use->at, call.lang) : "";
  switch (tickets::verdict_of(ticket, call.now)) {
    case tickets::Verdict::refunded: return {"state-alert", call.say("ticket.refunded"), call.say("ticket.refunded_words")};
    case tickets::Verdict::called_off: return {"state-alert", call.say("ticket.called_off"), call.say("ticket.called_off_words")};
    case tickets::Verdict::used: return {"", call.say("ticket.used"), call.say(ticket.uses_max == 1 ? "ticket.used_words" : "ticket.used_up_words", {{"when", last}})};
    case tickets::Verdict::wrong_day: {
      if (!tickets::lets_in_yet(ticket, call.now)) return {"", call.say("ticket.over"), call.say("ticket.over_words")};
      return {"state-warning", call.say("ticket.not_yet"), validity.period.empty() ? call.say("ticket.not_yet_words", {{"day", validity.from}}) : call.say("ticket.not_yet_event", {{"period", validity.period}})};
    }
    case tickets::Verdict::valid: break;
  }
  const auto left = ticket.uses_left();
  return {"state-success", call.say("ticket.valid"), !left ? call.say("ticket.valid_always") : *ticket.uses_max == 1 ? call.say("ticket.valid_once") : call.say("ticket.valid_left", {{"left", std::to_string(*left)}, {"max", std::to_string(*ticket.uses_max)}})};
}

}  // namespace checkout
