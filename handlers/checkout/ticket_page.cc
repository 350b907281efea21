// A ticket's own page: its code as a picture and in letters, when it is valid, what it is now. Who has the address has the ticket, so the
// page says nothing of the order, and of persons the holder's name alone.
#include "checkout/app.h"
#include "checkout/ticket_state.h"
#include "lib/base/check_code.h"
#include "lib/orders/order.h"
#include "lib/tickets/ticket_store.h"
#include "lib/view/qr.h"

namespace checkout {

namespace {

std::string join_words(std::initializer_list<std::string> parts) {
  std::string out;
  for (const auto& part : parts) out += part.empty() ? "" : (out.empty() ? "" : ", ") + part;
  return out;
}

}  // namespace

base::Result<web::Response> show_ticket(Call& call) {
  const auto code = tickets::code_in(call.arg);
  if (!code) return base::fail(base::ErrorKind::not_found, "no ticket's code");
  KK_LET(const auto found, tickets::find_ticket(call.db, call.lang, *code));
  if (!found) return base::fail(base::ErrorKind::not_found, "no such ticket");
  const tickets::Ticket& ticket = *found;
  const std::array<std::string, 3> paths = {orders::ticket_path(base::Lang::fi, *code), orders::ticket_path(base::Lang::sv, *code), orders::ticket_path(base::Lang::en, *code)};
  const TicketState state = state_of(call, ticket);
  const auto validity = tickets::validity_of(ticket, call.lang);
  view::Object data;
  KK_LET(view::Html picture, view::qr_picture(call.app.instance.public_url + paths[base::index(call.lang)], call.say("ticket.qr_label")));
  data.set("qr", std::move(picture)).set("code", base::print_code(*code)).set("name", ticket.name);
  const std::string detail = join_words({ticket.variant, ticket.price_group});
  data.set("has_detail", !detail.empty()).set("detail", detail).set("has_proof", !ticket.proof.empty()).set("proof", ticket.proof);
  data.set("has_period", !validity.period.empty()).set("period", validity.period);
  data.set("has_from", !validity.from.empty()).set("from", validity.from).set("has_until", !validity.until.empty()).set("until", validity.until);
  data.set("has_holder", !ticket.holder.empty()).set("holder", ticket.holder);
  const auto left = ticket.uses_left();
  data.set("counts", left && *ticket.uses_max > 1).set("left", call.say("ticket.left_of", {{"left", std::to_string(left.value_or(0))}, {"max", std::to_string(ticket.uses_max.value_or(0))}}));
  data.set("state_class", state.css).set("state_title", state.title).set("state_words", state.words);
  data.set("as_of", call.say("ticket.as_of", {{"when", base::format_date_time(call.now, call.lang)}}));
  data.set("worker_scope", orders::ticket_path(call.lang, ""));
  return call.frame.page("order/ticket", call.lang, call.say("ticket.title", {{"name", ticket.name}}), paths, data);
}

}  // namespace checkout
