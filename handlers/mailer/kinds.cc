#include "mailer/kinds.h"

#include <algorithm>

#include "mailer/specimens.h"

namespace mailer {
namespace {

using view::List;
using view::Object;

Filled about_payment(const Context& context, const Data& data, const char* subject) {
  Filled out;
  const std::string number = data.text("order_number");
  out.subject = context.say(subject, {{"order_number", number}});
  out.values.set("first_name", data.text("first_name"));
  out.values.set("order_number", number).set("order_url", data.text("order_url"));
  out.values.set("total", context.money(data.cents("total_cents")));
  return out;
}

Filled about_received(const Context& context, const Data& data, const char* subject) {
  Filled out = about_payment(context, data, subject);
  out.values.set("received", context.money(data.cents("received_cents")));
  return out;
}

Filled fill_delayed(const Context& context, const Data& data) {
  return about_payment(context, data, "mail.delayed_subject");
}
// An order that staff made for somebody: to be paid, or, where gift cards pay all of it, to be agreed to.
Filled fill_pay_link(const Context& context, const Data& data) {
  const base::Cents total = data.cents("total_cents"), to_pay = data.cents("to_pay_cents");
  const std::string what = to_pay > base::Cents(0) ? "mail.link_" : "mail.agree_";
  Filled out = about_payment(context, data, (what + "subject").c_str());
  out.values.set("title", context.say(what + "title")).set("what", context.say(what + "what", {{"until", base::format_date_time(data.time("until_utc"), context.lang)}})).set("open", context.say(what + "open"));
  out.values.set("by_cards", to_pay < total).set("cards_sum", context.money(to_pay - total)).set("to_pay", context.money(to_pay));
  return out;
}
Filled fill_no_stock(const Context& context, const Data& data) {
  return about_received(context, data, "mail.no_stock_subject");
}
Filled fill_overpaid(const Context& context, const Data& data) {
  return about_received(context, data, "mail.overpaid_subject");
}
Filled fill_review(const Context& context, const Data& data) {
  Filled out = about_received(context, data, "mail.review_subject");
  out.values.set("what", context.say(data.text_or_empty("about") == "benefit" ? "mail.review_benefit_what" : "mail.review_what"));
  return out;
}

// The acknowledgement of KSL 6:14 a: content, date and time, the time to the second.
Filled fill_withdrawal(const Context& context, const Data& data) {
  Filled out;
  out.subject = context.say("mail.withdrawal_subject");
  List lines;
  const std::string stated = data.text_or_empty("lines_stated");
  for (std::size_t pos = 0; pos < stated.size();) {
    const auto end = std::min(stated.find('\n', pos), stated.size());
    if (end > pos) lines.push_back(Object().set("line", stated.substr(pos, end - pos)));
    pos = end + 1;
  }
  out.values.set("received_at", base::format_date_time_seconds(data.time("received_utc"), context.lang));
  out.values.set("name", data.text("name")).set("email", data.text("email"));
  out.values.set("order_number", data.text("order_number"));
  out.values.set("has_lines", !lines.empty()).set("lines", std::move(lines));
  const std::string url = data.text_or_empty("order_url");
  out.values.set("has_order", !url.empty()).set("order_url", url);
  return out;
}

// A reasoned no; the way on is said in the same mail (KSL 12:1 d; Act on the Consumer Disputes Board).
Filled fill_declined(const Context& context, const Data& data) {
  Filled out;
  out.subject = context.say("mail.declined_subject");
  out.values.set("received_at", base::format_date_time_seconds(data.time("received_utc"), context.lang));
  out.values.set("name", data.text("name")).set("order_number", data.text("order_number")).set("words", data.text("words"));
  return out;
}

Filled fill_refund(const Context& context, const Data& data) {
  const std::string about = "mail.refund_" + data.text("about");
  Filled out = about_payment(context, data, (about + "_subject").c_str());
  const std::string receipt = data.text_or_empty("receipt_number");
  out.values.set("title", context.say(about + "_title")).set("what", context.say(about + "_what", {{"item", data.text_or_empty("item")}})).set("refund", context.money(data.cents("refund_cents")));
  const std::string words = data.text_or_empty("words");  // of a no
  out.values.set("has_words", !words.empty()).set("words", words).set("sum_name", context.say(words.empty() ? "mail.refund_sum" : "mail.refund_asked_sum"));
  const auto cards = data.maybe_integer("card_cents").value_or(0);
  out.values.set("to_cards", cards > 0).set("cards_sum", context.money(base::Cents(cards)));
  out.values.set("has_receipt", !receipt.empty()).set("receipt_number", receipt).set("receipt_url", data.text_or_empty("receipt_url"));
  return out;
}

// Goods that wait for their collector, or were posted.
Filled fill_delivery(const Context& context, const Data& data) {
  const std::string about = "mail.delivery_" + data.text("about");
  Filled out = about_payment(context, data, (about + "_subject").c_str());
  List items;
  for (const auto& item : data.list("items")) items.push_back(Object().set("quantity", std::to_string(item.integer("quantity"))).set("name", item.text("name")));
  out.values.set("title", context.say(about + "_title")).set("what", context.say(about + "_what")).set("way", data.text("way")).set("detail", data.text_or_empty("detail"));
  out.values.set("has_detail", !data.text_or_empty("detail").empty()).set("items", std::move(items));
  return out;
}

Filled fill_links(const Context& context, const Data& data) {
  Filled out;
  out.subject = context.say("mail.links_subject");
  List orders;
  for (const auto& order : data.list("orders")) {
    Object one;
    one.set("order_number", order.text("order_number")).set("order_url", order.text("order_url"));
    one.set("ordered_at", base::format_date_time(order.time("created_utc"), context.lang));
    one.set("total", context.money(order.cents("total_cents")));
    orders.push_back(std::move(one));
  }
  List sign_ups;
  for (const auto& one : data.list("sign_ups")) {
    sign_ups.push_back(Object().set("activity", one.text("activity")).set("page_url", one.text("page_url")).set("signed_at", base::format_date_time(one.time("created_utc"), context.lang)));
  }
  out.values.set("orders", std::move(orders)).set("sign_ups", std::move(sign_ups));
  return out;
}

Filled fill_registration(const Context& context, const Data& data) {
  Filled out;
  const std::string about = "mail.registration_" + data.text("about");
  out.subject = context.say(about + "_title") + ": " + data.text("activity");
  const std::string words = data.text_or_empty("words");
  out.values.set("has_words", !words.empty()).set("words", words).set("title", context.say(about + "_title"));
  const std::string until = base::format_date_time(data.time("until_utc"), context.lang);
  out.values.set("what", context.say(about + "_what", {{"until", until}, {"refund", context.money(data.cents("refund_cents"))}})).set("stands", data.text("about") == "confirmed");
  const std::string session = data.text_or_empty("session");
  out.values.set("activity", data.text("activity")).set("session", session).set("has_session", !session.empty());
  out.values.set("number", data.text("number")).set("page_url", data.text("page_url")).set("seats", std::to_string(data.integer("seats")));
  out.values.set("when", base::format_period(data.time("starts_utc"), data.time("ends_utc"), context.lang)).set("place", data.text("place")).set("address", data.text("address"));
  out.values.set("cancel_until", base::format_date_time(data.time("cancel_until_utc"), context.lang));
  return out;
}

Filled fill_digest(const Context& context, const Data& data) {
  Filled out;
  List items;
  std::int64_t all = 0;
  for (const auto& item : data.list("items")) {
    std::string cases;
    for (const auto& code : item.texts("cases")) cases += (cases.empty() ? "" : ", ") + code;
    all += item.integer("count");
    Object one;
    one.set("count", std::to_string(item.integer("count"))).set("what", context.say("mail.alert_" + item.text("kind")));
    one.set("has_cases", !cases.empty()).set("cases", cases);
    items.push_back(std::move(one));
  }
  // Noon, so that the day is the same in Finland.
  const auto day = base::parse_utc(data.text("date") + "T12:00").value_or(base::UtcTime{});
  out.subject = context.say("mail.digest_subject",
                            {{"count", std::to_string(all)}, {"date", base::format_date(day, context.lang)}});
  out.values.set("items", std::move(items));
  return out;
}

}  // namespace

const std::array<Kind, 13> kKinds = {{
    {"order_confirmation", fill_confirmation, kConfirmationSpecimen},
    {"payment_delayed", fill_delayed, kPaymentSpecimen},
    {"pay_link", fill_pay_link, kPayLinkSpecimen},
    {"paid_no_stock", fill_no_stock, kPaymentSpecimen},
    {"overpaid", fill_overpaid, kPaymentSpecimen},
    {"needs_review", fill_review, kReviewSpecimen},
    {"withdrawal_received", fill_withdrawal, kWithdrawalSpecimen},
    {"withdrawal_declined", fill_declined, kDeclinedSpecimen},
    {"refund", fill_refund, kRefundSpecimen},
    {"order_delivery", fill_delivery, kDeliverySpecimen},
    {"order_links", fill_links, kLinksSpecimen},
    {"registration", fill_registration, kRegistrationSpecimen},
    {"staff_digest", fill_digest, kDigestSpecimen},
}};

const Kind* find_kind(std::string_view name) {
  for (const auto& kind : kKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

}  // namespace mailer
