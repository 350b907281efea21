// An order that staff make for somebody at the counter or on the phone: a form of lines and the buyer, what it comes to, and the order with its link. Checkout
// prices it and makes it (checkout --sweep); sign-ups to activities are not made here, since a guardian gives the participants' details on the public form.
#include <nlohmann/json.hpp>

#include "backoffice/staff_order_form.h"
#include "lib/base/contact.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using nlohmann::json;
using view::List;
using view::Object;

namespace {

Paths draft_paths(const std::string& key) {
  Paths out = new_order_paths();
  for (auto& path : out) path += "/" + key;
  return out;
}

base::Result<web::Response> form_page(const Call& call, const OrderForm& form, const web::Problems& problems) {
  Object data;
  fill_order_form(call, form, problems, data);
  data.set("action", in(call.lang, new_order_paths())).set("back_url", in(call.lang, orders_paths()));
  data.set("signup_url", call.instance.public_url + call.say("common.path_signup"));
  return staff::show(call, {"backoffice/new_order", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.new_order_title"), new_order_paths()}, std::move(data));
}

// In the order's language, as the line's name.
std::string quoted_reduction(const Call& call, const json& line, base::Lang lang) {
  if (!line.contains("normal_cents")) return {};
  return line.at("reduction").get<std::string>() + ". " + call.templates.say(lang, "order.normal_price", {{"sum", base::format_money(base::Cents(line.at("normal_cents").get<std::int64_t>()), lang)}});
}

List quoted_lines(const Call& call, const json& order, base::Lang lang) {
  List out;
  for (const auto& line : order.at("lines")) {
    std::string holders;
    for (const auto& name : line.at("holders")) holders += (holders.empty() ? "" : ", ") + name.get<std::string>();
    const std::string detail = line.at("detail"), way = line.at("way"), reduction = quoted_reduction(call, line, lang);
    out.push_back(Object().set("name", line.at("name").get<std::string>()).set("detail", detail).set("has_detail", !detail.empty()).set("way", way).set("has_way", !way.empty()).set("holders", holders).set("has_holders", !holders.empty())
                      .set("reduction", reduction).set("has_reduction", !reduction.empty())
                      .set("quantity", std::to_string(line.at("quantity").get<int>())).set("unit", base::format_money(base::Cents(line.at("unit_cents").get<std::int64_t>()), call.lang))
                      .set("sum", base::format_money(base::Cents(line.at("total_cents").get<std::int64_t>()), call.lang)));
  }
  return out;
}

List quoted_vat(const Call& call, const json& order) {
  List out;
  for (const auto& row : order.at("vat")) {
    const bool taxed = !row.at("per_mille").is_null();
    out.push_back(Object().set("taxed", taxed).set("rate", taxed ? base::format_per_mille(row.at("per_mille").get<int>(), call.lang) : row.at("reason").get<std::string>())
                      .set("gross", base::format_money(base::Cents(row.at("gross_cents").get<std::int64_t>()), call.lang)).set("vat", base::format_money(base::Cents(row.at("vat_cents").get<std::int64_t>()), call.lang)));
  }
  return out;
}

Object buyer_of(const json& contents) {
  const auto& b = contents.at("buyer");
  const auto text = [&](const char* name) { return b.at(name).get<std::string>(); };
  return Object().set("name", text("first_name") + " " + text("last_name")).set("phone", base::format_phone(text("phone"))).set("has_phone", !text("phone").empty()).set("email", text("email")).set("has_email", !text("email").empty())
      .set("street", text("street_address")).set("has_street", !text("street_address").empty()).set("postal", text("postal_code") + " " + text("town"));
}

base::Cents cents_in(const json& from, const char* name) { return base::Cents(from.at(name).get<std::int64_t>()); }

// What a discount code takes off, and what gift cards pay.
Object quoted_sums(const Call& call, const json& order) {
  const base::Cents total = cents_in(order, "total_cents");
  const auto money = [&](base::Cents cents) { return base::format_money(cents, call.lang); };
  Object out;
  const auto& discount = order.at("discount");
  const base::Cents off = discount.is_null() ? base::Cents(0) : cents_in(discount, "off_cents");
  out.set("has_discount", !discount.is_null()).set("discount", discount.is_null() ? "" : discount.at("name").get<std::string>()).set("discount_off", money(off * -1)).set("full_sum", money(total + off));
  List cards;
  for (const auto& one : order.at("cards")) {
    const bool pays = one.at("cents") != 0;
    cards.push_back(Object().set("sum", money(cents_in(one, "cents") * -1)).set("words", pays ? call.say("checkout.gift_card_left", {{"sum", money(cents_in(one, "left_cents"))}}) : call.say("errors.gift_card_not_needed")));
  }
  out.set("by_cards", !cards.empty() && total.value() > 0).set("cards", std::move(cards)).set("to_pay", money(cents_in(order, "to_pay_cents"))).set("total", money(total));
  return out;
}

struct Confirming {
  std::string next, button;
};
// What comes of the confirmation: free of charge, paid by gift cards (at once, or when the buyer has said what begins at once), or a link to pay.
Confirming confirming_of(const Call& call, const json& order, bool has_email) {
  const base::Cents total = cents_in(order, "total_cents"), to_pay = cents_in(order, "to_pay_cents");
  const web::Problems::Values hours = {{"hours", std::to_string(call.city.staff_hold_hours)}};
  if (total.value() == 0) return {call.say("sales.review_free"), call.say("sales.make_free_order")};
  if (to_pay.value() == 0) return {call.say(order.at("needs_buyer").get<bool>() ? "sales.review_card_asks" : "sales.review_card", hours), call.say("sales.make_card_order")};
  return {call.say(has_email ? "sales.review_mailed" : "sales.review_unmailed", hours), call.say("sales.make_order", {{"sum", base::format_money(to_pay, call.lang)}})};
}

base::Result<web::Response> review_page(const Call& call, const StaffOrder& order, const json& answer) {
  const json contents = json::parse(order.contents, nullptr, false);
  const auto& quoted = answer.at("order");
  const Object buyer = buyer_of(contents);
  Object data = quoted_sums(call, quoted);
  data.set("changed", answer.contains("changed")).set("lines", quoted_lines(call, quoted, order.lang)).set("vat_rows", quoted_vat(call, quoted)).set("buyer", buyer);
  data.set("in_other_lang", order.lang != call.lang).set("words_lang", base::to_string(order.lang)).set("language", call.templates.say(order.lang, "common.language_name")).set("channel_words", call.say("sales.channel_" + order.channel));
  const bool has_email = !contents.at("buyer").at("email").get<std::string>().empty();
  const Confirming confirming = confirming_of(call, quoted, has_email);
  data.set("next_words", confirming.next).set("button", confirming.button);
  data.set("action", in(call.lang, draft_paths(order.key))).set("seen", fingerprint(order.answer)).set("change_url", below(in(call.lang, draft_paths(order.key)), "muuta", "andra", "change", call.lang));
  return staff::show(call, {"backoffice/new_order_review", call.say("sales.new_order_review_title"), draft_paths(order.key)}, std::move(data));
}

// The page looks again by itself until checkout has answered.
base::Result<web::Response> wait_page(const Call& call, const StaffOrder& order) {
  Object data;
  data.set("words", call.say(order.state == "confirmed" ? "sales.wait_made" : "sales.wait_quoted")).set("again_url", in(call.lang, draft_paths(order.key)));
  KK_LET(web::Response out, staff::show(call, {"backoffice/new_order_wait", call.say("sales.new_order_wait_title"), draft_paths(order.key)}, std::move(data)));
  out.header("Refresh", "2");
  return out;
}

}  // namespace

base::Result<web::Response> show_new_order(Call& call) {
  OrderForm form;
  form.key = crypto::random_token();
  form.typed = web::Form::from_pairs({{"channel", "counter"}, {"lang", base::to_string(call.city.default_language)}});
  return form_page(call, form, {});
}

base::Result<web::Response> post_new_order(Call& call) {
  KK_LET(OrderForm form, read_order_form(call));
  if (!crypto::is_token(form.key)) form.key = crypto::random_token();
  const std::string act = call.form.text("do"), q = call.form.text("q");
  KK_LET(const auto may, permissions_for(call, form.items));
  // Enter in any field presses the first button, which searches: with nothing to search for, the form is meant.
  if (act != "quote" && (act != "search" || !q.empty())) {
    KK_LET(const Reach reach, reach_of(call, staff::Right::orders_make));
    form.searched = !q.empty();
    if (form.searched) {
      KK_LET(form.found, search_items(call, reach, q));
    }
    return form_page(call, form, {});
  }
  web::Problems problems;
  KK_LET(const std::string contents, check_order_form(call, form, problems));
  if (!problems.empty()) return form_page(call, form, problems);
  KK_LET(const bool asked, ask_staff_order(call, {form.key, form.typed.text("channel"), "", contents, "", base::parse_lang(form.typed.text("lang")).value_or(base::Lang::fi)}, may));
  if (!asked) {  // the browser's way back led to the form of an order that is made
    form.key = crypto::random_token();
    problems.add("q", "new_order_made_before");
    return form_page(call, form, problems);
  }
  return web::see_other(in(call.lang, draft_paths(form.key)));
}

base::Result<web::Response> show_draft_order(Call& call) {
  KK_LET(const StaffOrder order, await_staff_order(call, call.arg));
  if (order.state == "made") {
    const std::string made = in(call.lang, order_paths(order.order));
    // Who makes orders and may not look at them gets what the customer needs: the link.
    return web::see_other(call.rights.any(staff::Right::orders_view) ? made : below(made, "linkki", "lank", "link", call.lang));
  }
  if (order.state != "quoted") return wait_page(call, order);
  const json answer = json::parse(order.answer, nullptr, false);
  if (!answer.is_object()) return base::fail(base::ErrorKind::broken, "answer to a staff order");
  if (!answer.at("order").is_null()) return review_page(call, order, answer);
  KK_LET(const OrderForm form, order_form_of(call, order));
  web::Problems problems;
  add_obstacles(call, form, order.answer, problems);
  return form_page(call, form, problems);
}

base::Result<web::Response> show_change_order(Call& call) {
  KK_LET(const StaffOrder order, load_staff_order(call, call.arg));
  if (order.state != "quoted" && order.state != "asked") return web::see_other(in(call.lang, draft_paths(order.key)));
  KK_LET(const OrderForm form, order_form_of(call, order));
  return form_page(call, form, {});
}

base::Result<web::Response> post_confirm_order(Call& call) {
  KK_LET(const StaffOrder order, load_staff_order(call, call.arg));
  if (order.state == "quoted") {
    KK_LET(const OrderForm form, order_form_of(call, order));
    KK_LET(const auto may, permissions_for(call, form.items));
    KK_TRY(confirm_staff_order(call, order, call.form.text("seen"), may));
  }
  return web::see_other(in(call.lang, draft_paths(order.key)));
}

}  // namespace backoffice
