// The order confirmation is the durable medium of KSL 38/1978 6:13: all that was told before the order, again.
#include "lib/base/check_code.h"
#include "lib/base/payment_way.h"
#include "mailer/kinds.h"

namespace mailer {
namespace {

using view::List;
using view::Object;

// A line says why it is exempt; the sums by rate only that it is.
std::string rate_words(const Context& context, std::optional<int> per_mille, const std::string& exempt) {
  return per_mille ? base::format_per_mille(*per_mille, context.lang) : exempt;
}

// Empty for a statutory fee: nothing is said of a right there (domain rule 2.17).
std::string withdrawal_words(const Context& context, const std::string& right, bool begin_now) {
  if (right == "none_statutory") return {};
  if (right == "service_14d" || right == "digital") {
    return context.say("mail.withdrawal_" + right + (begin_now ? "_now" : "_later"));
  }
  return context.say("mail.withdrawal_" + right);
}

// What the lines together call for.
struct Rights {
  bool withdraw = false;  // some line can be withdrawn from
  bool goods = false;
  bool consumer = false;  // some line is a consumer contract
  bool fees = false;
};

void note_rights(Rights& rights, const std::string& right, bool begin_now) {
  rights.fees |= right == "none_statutory";
  rights.consumer |= right != "none_statutory";
  rights.goods |= right == "goods_14d";
  rights.withdraw |= right == "goods_14d" || right == "service_14d" || (right == "digital" && !begin_now);
}

void set_optional(Object& values, const std::string& flag, const std::string& name, const std::string& text) {
  values.set(flag, !text.empty()).set(name, text);
}

Object line_values(const Context& context, const Data& line, Rights& rights) {
  Object out;
  out.set("name", line.text("name"));
  set_optional(out, "has_detail", "detail", line.text_or_empty("detail"));
  out.set("unit", context.say("mail.line_unit", {{"quantity", std::to_string(line.integer("quantity"))},
                                                 {"unit", context.money(line.cents("unit_cents"))}}));
  out.set("sum", context.money(line.cents("total_cents")));
  const auto normal = line.maybe_integer("normal_cents");
  set_optional(out, "has_reduction", "reduction", normal ? line.text_or_empty("reduction") + ". " + context.say("order.normal_price", {{"sum", context.money(base::Cents(*normal))}}) : std::string());
  out.set("vat", rate_words(context, line.maybe_integer("vat_per_mille"), line.text_or_empty("vat_reason")));
  std::string delivery;
  std::string withdrawal;
  if (line.text("kind") == "product") {
    const std::string right = line.text("withdrawal");
    const bool begin_now = line.boolean("begin_now");
    note_rights(rights, right, begin_now);
    withdrawal = withdrawal_words(context, right, begin_now);
    delivery = line.text_or_empty("delivery_name");
    if (const auto more = line.text_or_empty("delivery_detail"); !more.empty()) {
      delivery += (delivery.empty() ? "" : ". ") + more;
    }
  }
  set_optional(out, "has_delivery", "delivery", delivery);
  set_optional(out, "has_withdrawal", "withdrawal", withdrawal);
  set_optional(out, "has_appeal", "appeal", line.text_or_empty("appeal"));
  return out;
}

Object vat_values(const Context& context, const Data& row) {
  Object out;
  out.set("rate", rate_words(context, row.maybe_integer("per_mille"), context.say("mail.vat_exempt")));
  out.set("base", context.money(row.cents("base_cents")));
  out.set("amount", context.money(row.cents("vat_cents")));
  out.set("gross", context.money(row.cents("gross_cents")));
  return out;
}

Object ticket_values(const Context& context, const Data& ticket) {
  Object out;
  out.set("name", ticket.text("name")).set("code", base::print_code(ticket.text("code")));
  set_optional(out, "has_detail", "detail", ticket.text_or_empty("detail"));
  set_optional(out, "has_url", "url", ticket.text_or_empty("url"));
  set_optional(out, "has_holder", "holder", ticket.text_or_empty("holder_name"));
  const auto from = ticket.maybe_time("valid_from_utc");
  const auto until = ticket.maybe_time("valid_until_utc");
  std::string valid;
  std::string label = "mail.ticket_valid";
  if (from && until) {
    valid = base::format_period(*from, *until, context.lang);
  } else if (from || until) {
    label = from ? "mail.ticket_valid_from" : "mail.ticket_valid_until";
    valid = base::format_date_time(from ? *from : *until, context.lang);
  }
  set_optional(out, "has_valid", "valid", valid);
  return out.set("valid_label", context.say(label));
}

void set_receipt(Object& values, const Context& context, const Data& data) {
  const auto receipt = data.maybe_object("receipt");
  values.set("has_receipt", receipt.has_value());
  if (!receipt) return;
  values.set("receipt_number", receipt->text("number")).set("receipt_url", receipt->text("url"));
  values.set("receipt_issued", base::format_date(receipt->time("issued_utc"), context.lang));
  values.set("payment_way", base::payment_way(receipt->text("provider"), context.say("order.card")));
  values.set("payment_transaction", receipt->text("transaction_id"));
  values.set("payment_reference", receipt->text("reference"));
  values.set("payee", context.city.payee);
}

}  // namespace

Filled fill_confirmation(const Context& context, const Data& data) {
  Filled out;
  Rights rights;
  List lines;
  for (const auto& line : data.list("lines")) lines.push_back(line_values(context, line, rights));
  List vat;
  for (const auto& row : data.list("vat")) vat.push_back(vat_values(context, row));
  List tickets;
  for (const auto& ticket : data.list("tickets")) tickets.push_back(ticket_values(context, ticket));

  const bool only_fees = rights.fees && !rights.consumer;
  const bool paid = data.text("state") == "paid";
  const std::string number = data.text("order_number");
  out.subject = context.say(only_fees ? "mail.confirmation_subject_fee" : "mail.confirmation_subject",
                            {{"order_number", number}});
  auto& values = out.values;
  values.set("title", context.say(paid ? "mail.confirmation_title_paid" : "mail.confirmation_title_free"));
  // A fee is no order, and its mail does not call it one (domain rule 2.17).
  for (const std::string key : {"order_number", "ordered_at", "to_order", "order_page", "keep_link", "h_lines", "terms_note"}) {
    values.set("words_" + key, context.say("mail." + key + (only_fees ? "_fee" : "")));
  }
  values.set("intro", context.say(only_fees ? "mail.confirmation_intro_fee" : "mail.confirmation_intro"));
  values.set("first_name", data.text("first_name"));
  values.set("order_number", number).set("order_url", data.text("order_url"));
  values.set("ordered_at", base::format_date_time(data.time("created_utc"), context.lang));
  values.set("total", context.money(data.cents("total_cents")));
  values.set("has_vat", !vat.empty()).set("vat_rows", std::move(vat));
  values.set("has_tickets", !tickets.empty()).set("tickets", std::move(tickets));
  values.set("lines", std::move(lines));
  set_receipt(values, context, data);
  const auto by_cards = data.maybe_integer("gift_card_cents").value_or(0);
  values.set("by_cards", by_cards > 0).set("by_online", by_cards < data.cents("total_cents").value());
  values.set("cards_sum", context.money(base::Cents(by_cards))).set("online_sum", context.money(data.cents("total_cents") - base::Cents(by_cards)));
  values.set("has_gift_cards", data.maybe_integer("gift_cards").value_or(0) > 0);
  values.set("has_fees", rights.fees).set("can_withdraw", rights.withdraw);
  values.set("has_goods", rights.goods).set("is_consumer", rights.consumer);
  values.set("terms_html", context.terms.html).set("terms_text", context.terms.text);
  return out;
}

}  // namespace mailer
